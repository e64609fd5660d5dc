import { test } from 'node:test';
import assert from 'node:assert/strict';
import { encode } from './cbor.mjs';
import * as change from './change.mjs';
import * as delegation from './delegation.mjs';
import * as envelope from './envelope.mjs';
import { genesis } from './genesis.mjs';
import * as hash from './hash.mjs';
import * as ids from './ids.mjs';
import { keyPair } from './key.mjs';
import * as logs from './log.mjs';
import * as record from './record.mjs';
import * as sync from './sync.mjs';
import { vectors } from './vectors.mjs';

const many = (byte, length) => Buffer.alloc(length, byte);

test('makes every byte of the tap of section 19', async () => {
  const v = vectors, [round, member, coOp, server, phone] = [many(1, 16), many(2, 16), many(3, 16), many(5, 8), many(7, 8)];
  const coOpKey = await keyPair(many(4, 32)), phoneKey = await keyPair(many(8, 32));
  assert.deepEqual([coOpKey.key, phoneKey.key], [v['co-op-key'], v['phone-key']]);
  const first = await genesis(round, member, 1), time = Date.UTC(2026, 10, 22, 8), stop = many(9, 16), parcel = many(10, 16);

  const card = encode(new Map([[1, many(11, 16)], [3, 'Ana'], [4, '1 rue Haute'], [5, 488500000], [6, -23500000], [8, '42B']]));
  assert.deepEqual(card, v.card);
  assert.deepEqual(await hash.cardVersion(card), v['card-hash']);
  const added = record.freeze({
    kind: record.KIND.stop_added, member: many(14, 16), time, boot: server, monotonic: 3600000, n: 0,
    body: { 1: 1, 2: [time, time + 2 * 3600000], 3: 120, 4: [parcel], 6: v['card-hash'] },
  });
  assert.deepEqual(added, v['plan-record']);
  assert.deepEqual(await hash.planVersion([ids.recordId(stop, server)]), v['plan-version']);

  const planned = await change.mint({
    device: server, genesisActor: first.actor, deps: [first.hash], startOp: 3,
    records: [{ map: 'plan', id: ids.recordId(stop, server), bytes: added }],
  });
  assert.deepEqual([planned.bytes, planned.hash], [v['plan-change'], v['plan-change-hash']]);
  const row = [planned.bytes, server, v['plan-signature'], v['server-delegation']];
  const rows = [[1, v['card-hash'], card], [0, row, time]];
  const empty = await logs.empty(round, member, 1);
  assert.deepEqual(empty.lineage, v['lineage-0']);
  const trust = { coOp, coOpKey: coOpKey.key };
  const log = await logs.take(empty, { from: 0, rows, position: 2, lineage: v['lineage-2'].subarray(0, 8) }, trust);
  assert.deepEqual(log.lineage, v['lineage-2']);

  const shared = { member, time, boot: many(13, 8), monotonic: 3600000 };
  const tap = record.freeze({ ...shared, kind: record.KIND.delivered, n: 1, body: { 1: stop, 3: [parcel], 5: 1 } });
  assert.deepEqual(tap, v.record);
  const records = [{ map: 'facts', id: ids.recordId(many(12, 16), phone), bytes: tap }];
  const minted = await change.mint({ device: phone, ...logs.base(log), records });
  assert.deepEqual([minted.bytes, minted.hash], [v.change, v['change-hash']]);
  const word = await delegation.open(v['phone-delegation'], coOp, coOpKey.key);
  assert.deepEqual([word.key, word.member, word.until - word.issued], [v['phone-key'], member, 72 * 3600000]);
  const sealed = await envelope.seal(minted, round, phone, phoneKey.sign, v['phone-delegation']);
  assert.deepEqual([sealed[2], encode(sealed)], [v.signature, v.envelope]);
  const body = sync.body([{ ...log, holder: null, pushes: [sealed] }]);
  assert.deepEqual(body, v.body);
  assert.deepEqual(await sync.request(phone, 1, phoneKey.sign, body), v.request);

  const { rounds: [said] } = sync.answer(v.answer);
  const own = new Map([[ids.text(minted.hash), sealed]]), next = await logs.take(log, said, trust, own);
  assert.deepEqual(next.lineage, v['lineage-3']);
  assert.deepEqual(said.verdicts, [{ hash: minted.hash, verdict: 'committed', first: null, second: null }]);
  const three = await change.mint({
    device: phone, ...logs.base(next),
    records: [['paused', { 1: true }, 22, 2], ['paused', { 1: false }, 23, 3], ['finished', {}, 24, 4]].map(([code, body, act, n]) => (
      { map: 'facts', id: ids.recordId(many(act, 16), phone), bytes: record.freeze({ ...shared, kind: record.KIND[code], n, body }) })),
  });
  assert.deepEqual(three.bytes, v['change-of-three']);
  assert.deepEqual([...next.records.keys()].at(-1), 'DAwMDAwMDAwMDAwMDAwMDAcHBwcHBwcH');
});
