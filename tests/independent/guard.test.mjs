import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Board } from './board.mjs';
import { encode } from './cbor.mjs';
import * as envelope from './envelope.mjs';
import { fact, forge, only, push } from './forger.mjs';
import * as ids from './ids.mjs';
import * as plan from './plan.mjs';
import { start } from './server.mjs';

let server, phone, stop;
before(async () => {
  server = await start();
  ({ phone } = await new Board(server).morning('Ana'));
  await phone.sync();
  stop = plan.stops(only(phone).log)[0].id;
});
after(() => server?.stop());

const many = (length, make) => Array.from({ length }, make);
const arrived = (other) => fact(phone, 'arrived', { 1: stop }, other);
const places = (other = {}) => encode(Object.assign([1, 41, phone.me.member, 0, phone.boot, 1, 1, new Map([[1, stop]])], other));
const nested = (deep) => (deep ? [nested(deep - 1)] : 0);
const verdicts = async (...sealed) => (await push(server, phone, sealed)).rounds[0].verdicts;

/** Changes the bytes of a forged change after its envelope was signed. */
async function spoilt(records, spoil) {
  const { minted, sealed } = await forge(phone, records);
  const bytes = Buffer.from(minted.bytes);
  return { records, sealed: [spoil(bytes) ?? bytes, ...sealed.slice(1)] };
}

const one = async (other, record = arrived()) => ({ records: [record], ...(await forge(phone, [record], other)) });
const big = (kind, length) => arrived({ bytes: places({ 1: kind, 7: new Map([[1, Buffer.alloc(length)]]) }) });

/** What is wrong, its code, and whether the record is named. In the order of the stages. */
const REFUSED = [
  ['more than 65536 bytes', 'change_too_large', false, () => spoilt([arrived()], (bytes) => Buffer.concat([bytes, Buffer.alloc(65536)]))],
  ['a byte too many', 'not_one_change', false, () => spoilt([arrived()], (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]))],
  ['no bytes', 'not_one_change', false, () => spoilt([arrived()], () => Buffer.alloc(0))],
  ['a wrong checksum', 'checksum', false, () => spoilt([arrived()], (bytes) => { bytes[4] ^= 1; })],
  ['a signature of nobody', 'signature', false, () => one({ sign: () => Buffer.alloc(64) })],
  ['a device of nobody', 'signature', false, async () => {
    const { minted } = await forge(phone, [arrived()]);
    return { records: [], sealed: await envelope.seal(minted, only(phone).log.id, Buffer.alloc(8), phone.me.sign, null) };
  }],
  ['a time', 'not_bare', false, () => one({ time: 5 })],
  ['a message', 'not_bare', false, () => one({ message: 'hello' })],
  ['extra bytes', 'not_bare', false, () => one({ extra: Buffer.from('x') })],
  ['another seq', 'not_bare', false, () => one({ seq: 2 })],
  ['another genesis', 'not_bare', false, () => one({ genesisActor: Buffer.alloc(16, 1) })],
  ['no operation', 'operation_count', false, async () => ({ records: [], ...(await forge(phone, [])) })],
  ['51 operations', 'operation_count', false, async () => ({ records: [], ...(await forge(phone, many(51, () => arrived()))) })],
  ['a deletion', 'not_a_put', false, () => one({ action: 3 })],
  ['a key that is no record id', 'key', false, () => one({}, arrived({ id: Buffer.alloc(23) }))],
  ['a key twice, in two maps', 'key_twice', true, async () => {
    const record = arrived();
    return { records: [record], ...(await forge(phone, [record, { ...record, map: 'plan' }])) };
  }],
  ["another's key", 'key_of_another', true, () => one({}, arrived({ id: Buffer.alloc(24) }))],
  ['an actor by lot', 'actor', false, () => one({ actor: Buffer.alloc(16) })],
  ['runs told apart', 'not_canonical', false, async () => (
    { records: [], ...(await forge(phone, [arrived(), arrived()], { preds: Buffer.from('7e0000', 'hex') })) })],
  ['2049 bytes and more', 'record_too_large', true, () => one({}, big(1000, 2048))],
  ['no CBOR', 'record_malformed', true, () => one({}, arrived({ bytes: Buffer.from([0xff]) }))],
  ['nine places', 'record_malformed', true, () => one({}, arrived({ bytes: places({ 8: 0 }) }))],
  ['schema 0', 'record_malformed', true, () => one({}, arrived({ bytes: places({ 0: 0 }) }))],
  ['a reaction of a known kind', 'record_malformed', true, () => one({}, arrived({ bytes: encode([1, 41, new Map([[1, stop]])]) }))],
  ['17 seen', 'record_malformed', true, () => one({}, fact(phone, 'arrived', { 1: stop, 2: many(17, () => ids.random(24)) }))],
  ['61 parcels', 'record_malformed', true, () => one({}, fact(phone, 'collected', { 1: stop, 3: many(61, () => ids.random(16)) }))],
  ['101 stops', 'record_malformed', true, () => one({}, fact(phone, 'started', { 1: many(101, () => ids.random(16)) }))],
  ['null for what is left out', 'record_malformed', true, () => one({}, fact(phone, 'arrived', { 1: stop, 2: null }))],
  ['a reason that is not listed', 'record_malformed', true, () => one({}, fact(phone, 'failed', { 1: stop, 5: 7 }))],
  ['a fact in the plan', 'kind_not_allowed', true, () => one({}, arrived({ map: 'plan' }))],
  ['a plan record in the facts', 'kind_not_allowed', true, () => one({}, fact(phone, 'archived', {}))],
  ["a shop's fact", 'kind_not_allowed', true, () => one({}, fact(phone, 'given', { 1: [stop], 2: [], 3: ids.random(64), 4: ids.random(160) }))],
  ['another member', 'member_of_another', true, () => one({}, arrived({ bytes: places({ 2: ids.random(16) }) }))],
  ['no deps', 'deps', false, () => one({ deps: [] })],
  ['a dep twice', 'deps', false, () => one({ deps: many(2, () => only(phone).log.genesis.hash) })],
  ['65 deps', 'deps', false, () => one({ deps: many(65, () => ids.random(32)).sort(Buffer.compare) })],
  ['another start_op', 'start_op', false, () => one({ startOp: 99 })],
];

