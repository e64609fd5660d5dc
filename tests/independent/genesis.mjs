// The first change of every document, computed from its name (section 4).
import { H, u64, sha256 } from './hash.mjs';

const hex = (text) => Buffer.from(text.replaceAll(' ', ''), 'hex');

export async function genesis(round, holder, schema) {
  const actor = (await H('tournee/genesis/1', [round, holder, u64(schema)])).subarray(0, 16);
  const hashed = Buffer.concat([
    hex('01 35 00 10'), actor, hex('01 01 00 00 00'),
    hex('05 150c 3401 4202 5602 7002 7e04'), Buffer.from('plan'), hex('05'), Buffer.from('facts'),
    hex('02 0200 0200 0200'),
  ]);
  const hash = await sha256(hashed);
  return { actor, hash, bytes: Buffer.concat([hex('856f4a83'), hash.subarray(0, 4), hashed]), maxOp: 2 };
}
