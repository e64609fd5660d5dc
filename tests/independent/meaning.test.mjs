import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Board } from './board.mjs';
import { only } from './forger.mjs';
import * as ids from './ids.mjs';
import * as meaning from './meaning.mjs';
import { start } from './server.mjs';
import * as together from './together.mjs';

let server, board;
before(async () => {
  server = await start();
  board = new Board(server);
});
after(() => server?.stop());

const round = (id) => board.ask('GET', `/v1/rounds/${id}`);
const parcels = (stop) => stop.parcels.map((parcel) => ids.bytes(parcel, 16));
const stopId = (stop) => ids.bytes(stop.id, 16);

/** The client reads out of the log what the board shows of the round. */
async function sees(phone) {
  const { courier_name: _, last_heard_ms: _1, acts_since: _2, remarks: _3, ...said } = await round(ids.text(only(phone).log.id));
  assert.deepEqual(await meaning.round(only(phone).log), said);
  return said;
}

/** The acts of a person in a round, in short. */
const acting = (phone) => (code, body) => phone.tap(only(phone).log.id, code, body);

test('reads out of a log what the board shows: acts, withdrawals, amendments, taking back', async () => {
  const { phone, round: made } = await board.morning('Ana');
  await phone.sync();
  await sees(phone);
  const [pickup, a, b] = made.stops, tap = acting(phone);
  tap('started', { 1: [pickup, b, a].map(stopId) });
  tap('seen_plan', { 1: ids.bytes(made.plan_version, 8) });
  tap('arrived', { 1: stopId(pickup) });
  await phone.sync();
  await sees(phone);
  const collected = tap('collected', { 1: stopId(pickup), 3: parcels(pickup) });
  const wrong = tap('failed', { 1: stopId(a), 5: 3 });
  await phone.sync();
  await sees(phone);
  const right = tap('delivered', { 1: stopId(a), 3: parcels(a), 4: [collected], 5: 2 });
  tap('amended', { 1: wrong, 2: right });
  let now = await board.command(await round(made.id), { amend_stop: { stop: a.id, service_seconds: 60 } });
  now = await board.command(now, { withdraw_stop: { stop: a.id, reason: 'mistake' } });
  now = await board.addStop(now, 'hub', [], 'Dépôt', { from: 7 });
  await phone.sync();
  const said = await sees(phone);
  assert.deepEqual(said.stops.find(({ id }) => id === a.id).remarks, ['withdrawn_too_late', 'amended_unseen']);
  const { items } = await board.ask('GET', '/v1/items');
  const item = items.find((each) => each.round === made.id);
  const stop = meaning.stops(only(phone).log).find(({ id }) => ids.text(id) === a.id);
  assert.deepEqual([item.kind, item.evidence.map(({ record }) => record)], ['withdrawn_too_late', [stop.withdrawal.id, stop.fact.id].sort(Buffer.compare).map(ids.text)]);
  assert.equal(item.id, ids.text(await together.itemId('withdrawn_too_late', [stop.withdrawal, stop.fact])));
  const settle = (holds) => board.command({ id: made.id }, { settle: { records: item.evidence.map(({ record }) => record), answer: 'holds', holds } }, null);
  await settle(ids.text(stop.withdrawal.id));
  await phone.sync();
  assert.equal((await sees(phone)).stops.find(({ id }) => id === a.id).status, 'withdrawn');
  tap('courier_sequence', { 1: ids.bytes(said.courier_sequence, 24), 3: [b].map(stopId) });
  tap('failed', { 1: stopId(b), 5: 0 });
  tap('finished', {});
  await phone.sync();
  assert.equal((await sees(phone)).finished, true);
});