test('refuses at each stage of the guard with its code, naming the record where the page says so', async () => {
  for (const [what, code, isNamed, make] of REFUSED) {
    const { records, sealed } = await make();
    const [verdict] = await verdicts(sealed);
    assert.deepEqual([verdict.verdict, verdict.first, verdict.second], ['refused', code, isNamed ? records.map(({ id }) => id) : []], what);
  }
});

test('refuses other bytes under a record id that is taken, and takes the same bytes again in another change', async () => {
  const first = arrived();
  const forged = [[first], [arrived({ id: first.id, bytes: places({ 6: 9 }) })], [first, arrived()]];
  for (const [i, expected] of [['committed', null, null], ['refused', 'record_rewritten', [first.id]], ['committed', null, null]].entries()) {
    const { sealed } = await forge(phone, forged[i]);
    const [{ verdict, first: code, second }] = await verdicts(sealed);
    assert.deepEqual([verdict, code, second], expected);
  }
});

test('asks for what a change stands on', async () => {
  const dep = ids.random(32);
  const { sealed } = await forge(phone, [arrived()], { deps: [dep] });
  const [{ verdict, first }] = await verdicts(sealed);
  assert.deepEqual([verdict, first], ['missing', [dep]]);
});

test('puts the seventeenth change of a request off', async () => {
  const sealed = await Promise.all(many(17, async () => (await forge(phone, [arrived()])).sealed));
  const said = (await verdicts(...sealed)).map(({ verdict, first }) => [verdict, first]);
  assert.deepEqual(said, [...many(16, () => ['committed', null]), ['later', 'too_many']]);
});

test('takes what is odd and yet well-formed', async () => {
  const odd = [
    big(1000, 1900), // a kind that is not listed
    arrived({ bytes: places({ 0: 2, 1: 4, 7: new Map([[1, 'no sequence']]) }) }), // a known number in a later schema
    arrived({ bytes: encode([1, 1000, new Map()]) }), // three places
    arrived({ bytes: places({ 3: -(2n ** 63n), 5: 2n ** 63n - 1n }) }),
    arrived({ bytes: places({ 7: new Map([[1, stop], [9, nested(10)]]) }) }), // twelve deep, under a key that is not listed
    fact(phone, 'arrived', { 1: ids.random(16), 2: [] }), // a stop that is not in the plan, an empty list
    fact(phone, 'collected', { 1: stop, 3: [stop, stop] }),
  ];
  const { sealed } = await forge(phone, odd);
  const [{ verdict }] = await verdicts(sealed);
  assert.equal(verdict, 'committed');
});
