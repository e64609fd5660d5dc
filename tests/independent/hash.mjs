// H(domain, parts) of section 1, and what is made of it alone.

export const sha256 = async (bytes) => Buffer.from(await crypto.subtle.digest('SHA-256', bytes));

export function u64(n) {
  const out = Buffer.alloc(8);
  out.writeBigUInt64BE(BigInt(n));
  return out;
}

export function H(domain, parts) {
  const out = [Buffer.from(domain)];
  for (const part of parts) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    out.push(length, part);
  }
  return sha256(Buffer.concat(out));
}

export const cardVersion = (bytes) => H('tournee/card/1', [bytes]);
export const planVersion = async (recordIds) =>
  (await H('tournee/plan-version/1', [Buffer.concat([...recordIds].sort(Buffer.compare))])).subarray(0, 8);
export const emptyLineage = (round, genesisHash) => H('tournee/lineage/0', [round, genesisHash]);
export const nextLineage = (before, kind, content) => H('tournee/lineage/1', [before, Buffer.from([kind]), content]);
