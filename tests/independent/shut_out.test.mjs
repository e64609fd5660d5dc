import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Board } from './board.mjs';
import { only } from './forger.mjs';
import * as ids from './ids.mjs';
import * as meaning from './meaning.mjs';
import { start } from './server.mjs';
import * as sync from './sync.mjs';

let server, board;
before(async () => {
  server = await start();
  board = new Board(server);
});
after(() => server?.stop());

const pause = (phone, is = true) => phone.tap(only(phone).log.id, 'paused', { 1: is });
const aside = async (phone) => (await board.ask('GET', '/v1/aside')).changes.filter(({ device }) => device === ids.text(phone.me.device));
const codes = (map) => [...map].map(([key, { code }]) => [key, code]);

test('hears that its device was revoked: what it sends is held, its cards go, its queue stays', async () => {
  const { phone, member, round } = await board.morning('Ana');
  await phone.sync();
  const said = await board.ask('POST', '/v1/devices/revoke', { device: ids.text(phone.me.device) });
  assert.ok(said.revoked_ms > 0);
  const tapped = pause(phone);
  const [{ verdict }] = await phone.sync();
  assert.deepEqual([verdict, phone.notices], ['held', ['revoked']]);
  assert.deepEqual(codes(only(phone).aside), [[ids.text(tapped), 'held']]);
  assert.deepEqual([only(phone).log.cards.size, only(phone).log.records.size], [0, 3], 'no card, but the round');
  const [held] = await aside(phone);
  assert.deepEqual([held.code, held.until_ms, held.records.map(({ record, kind, state }) => [record, kind, state])], ['held', null, [[ids.text(tapped), 'paused', 'open']]]);

  const anew = await board.phone(member);
  await anew.sync();
  assert.equal(only(anew).log.cards.size, 3);
  only(anew).queue.set(ids.text(tapped), only(phone).aside.get(ids.text(tapped)));
  assert.deepEqual((await anew.sync()).map(({ verdict }) => verdict), ['committed'], 'under its old id, by the new key');
  assert.equal((await aside(phone))[0].records[0].state, 'done');
  const late = pause(phone, false);
  await phone.sync();
  const [newest] = await aside(phone);
  await board.command({ id: round.id }, { release: { device: newest.device, change: newest.change, records: [] } }, null);
  await anew.sync();
  assert.ok(only(anew).log.records.has(ids.text(late)), 'let in by a coordinator, with the bytes it was tapped with');
  assert.equal(meaning.standing(only(anew).log).length, 2);
});

test('finds what was refused among what is aside: let in if it can be, left out for good or for the time being', async () => {
  const { phone, round } = await board.morning('Bea');
  await phone.sync();
  const [bad, good] = [phone.tap(only(phone).log.id, 'failed', { 1: only(phone).log.id, 5: 99 }), pause(phone)];
  await phone.sync();
  const [{ code, until_ms: until, received_ms: received, device, change, records }] = await aside(phone);
  assert.deepEqual([code, until - received], ['record_malformed', 30 * 24 * 3600000]);
  assert.deepEqual(records.map(({ record, kind, named, state }) => [record, kind, named, state]), [
    [ids.text(bad), null, true, 'open'], [ids.text(good), 'paused', false, 'done'],
  ]);
  const decide = (what) => server.ask('POST', '/v1/commands', (
    { act: ids.text(ids.random(16)), round: round.id, plan_version: null, command: { [what]: { device, change, records: [ids.text(bad)] } } }));
  const released = await decide('release');
  assert.deepEqual([released.status, released.body.code], [409, 'not_releasable']);
  assert.equal((await decide('reject')).status, 200);
  assert.equal((await aside(phone))[0].records[0].state, 'rejected');
});

test('hears that two phones have one key, until one enrols anew; the same request again is no copy', async () => {
  const { phone, member } = await board.morning('Dora');
  await phone.sync();
  const request = await phone.request();
  for (let i = 0; i < 2; i++) assert.deepEqual(sync.answer(await sync.post(server.address, request)).notices, []);
  phone.counter -= 1;
  pause(phone);
  assert.deepEqual((await phone.sync()).map(({ verdict }) => verdict), ['committed'], 'noticed, not refused');
  assert.deepEqual(phone.notices, ['cloned']);
  await phone.sync();
  assert.deepEqual(phone.notices, ['cloned'], 'from then on');
  const anew = await board.phone(member);
  await anew.sync();
  assert.deepEqual(anew.notices, []);
});
