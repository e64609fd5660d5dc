import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Board } from './board.mjs';
import { fact, forge, only, push } from './forger.mjs';
import * as ids from './ids.mjs';
import * as logs from './log.mjs';
import * as plan from './plan.mjs';
import { start } from './server.mjs';

let server, board;
before(async () => {
  server = await start();
  board = new Board(server);
});
after(() => server?.stop());

const parcels = (stop) => stop.parcels.map((parcel) => ids.bytes(parcel, 16));
const round = (id) => board.ask('GET', `/v1/rounds/${id}`);
/** What a board shows of a round, but for when the server had it. */
const shown = async (id) => {
  const { last_heard_ms, plan_seen_ms, acts_since, stops, ...rest } = await round(id);
  return { ...rest, stops: stops.map(({ received_ms, ...stop }) => stop) };
};
const facts = (phone) => [...only(phone).log.records.values()].filter(({ map }) => map === 'facts');
const keys = (map) => [...map.keys()].sort();
/** The log that a phone ends with says the same as the one it had, and every act once. */
const saysTheSame = (now, then) => {
  assert.deepEqual(keys(now.records), keys(then.records));
  assert.deepEqual([...now.records.values()].filter(({ id, bytes }) => !ids.same(bytes, then.records.get(ids.text(id)).bytes)), []);
  assert.deepEqual(keys(now.cards), keys(then.cards));
};

/** A pickup, and what a coordinator and the courier do after the copy was made. */
async function goOn(phone, made) {
  const id = ids.bytes(made.id, 16), [pickup, drop] = plan.sequence(only(phone).log);
  const collected = phone.tap(id, 'collected', { 1: pickup.id, 3: parcels(pickup) });
  await phone.sync();
  let now = await round(made.id);
  now = await board.command(now, { amend_stop: { stop: ids.text(drop.id), service_seconds: 300 } });
  now = await board.addStop(now, 'drop_off', [ids.text(ids.random(16))], 'Zoé', { from: 12, door: '7' });
  const late = now.stops.find(({ card }) => card.name === 'Zoé');
  await phone.sync();
  phone.tap(id, 'delivered', { 1: drop.id, 3: parcels(drop), 4: [collected], 5: 1 });
  await phone.sync();
  now = await board.command(await round(made.id), { sequence: { stops: [late.id, ...made.stops.slice(2).map(({ id }) => id)] } });
  await phone.sync();
  phone.tap(id, 'paused', { 1: true });
  await phone.sync();
  return late;
}

test('gives back to a server that was put back what it lost: changes of others, own ones, cards', async () => {
  const { phone, member, round: made } = await board.morning('Ana');
  await phone.sync();
  const copy = await server.copy();
  await goOn(phone, made);
  const then = only(phone).log, board0 = await shown(made.id);
  await server.putBack(copy);
  assert.equal((await round(made.id)).stops.length, 3, 'the server lost what came since');

  const verdicts = await phone.sync();
  assert.deepEqual([...new Set(verdicts.map(({ verdict }) => verdict))], ['committed']);
  assert.deepEqual([phone.owed(), only(phone).queue.size, only(phone).aside.size], [0, 0, 0]);
  assert.deepEqual(await shown(made.id), board0);
  saysTheSame(only(phone).log, then);
  assert.deepEqual(keys(only(phone).log.changes), keys(then.changes), 'byte for byte what was there, none minted anew');

  const second = await board.phone(member);
  await second.sync();
  saysTheSame(only(second).log, then);
  assert.equal(facts(second).length, 3);
  assert.deepEqual(only(second).log.lineage, only(phone).log.lineage);
  assert.deepEqual(await phone.sync(), [], 'and nothing is left to say');
});

