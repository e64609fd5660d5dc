// Signs and sends for a phone what its own queue would not: for the tests of what the guard says.
import * as change from './change.mjs';
import * as envelope from './envelope.mjs';
import * as ids from './ids.mjs';
import * as logs from './log.mjs';
import * as record from './record.mjs';
import * as sync from './sync.mjs';

export const only = (phone) => [...phone.rounds.values()][0];

export function fact(phone, code, body, other = {}) {
  const shared = { member: phone.me.member, time: Date.now(), boot: phone.boot, monotonic: 1, n: 1 };
  return {
    map: 'facts',
    id: ids.recordId(ids.random(16), phone.me.device),
    bytes: record.freeze({ ...shared, kind: record.KIND[code] ?? code, body }),
    ...other,
  };
}

/** A change and its envelope on the heads of the phone's only round, or as `other` says. */
export async function forge(phone, records, other = {}) {
  const { log } = only(phone);
  const minted = await change.mint({ device: phone.me.device, ...logs.base(log), ...other, records }, other);
  return { minted, sealed: await envelope.seal(minted, log.id, phone.me.device, other.sign ?? phone.me.sign, phone.delegation) };
}

/** Pushes envelopes as they are; gives the answer. The phone does not learn of it. */
export async function push(server, phone, pushes, [log] = [only(phone).log]) {
  phone.counter += 1;
  const body = sync.body([{ ...log, holder: null, pushes }]);
  return sync.answer(await sync.post(server.address, await sync.request(phone.me.device, phone.counter, phone.me.sign, body)));
}