const MOVES = [
  ['of both drop-offs', [0, 1, 2], false, false],
  ['of a drop-off that carries both parcels', [0, 3], true, false],
  ['and went on to a third round', [0, 1, 2], false, true],
];
for (const [what, which, isPart, isTwice] of MOVES) {
  test(`derives the void and the item of a move that came too late: ${what}`, async () => {
    const [one, over, other] = [await board.morning(`Bea ${what}`), isTwice && await board.morning(`Cem ${what}`), await board.morning(`Dan ${what}`)];
    const [pickup, a] = one.round.stops;
    if (isPart) one.round = await board.addStop(one.round, 'drop_off', pickup.parcels, 'Duo', { from: 11 });
    const [from, to] = [one.phone, other.phone], tap = acting(from);
    await from.sync();
    const given = isPart ? parcels(a) : parcels(pickup);
    const collected = tap('collected', { 1: stopId(pickup), 3: given });
    tap('delivered', { 1: stopId(one.round.stops[which[1]]), 3: parcels(a), 4: [collected], 5: 0 });
    const move = (from, stops, to) => board.command(from, { move_stops: { stops: stops.map(({ id }) => id), to: to.id, to_plan_version: to.plan_version } });
    const first = isTwice ? over.round : other.round;
    await move(one.round, which.map((i) => one.round.stops[i]), first);
    if (isTwice) {
      const now = await round(first.id);
      await move(now, now.stops.filter(({ id }) => !first.stops.some((each) => each.id === id)), other.round);
    }
    const phones = [from, ...(isTwice ? [over.phone] : []), to];
    for (const phone of phones) await phone.sync();
    const logs = phones.map((phone) => only(phone).log), there = logs.at(-1);
    const device = meaning.ofKind(there, 'stop_added')[0].id.subarray(16);
    for (const phone of phones) await sees(phone);

    const voids = meaning.ofKind(there, 'void');
    assert.ok(voids.length >= 2);
    const came = meaning.stops(there).filter(({ added }) => added.body.has(8));
    for (const stop of came) {
      const holds = meaning.holding(voids.filter(({ body }) => ids.same(body.get(1), stop.id)));
      const derived = await together.voidOf(logs, there, stop, device);
      if (!together.doneElsewhere(logs, there, stop).parcels.length) continue;
      assert.deepEqual(holds.map(({ bytes }) => bytes.toString('hex')), [derived.bytes.toString('hex')]);
      assert.deepEqual(holds.map(({ id }) => id), [derived.id]);
    }
    const { items } = await board.ask('GET', '/v1/items');
    const derived = together.moved(logs, there);
    const here = items.filter((each) => each.rounds.includes(other.round.id) && each.kind === 'moved_but_done');
    const ours = await Promise.all(derived.map(async ({ kind, records, parcels }) => (
      [ids.text(await together.itemId(kind, records)), records.map(({ id }) => ids.text(id)), parcels.map(ids.text)])));
    assert.deepEqual(here.map((each) => [each.id, each.evidence.map(({ record }) => record), each.parcels]).sort(), ours.sort());

    await board.command({ id: other.round.id }, { settle: { records: here[0].evidence.map(({ record }) => record), answer: 'meet' } }, null);
    for (const phone of phones) await phone.sync();
    for (const phone of phones) await sees(phone);
    const after = (await board.ask('GET', '/v1/items')).items.find(({ id }) => id === here[0].id);
    assert.equal(after.settled.answer, 'meet');
  });
}

test('finds the items of a round alone: a stop that is not there, parcels in hand of a withdrawn one, two amendments', async () => {
  const { phone, member, round: made } = await board.morning('Dora');
  const tablet = await board.phone(member), [pickup, a, b] = made.stops, tap = acting(phone);
  for (const each of [phone, tablet]) await each.sync();
  const collected = tap('collected', { 1: stopId(pickup), 3: parcels(pickup) });
  const nowhere = tap('arrived', { 1: ids.random(16) });
  const failed = tap('failed', { 1: stopId(b), 5: 1 });
  await phone.sync();
  await tablet.sync();
  acting(tablet)('paused', { 1: true }); // so that the tablet counts further than the phone that wrote the fact
  const first = tap('waiting', { 1: stopId(b) }), second = acting(tablet)('arrived', { 1: stopId(b) });
  const mine = tap('amended', { 1: failed, 2: first }), yours = acting(tablet)('amended', { 1: failed, 2: second });
  await board.command(await round(made.id), { withdraw_stop: { stop: a.id, reason: 'cancelled' } });
  for (const each of [tablet, phone, tablet]) await each.sync();
  const said = await sees(phone);
  assert.equal(said.stops.find(({ id }) => id === b.id).decided_by, ids.text(first), 'what the device that wrote the fact wants instead holds');

  const { log } = only(phone), gone = meaning.ofKind(log, 'stop_withdrawn')[0].id;
  const expected = [['unknown_stop', [nowhere]], ['parcels_in_hand', [gone, collected]], ['amended_twice', [mine, yours]]];
  const items = (await board.ask('GET', '/v1/items')).items.filter((each) => each.round === made.id);
  const ours = await Promise.all(expected.map(async ([kind, records]) => (
    [kind, ids.text(await together.itemId(kind, records.map((id) => ({ id })))), [...records].sort(Buffer.compare).map(ids.text)])));
  assert.deepEqual(items.map((each) => [each.kind, each.id, each.evidence.map(({ record }) => record)]).sort(), ours.sort());
  const twice = items.find(({ kind }) => kind === 'amended_twice');
  const settle = { records: twice.evidence.map(({ record }) => record), answer: 'holds', holds: ids.text(yours) };
  await board.command({ id: made.id }, { settle }, null);
  await phone.sync();
  assert.equal((await sees(phone)).stops.find(({ id }) => id === b.id).decided_by, ids.text(second));
});

