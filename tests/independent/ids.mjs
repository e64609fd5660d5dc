// Ids are bytes; as text they are base64url without padding, in one spelling only (section 1).

export const random = (length) => Buffer.from(crypto.getRandomValues(new Uint8Array(length)));
export const text = (bytes) => Buffer.from(bytes).toString('base64url');
export const recordId = (act, device) => Buffer.concat([act, device]);
export const deviceOf = (recordId) => recordId.subarray(16);
export const same = (a, b) => Buffer.compare(a, b) === 0;

export function bytes(text, length) {
  const out = Buffer.from(text, 'base64url');
  if (out.toString('base64url') !== text || (length && out.length !== length)) throw new Error(`not an id: ${text}`);
  return out;
}
