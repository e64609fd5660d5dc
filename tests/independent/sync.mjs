// The two messages of POST /v1/sync (section 10).
import { decode, encode } from './cbor.mjs';
import { H, u64 } from './hash.mjs';

export const VERDICT = ['committed', 'already', 'missing', 'later', 'refused', 'held'];
export const NOTICE = { 1: 'revoked', 2: 'cloned' };

/** `rounds` are { id, holder, schema, position, lineage, pushes, givenBack } (cards that the log lost). */
export function body(rounds) {
  return encode([1, rounds.map(({ id, holder, schema, position, lineage, pushes, givenBack = [] }) =>
    [id, holder, schema, position, lineage.subarray(0, 8), pushes, givenBack])]);
}

/** `delegations` is null but for devices that the server may have lost in a rollback (the sender after `device_unknown`). */
export async function request(device, counter, sign, body, delegations = null) {
  return encode([1, device, counter, await sign(await H('tournee/request/1', [device, u64(counter), body])), body, delegations]);
}

export function answer(bytes) {
  const [time, delegation, more, rounds, notices] = decode(bytes);
  return {
    time, delegation, more,
    notices: notices.map((number) => NOTICE[number]).filter(Boolean), // one that is not listed says nothing
    rounds: rounds.map(([id, holder, schema, from, rows, position, lineage, verdicts]) => ({
      id, holder, schema, from, rows, position, lineage,
      verdicts: verdicts.map(([hash, code, first, second]) => ({ hash, verdict: VERDICT[code], first, second })),
    })),
  };
}

/** POSTs a request. An error is a problem+json, thrown with its code. */
export async function post(server, bytes, { fetch = globalThis.fetch, gzip = false } = {}) {
  const headers = { 'content-type': 'application/cbor', ...(gzip && { 'content-encoding': 'gzip' }) };
  const response = await fetch(`${server}/v1/sync`, { method: 'POST', headers, body: bytes });
  if (response.status !== 200) {
    const problem = await response.json();
    throw Object.assign(new Error(problem.code), { problem, status: response.status, type: response.headers.get('content-type') });
  }
  return Buffer.from(await response.arrayBuffer());
}
