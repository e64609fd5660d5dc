import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import * as Automerge from '@automerge/automerge';
import { Board } from './board.mjs';
import { decode, encode } from './cbor.mjs';
import { enrol } from './enrol.mjs';
import { fact, forge, only, push } from './forger.mjs';
import { genesis } from './genesis.mjs';
import * as ids from './ids.mjs';
import * as logs from './log.mjs';
import * as plan from './plan.mjs';
import * as record from './record.mjs';
import { start } from './server.mjs';
import * as sync from './sync.mjs';
import { vectors } from './vectors.mjs';

let server, board;
before(async () => {
  server = await start();
  board = new Board(server);
});
after(() => server?.stop());

const many = (byte, length) => Buffer.alloc(length, byte);
const heads = ({ log }) => [...log.heads.keys()].sort();
const sorted = (map) => [...map].sort();

/** The document of a log by stock Automerge alone. */
function automerge(log) {
  const changes = [log.genesis, ...log.changes.values()].map(({ bytes }) => new Uint8Array(bytes));
  return Automerge.applyChanges(Automerge.init(), changes)[0];
}

test('computes the genesis of the document, and stock Automerge loads it', async () => {
  const made = await genesis(many(1, 16), many(2, 16), 1);
  assert.deepEqual(made.bytes, vectors.genesis);
  assert.deepEqual(made.hash, vectors['genesis-hash']);
  const doc = Automerge.load(new Uint8Array(made.bytes));
  assert.deepEqual(Automerge.toJS(doc), { plan: {}, facts: {} });
  assert.deepEqual(Automerge.getHeads(doc), [made.hash.toString('hex')]);
  assert.equal(Automerge.getObjectId(doc.facts), `2@${made.actor.toString('hex')}`);
});

test('loads the archived document of a recorded version, which is plain Automerge', () => {
  const file = new URL('../fixtures/0.1.0/document.automerge', import.meta.url);
  const doc = Automerge.toJS(Automerge.load(new Uint8Array(readFileSync(file))));
  const kinds = (map) => Object.values(map).map((bytes) => record.read(Buffer.from(bytes)).kind).sort((a, b) => a - b);
  assert.deepEqual(kinds(doc.plan), [1, 1, 1, 1, 1, 1, 1, 2, 3]);
  assert.deepEqual(kinds(doc.facts), [40, 41, 42, 43, 43, 43, 44, 44, 45, 46, 47, 48, 49, 49, 50, 51]);
});

test('enrols with a one-time code', async () => {
  const member = await board.courier('Chloé'), code = await board.code(member), seed = ids.random(32);
  const me = await enrol(server.address, code, seed);
  assert.deepEqual([me.member, me.name, me.coOpName, me.timeZone], [member, 'Chloé', 'Les Pédales', 'Europe/Paris']);
  assert.deepEqual((await enrol(server.address, code, seed)).device, me.device, 'after a lost answer the same code gives the same device');
  await assert.rejects(enrol(server.address, code), ({ problem }) => problem.code === 'enrolment_code' && problem.status === 403);
});

test('reads a round out of the answer, believes it, and it is plain Automerge', async () => {
  const { phone, round: made } = await board.morning('Dora');
  let round = await board.command(made, { amend_stop: { stop: made.stops[1].id, service_seconds: 300 } });
  round = await board.command(round, { sequence: { stops: [round.stops[0].id, round.stops[2].id, round.stops[1].id] } });
  round = await board.addStop(round, 'drop_off', [ids.text(ids.random(16))], 'Late', { from: 12 });
  round = await board.command(round, { withdraw_stop: { stop: round.stops[3].id, reason: 'postponed' } });
  await phone.sync();

  const { log } = only(phone), stops = plan.stops(log);
  assert.equal(ids.text(log.id), round.id);
  assert.equal(ids.text(await logs.version(log)), round.plan_version);
  assert.deepEqual(stops.map(({ card }) => card.get(3)), ['Librairie', 'Ana', 'Bob', 'Late']);
  assert.deepEqual(stops.map(({ service }) => service), [120, 300, 120, 120]);
  assert.equal(stops[1].card.get(8), '42B');
  const remaining = round.stops.filter(({ status }) => status === 'planned').map(({ id }) => id);
  assert.deepEqual(plan.sequence(log).map(({ id }) => ids.text(id)), remaining);
  assert.deepEqual(plan.sequence(log).map(({ card }) => card.get(3)), ['Librairie', 'Bob', 'Ana']);

  const doc = automerge(log);
  for (const map of ['plan', 'facts']) {
    const stored = Object.entries(doc[map]).map(([key, bytes]) => [key, ids.text(bytes)]);
    const read = [...log.records.values()].filter((each) => each.map === map).map(({ id, bytes }) => [ids.text(id), ids.text(bytes)]);
    assert.deepEqual(sorted(stored), sorted(read));
  }
  assert.equal(Object.keys(doc.plan).length, 7);
  const inHex = heads(only(phone)).map((head) => ids.bytes(head).toString('hex')).sort();
  assert.deepEqual(Automerge.getHeads(doc).sort(), inHex);
  assert.deepEqual(Automerge.getHeads(Automerge.load(Automerge.save(doc))).sort(), inHex);
});

