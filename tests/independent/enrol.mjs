// A one-time code becomes a device (section 14).
import * as ids from './ids.mjs';
import * as delegation from './delegation.mjs';
import { keyPair } from './key.mjs';

export async function enrol(server, code, seed = ids.random(32)) {
  const { key, sign } = await keyPair(seed); // a real phone saves the seed before it asks
  const response = await fetch(`${server}/v1/enrol`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, key: ids.text(key) }),
  });
  const said = await response.json();
  if (response.status !== 200) throw Object.assign(new Error(said.code), { problem: said, status: response.status });
  const me = {
    coOp: ids.bytes(said.co_op, 16), coOpKey: ids.bytes(said.co_op_key, 32), coOpName: said.co_op_name, timeZone: said.time_zone,
    member: ids.bytes(said.member, 16), name: said.name, device: ids.bytes(said.device, 8),
    delegation: ids.bytes(said.delegation), seed, sign,
  };
  const word = await delegation.open(me.delegation, me.coOp, me.coOpKey);
  if (!ids.same(word.device, me.device) || !ids.same(word.key, key) || !word.member || !ids.same(word.member, me.member)) {
    throw new Error('the delegation does not say what the answer says');
  }
  return { ...me, until: word.until };
}