test('is taken in again by a server that never heard of courier, device and round', async () => {
  const copy = await server.copy();
  const { phone, member, round: made } = await board.morning('Bea');
  await phone.sync();
  await goOn(phone, made);
  const then = only(phone).log, { courier_name: _, ...board0 } = await shown(made.id);
  await server.putBack(copy);
  assert.equal((await server.ask('GET', `/v1/rounds/${made.id}`)).status, 404);

  await phone.sync();
  assert.deepEqual([phone.owed(), only(phone).queue.size], [0, 0]);
  const { courier_name: name, ...board1 } = await shown(made.id);
  assert.deepEqual(board1, board0);
  assert.equal(name, `? ${ids.text(member).slice(0, 4)}`);
  saysTheSame(only(phone).log, then);
  await board.ask('POST', '/v1/members', { member: ids.text(member), name: 'Bea', role: 'courier' });
  const second = await board.phone(member);
  await second.sync();
  saysTheSame(only(second).log, then);
});

test('gives much back in several requests, over two rollbacks, also what was under way', async () => {
  const { phone, member, round: made } = await board.morning('Cem');
  await phone.sync();
  const first = await server.copy(), id = only(phone).log.id;
  let now = made;
  for (let i = 0; i < 40; i++) now = await board.addStop(now, 'hub', [], `Dépôt ${i}`);
  await phone.sync();
  const second = await server.copy();
  for (let i = 0; i < 20; i++) await board.command(await round(made.id), { amend_stop: { stop: made.stops[0].id, service_seconds: 200 + i } });
  phone.tap(id, 'paused', { 1: true });
  await phone.sync();
  const then = only(phone).log, board0 = await shown(made.id);

  phone.tap(id, 'paused', { 1: false });
  await phone.request(); // minted and saved, and never sent
  await server.putBack(second);
  await phone.ask();
  assert.equal(phone.owed(), 21, '20 amendments and a tap');
  await phone.ask();
  assert.equal(phone.owed(), 5, 'sixteen with a request');
  await server.putBack(first);
  const verdicts = await phone.sync();
  assert.deepEqual([...new Set(verdicts.map(({ verdict }) => verdict))].sort(), ['committed', 'missing'], 'what was sent before it was known stood on what was lost');
  assert.deepEqual([phone.owed(), only(phone).queue.size, only(phone).aside.size], [0, 0, 0]);
  assert.equal(facts(phone).length, 2);
  assert.deepEqual(await shown(made.id), board0);
  for (const hash of then.changes.keys()) assert.ok(only(phone).log.changes.has(hash));
  assert.deepEqual(keys(only(phone).log.cards), keys(then.cards));
  const tablet = await board.phone(member);
  await tablet.sync();
  saysTheSame(only(tablet).log, only(phone).log);
});

test('two phones of a courier give back what each had, and end with the same', async () => {
  const { phone, member, round: made } = await board.morning('Dora');
  const tablet = await board.phone(member);
  await phone.sync();
  const copy = await server.copy();
  await goOn(phone, made);
  await tablet.sync();
  const id = only(phone).log.id;
  phone.tap(id, 'paused', { 1: false });
  await phone.sync();
  tablet.tap(id, 'finished', {});
  await server.putBack(copy);
  for (const each of [tablet, phone, tablet]) await each.sync();
  assert.deepEqual([phone, tablet].map((each) => [each.owed(), only(each).queue.size]), [[0, 0], [0, 0]]);
  assert.deepEqual(only(phone).log.lineage, only(tablet).log.lineage);
  assert.equal(facts(phone).length, 5);
  assert.equal((await round(made.id)).finished, true);
});