test('collects and delivers offline, sends, gets committed, sends the same again, gets already', async () => {
  const { phone, round } = await board.morning('Emil');
  await phone.sync();
  const id = only(phone).log.id, [pickup, drop] = plan.sequence(only(phone).log);
  const parcels = (stop) => stop.parcels.map((parcel) => ids.bytes(parcel, 16));
  phone.tap(id, 'started', { 1: plan.sequence(only(phone).log).map((stop) => stop.id) });
  const collected = phone.tap(id, 'collected', { 1: pickup.id, 3: parcels(pickup) });
  const delivered = phone.tap(id, 'delivered', { 1: drop.id, 3: parcels(drop), 4: [collected], 5: 1 });
  assert.equal(only(phone).queue.size, 3);

  const before = only(phone).log;
  const [verdict] = await phone.sync();
  assert.equal(verdict.verdict, 'committed');
  assert.equal(only(phone).queue.size, 0, 'an act is done when its row is here');
  const sent = [...only(phone).log.changes.values()].at(-1);
  assert.deepEqual(sent.records.slice(1).map(({ id }) => id), [collected, delivered]);

  const again = await forge(phone, sent.records, { deps: sent.deps, startOp: sent.startOp });
  assert.deepEqual(again.minted.bytes, sent.bytes, 'minted again from the same records on the same heads');
  for (const [log, rows] of [[only(phone).log, 0], [before, 1]]) {
    const { rounds: [said] } = await push(server, phone, [again.sealed], [log]);
    assert.deepEqual(said.verdicts, [{ hash: sent.hash, verdict: 'already', first: null, second: null }]);
    assert.equal(said.rows.length, rows);
    for (const [kind, content] of said.rows) assert.deepEqual([kind, content], [0, sent.hash], 'what a request brought comes back by its hash');
  }

  const seen = (await board.ask('GET', '/v1/board')).rounds.find((each) => each.id === round.id);
  assert.deepEqual(seen.stops.map(({ status }) => status), ['collected', 'delivered', 'planned']);
  assert.deepEqual([seen.stops[1].handed_to, seen.stops[1].decided_by], ['neighbour', ids.text(delivered)]);
  assert.deepEqual(seen.stops.flatMap(({ remarks }) => remarks), []);
});

test('meets refusals, and the sibling in the same request is committed', async () => {
  const { phone } = await board.morning('Fanny');
  await phone.sync();
  const stop = plan.sequence(only(phone).log)[0];
  const another = ids.recordId(ids.random(16), many(9, 8));
  const elsewhere = await forge(phone, [fact(phone, 'arrived', { 1: stop.id }, { id: another })]);
  const planned = { ...fact(phone, 'archived', {}), map: 'plan' };
  const asPlan = await forge(phone, [planned]);
  const good = await forge(phone, [fact(phone, 'arrived', { 1: stop.id })]);
  const { rounds: [said] } = await push(server, phone, [elsewhere, asPlan, good].map(({ sealed }) => sealed));
  assert.deepEqual(said.verdicts, [
    { hash: elsewhere.minted.hash, verdict: 'refused', first: 'key_of_another', second: [another] },
    { hash: asPlan.minted.hash, verdict: 'refused', first: 'kind_not_allowed', second: [planned.id] },
    { hash: good.minted.hash, verdict: 'committed', first: null, second: null },
  ]);
  assert.deepEqual(said.rows.map(([, content]) => content), [good.minted.hash]);
});

