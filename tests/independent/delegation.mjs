// The co-op's signed word that a device's key speaks for a member (section 3).
import { decode } from './cbor.mjs';
import { H } from './hash.mjs';
import { same } from './ids.mjs';
import { verify } from './key.mjs';

export async function open(bytes, coOp, coOpKey) {
  const [payload, signature, ...more] = decode(bytes);
  if (more.length || !(await verify(coOpKey, signature, await H('tournee/delegation/1', [payload])))) {
    throw new Error('the co-op did not sign this delegation');
  }
  const places = decode(payload);
  const [version, ofCoOp, device, key, member, issued, until] = places;
  if (places.length !== 7 || version !== 1 || !same(ofCoOp, coOp)) throw new Error('not a delegation of this co-op');
  if (device.length !== 8 || key.length !== 32 || (member && member.length !== 16)) throw new Error('a delegation is malformed');
  return { device, key, member, issued, until };
}