test('keeps a change whose record was written anew, and mints its own records that stood on it', async () => {
  const { phone, member, round: made } = await board.morning('Elif');
  await phone.sync();
  const copy = await server.copy(), id = only(phone).log.id, [stop] = plan.stops(only(phone).log);
  const tapped = phone.tap(id, 'arrived', { 1: stop.id });
  await phone.sync();
  phone.tap(id, 'waiting', { 1: stop.id });
  await phone.sync();
  await board.command(await round(made.id), { amend_stop: { stop: ids.text(stop.id), service_seconds: 240 } });
  await phone.sync();
  await server.putBack(copy);
  const tablet = await board.phone(member);
  await tablet.sync();
  const { sealed } = await forge(tablet, [fact(tablet, 'failed', { 1: stop.id, 5: 0 }, { id: tapped })]);
  await push(server, tablet, [sealed]);

  await phone.sync();
  assert.deepEqual([...only(phone).aside].map(([key, { code }]) => [key, code]), [[ids.text(tapped), 'record_rewritten']]);
  assert.equal(only(phone).queue.size, 0, 'the second tap is there, in a change of its own');
  assert.equal(phone.owed(), 3, 'the change that was refused, and two that stood on it');
  assert.deepEqual(await phone.sync(), [], 'which wait');
  assert.deepEqual(facts(phone).map(({ code }) => code).sort(), ['failed', 'waiting']);
});

test('does not bring back a card that was erased, and forgets it', async () => {
  const earlier = server.backup();
  const { phone, member, round: made } = await board.morning('Femi');
  const [tablet, offline] = [await board.phone(member), await board.phone(member)];
  await phone.sync();
  const older = await server.copy(), backup = server.backup(), version = made.stops[2].card_version;
  const now = await board.command(made, { withdraw_stop: { stop: made.stops[2].id, reason: 'cancelled' } });
  for (const each of [tablet, offline]) await each.sync();
  await board.command(now, { erase_card: { stop: made.stops[2].id } }, null);
  await phone.sync();
  assert.equal(only(phone).log.cards.get(version), null);

  const cards = () => [phone, tablet].map((each) => [each.owed(), only(each).log.cards.get(version)]);
  await server.restore(backup);
  for (const each of [tablet, phone]) await each.sync();
  assert.deepEqual(cards(), [[0, null], [0, null]]);
  assert.equal((await round(made.id)).stops.find(({ id }) => id === made.stops[2].id).card, null);
  await server.restore(earlier);
  for (const each of [offline, phone]) await each.sync();
  assert.deepEqual([offline.owed(), only(offline).log.cards.get(version)], [0, null], 'given back, and answered with a tombstone');
  assert.deepEqual(cards(), [[0, null], [0, null]]);
  await server.putBack(older);
  for (const each of [tablet, phone]) await each.sync();
  assert.deepEqual(cards(), [[0, null], [0, null]], 'whatever row the log has of it');
});

test('shows the word for the device that it was, so that its records are not another\'s', async () => {
  const copy = await server.copy();
  const { phone, member } = await board.morning('Gro');
  await phone.sync();
  const id = only(phone).log.id, tapped = phone.tap(id, 'paused', { 1: true });
  await server.putBack(copy);
  await board.ask('POST', '/v1/members', { member: ids.text(member), name: 'Gro', role: 'courier' });
  const anew = async (former) => {
    const other = await board.phone(member);
    other.rounds = new Map([...phone.rounds].map(([key, round]) => [key, { ...round, queue: new Map(round.queue), pushes: new Map(), aside: new Map() }]));
    other.former = former;
    await other.sync();
    return only(other);
  };
  const without = await anew([]);
  assert.deepEqual([...without.aside].map(([key, { code }]) => [key, code]), [[ids.text(tapped), 'key_of_another']]);
  const shown = await anew([{ device: phone.me.device, delegation: phone.delegation }]);
  assert.deepEqual([shown.aside.size, shown.queue.size, shown.log.records.has(ids.text(tapped))], [0, 0, true]);
});

test('does not help itself twice: after a second `device_unknown` it has to enrol again', async () => {
  const phone = await board.phone(await board.courier('Hal'));
  phone.me.sign = () => Buffer.alloc(64);
  await assert.rejects(phone.sync(), ({ problem }) => problem.code === 'device_unknown');
});