test('sets a refused record aside and sends the others of its change again', async () => {
  const { phone } = await board.morning('Gil');
  await phone.sync();
  const id = only(phone).log.id, stop = plan.sequence(only(phone).log)[0];
  phone.tap(id, 'arrived', { 1: stop.id });
  const bad = phone.tap(id, 'failed', { 1: stop.id, 5: 99 });
  phone.tap(id, 'waiting', { 1: stop.id });
  assert.deepEqual((await phone.sync()).map(({ verdict }) => verdict), ['refused', 'committed']);
  assert.deepEqual([...only(phone).aside].map(([key, { code }]) => [key, code]), [[ids.text(bad), 'record_malformed']]);
  assert.equal(only(phone).queue.size, 0);
});

test('meets a cut: the same queue on the same heads gives the same bytes twice', async () => {
  const { phone } = await board.morning('Hana');
  await phone.sync();
  const id = only(phone).log.id, stop = plan.sequence(only(phone).log)[0];
  for (const code of ['arrived', 'waiting']) phone.tap(id, code, { 1: stop.id });
  const lost = await phone.request();
  const [first] = only(phone).pushes.values();
  await sync.post(server.address, lost); // the answer is lost, and with it what the phone had minted
  only(phone).pushes.clear();
  await phone.mint(only(phone));
  const [second] = only(phone).pushes.values();
  assert.deepEqual(encode(second.envelope), encode(first.envelope));
  assert.deepEqual((await phone.sync()).map(({ verdict }) => verdict), ['already']);
  assert.equal(only(phone).queue.size, 0);
  assert.equal([...only(phone).log.records.values()].filter(({ map }) => map === 'facts').length, 2);
});

test('sends from a phone that enrolled again what the lost one had saved', async () => {
  const { phone, member } = await board.morning('Ida');
  await phone.sync();
  const again = await board.phone(member);
  await again.sync();
  const id = phone.tap(only(phone).log.id, 'paused', { 1: true });
  only(again).queue.set(ids.text(id), only(phone).queue.get(ids.text(id)));
  assert.deepEqual((await again.sync()).map(({ verdict }) => verdict), ['committed']);
  await phone.sync();
  assert.deepEqual([only(phone).queue.size, only(again).queue.size], [0, 0]);
  assert.equal([...only(phone).log.changes.values()].filter(({ records }) => ids.same(records[0].id, id)).length, 2, 'each brought it; it is one record');
  assert.equal(Object.keys(automerge(only(phone).log).facts).length, 1);
});

test('brings two phones of one courier to the same heads', async () => {
  const { phone, member } = await board.morning('Ines');
  const tablet = await board.phone(member);
  await Promise.all([phone.sync(), tablet.sync()]);
  const id = only(phone).log.id, [pickup, drop] = plan.sequence(only(phone).log);
  phone.tap(id, 'arrived', { 1: pickup.id });
  tablet.tap(id, 'failed', { 1: drop.id, 5: 0 });
  await Promise.all([phone, tablet].map((each) => each.mint(only(each))));
  await phone.sync();
  await tablet.sync();
  await phone.sync();
  assert.equal(heads(only(phone)).length, 2, 'both stand on the plan, beside one another');
  assert.deepEqual(heads(only(phone)), heads(only(tablet)));
  phone.tap(id, 'waiting', { 1: pickup.id });
  await phone.sync();
  await tablet.sync();
  assert.equal(heads(only(phone)).length, 1, 'and the next on both of them');
  assert.deepEqual(heads(only(phone)), heads(only(tablet)));
  assert.deepEqual(only(phone).log.lineage, only(tablet).log.lineage);
  assert.deepEqual(Automerge.toJS(automerge(only(phone).log)), Automerge.toJS(automerge(only(tablet).log)));
});