test('reads what stays in hand of a stop that moved, and what of a round that was given', async () => {
  const one = await board.morning('Elif'), other = await board.morning('Femi'), heir = await board.courier('Gro');
  const [pickup, a, b] = one.round.stops, tap = acting(one.phone), phones = [one.phone, other.phone, await board.phone(heir)];
  await one.phone.sync();
  const collected = tap('collected', { 1: stopId(pickup), 3: parcels(a) });
  await board.command(one.round, { move_stops: { stops: [a.id], to: other.round.id, to_plan_version: other.round.plan_version } });
  for (const phone of phones) await phone.sync();
  assert.deepEqual((await sees(one.phone)).stops.find(({ id }) => id === a.id).remarks, ['moved_in_hand']);
  const given = { id: ids.text(ids.random(16)) };
  await board.command(await round(one.round.id), { give_round: { to: ids.text(heir), round: given.id } });
  tap('delivered', { 1: stopId(a), 3: parcels(a), 4: [collected], 5: 0 });
  tap('failed', { 1: stopId(b), 5: 0 });
  for (const phone of [...phones, ...phones]) await phone.sync();
  for (const phone of phones) await sees(phone);
  const logs = phones.map((phone) => only(phone).log);
  const items = (await board.ask('GET', '/v1/items')).items.filter(({ rounds }) => rounds.some((id) => logs.some((log) => ids.text(log.id) === id)));
  const ours = await Promise.all(logs.flatMap((log) => together.moved(logs, log)).map(async ({ kind, records }) => (
    [kind, ids.text(await together.itemId(kind, records)), records.map(({ id }) => ids.text(id))])));
  assert.deepEqual(items.filter(({ kind }) => kind.endsWith('_but_done')).map((each) => [each.kind, each.id, each.evidence.map(({ record }) => record)]).sort(), ours.sort());
  assert.ok(ours.length);
});

test('derives the rulings of parcels that two couriers say they have, until it is settled', async () => {
  const one = await board.morning('Hal'), other = await board.morning('Ina'), phones = [one.phone, other.phone];
  const [pickup, a, b] = one.round.stops;
  await one.phone.sync();
  const first = acting(one.phone)('collected', { 1: stopId(pickup), 3: parcels(pickup) });
  await board.command(one.round, {
    move_stops: { stops: [pickup, a, b].map(({ id }) => id), to: other.round.id, to_plan_version: other.round.plan_version },
  });
  await other.phone.sync();
  const moved = meaning.stops(only(other.phone).log).find(({ added, kind }) => kind === 0 && added.body.has(8));
  const second = acting(other.phone)('collected', { 1: moved.id, 3: moved.parcels });
  for (const phone of [...phones, ...phones].reverse()) await phone.sync();

  const device = meaning.ofKind(only(one.phone).log, 'stop_added')[0].id.subarray(16);
  const isRuled = async (holder) => {
    const logs = phones.map((phone) => only(phone).log);
    for (const log of logs) {
      for (const parcel of moved.parcels) {
        const holds = meaning.holding(meaning.ofKind(log, 'ruled').filter(({ body }) => ids.same(body.get(1), parcel)));
        const ours = await together.ruledOf(logs, log, parcel, holder, device);
        assert.deepEqual(holds.map(({ id, bytes }) => [id, bytes.toString('hex')]), [[ours.id, ours.bytes.toString('hex')]]);
      }
    }
  };
  await isRuled(null);
  for (const phone of phones) assert.ok((await sees(phone)).stops.some(({ remarks }) => remarks.includes('custody_disputed')));
  const item = (await board.ask('GET', '/v1/items')).items.find(({ kind }) => kind === 'custody_disputed');
  const records = [first, second].sort(Buffer.compare);
  assert.deepEqual([item.id, item.evidence.map(({ record }) => record)], [
    ids.text(await together.itemId('custody_disputed', records.map((id) => ({ id })))), records.map(ids.text),
  ]);
  const settle = { records: records.map(ids.text), answer: 'holds', holds: ids.text(second) };
  const elsewhere = item.rounds.find((id) => id !== item.round);
  await assert.rejects(board.command({ id: elsewhere }, { settle }, null), /not_to_settle/);
  await board.command({ id: item.round }, { settle }, null);
  for (const phone of phones) await phone.sync();
  await isRuled(other.member);
  for (const phone of phones) assert.ok(!(await sees(phone)).stops.some(({ remarks }) => remarks.includes('custody_disputed')));
});
