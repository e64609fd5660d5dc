// A change with its device, signature and, the first time, delegation (section 8).
import { H } from './hash.mjs';
import { same, text } from './ids.mjs';
import { verify } from './key.mjs';
import * as delegation from './delegation.mjs';
import * as change from './change.mjs';

const signedHash = (round, hash, device) => H('tournee/change/1', [round, hash, device]);

export async function seal({ bytes, hash }, round, device, sign, delegation) {
  return [bytes, device, await sign(await signedHash(round, hash, device)), delegation];
}

/** Opens the envelope of a row. `devices` has what delegations said before, by device, and learns what this one says. */
export async function open([bytes, device, signature, word, ...more], { round, genesisActor, coOp, coOpKey, devices }) {
  if (more.length) throw new Error('an envelope has four places');
  const opened = await change.read(bytes, device, genesisActor);
  if (word !== null) {
    const said = await delegation.open(word, coOp, coOpKey);
    if (!same(said.device, device)) throw new Error("another device's delegation");
    devices.set(text(device), { ...said, word });
  }
  const signer = devices.get(text(device));
  if (!signer) throw new Error('no delegation vouches for a device');
  if (!(await verify(signer.key, signature, await signedHash(round, opened.hash, device)))) throw new Error('the signature of a change is wrong');
  return { ...opened, device };
}