test('fetches more than 500 rows in two answers, and mints on 64 of as many heads', async () => {
  const { phone, member } = await board.morning('Noé');
  await phone.sync();
  for (let i = 0; i < 32; i++) {
    const siblings = await Promise.all(Array.from({ length: 16 }, () => forge(phone, [fact(phone, 'paused', { 1: true })])));
    await push(server, phone, siblings.map(({ sealed }) => sealed));
  }
  const tablet = await board.phone(member), positions = [];
  for (let more = true; more; positions.push(only(tablet).log.position)) {
    ({ more } = await tablet.accept(await sync.post(server.address, await tablet.request())));
  }
  assert.deepEqual(positions, [500, 6 + 512]);
  assert.equal(only(tablet).log.heads.size, 512);
  tablet.tap(only(tablet).log.id, 'finished', {});
  assert.deepEqual((await tablet.sync()).map(({ verdict }) => verdict), ['committed']);
  assert.equal([...only(tablet).log.changes.values()].at(-1).deps.length, 64);
  assert.equal(heads(only(tablet)).length, 512 - 64 + 1);
  assert.equal(Automerge.getHeads(automerge(only(tablet).log)).length, 512 - 64 + 1);
});

test('says nothing new about three rounds in at most 200 bytes each way', async () => {
  const sizes = [];
  const measured = async (url, { body, ...rest }) => {
    const response = await fetch(url, { body, ...rest });
    sizes.push([body.length, (await response.clone().arrayBuffer()).byteLength]);
    return response;
  };
  const member = await board.courier('Jo'), phone = await board.phone(member, { fetch: measured });
  for (let i = 0; i < 3; i++) await board.addStop(await board.round(member), 'hub', [], 'Dépôt');
  await phone.sync();
  assert.equal(phone.rounds.size, 3);
  await phone.sync();
  const [up, down] = sizes.at(-1);
  assert.ok(up <= 200 && down <= 200, `${up} up, ${down} down`);
});

test('gets a problem for a bad signature', async () => {
  const phone = await board.phone(await board.courier('Karl'));
  const bytes = await phone.request();
  const places = decode(bytes);
  places[3][5] ^= 1;
  await assert.rejects(sync.post(server.address, encode(places)), ({ problem, status, type }) => {
    assert.deepEqual([status, type, problem.status, problem.code], [401, 'application/problem+json', 401, 'device_unknown']);
    return true;
  });
  await sync.post(server.address, bytes);
});

test('is refused a body of 4 MiB and a byte, inflated or as it is', async () => {
  const phone = await board.phone(await board.courier('Lou'));
  const most = 4 * 1024 * 1024;
  for (const gzip of [false, true]) {
    const send = (length) => sync.post(server.address, gzip ? gzipSync(Buffer.alloc(length)) : Buffer.alloc(length), { gzip });
    await assert.rejects(send(most + 1), ({ problem }) => problem.code === 'too_large' && problem.status === 413);
    await assert.rejects(send(most), ({ problem }) => problem.code === 'bad_input' && problem.status === 400);
  }
  const whole = gzipSync(await phone.request());
  assert.ok(sync.answer(await sync.post(server.address, whole, { gzip: true })).time > 0);
});

test('rejects an answer that somebody changed, and keeps what it had', async () => {
  const { phone } = await board.morning('Mia');
  const bytes = await sync.post(server.address, await phone.request());
  const changed = {
    lineage: ([round]) => (round[6][0] ^= 1),
    'a card': ([round]) => (round[4].find(([kind]) => kind === 1)[2][25] ^= 1),
    'a signature': ([round]) => (round[4].find(([kind]) => kind === 0)[1][2][3] ^= 1),
    'a change': ([round]) => (round[4].find(([kind]) => kind === 0)[1][0][200] ^= 1),
    'a delegation': ([round]) => (round[4].find(([kind]) => kind === 0)[1][3][30] ^= 1),
    'a row less': ([round]) => round[4].pop(),
    'two rows exchanged': ([round]) => round[4].push(round[4].shift()),
  };
  for (const [what, tamper] of Object.entries(changed)) {
    const places = decode(bytes);
    tamper(places[3]);
    await assert.rejects(phone.accept(encode(places)), Error, what);
    assert.equal(phone.rounds.size, 0, what);
  }
  await phone.accept(bytes);
  assert.equal(only(phone).log.records.size, 3);
});
