// Deterministic CBOR as section 2 narrows it: whole numbers, byte strings, texts, booleans, null, arrays, maps with whole keys.
// A map is a JavaScript Map. Numbers beyond 2^53 become BigInt.

const DEEPEST = 12;
const LEAST = -(2n ** 63n), GREATEST = 2n ** 63n - 1n;
const utf8 = new TextEncoder(), strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function encode(value) {
  const parts = [];
  write(value, parts, 0);
  return Buffer.concat(parts);
}

/** Decodes, encodes again and compares: other bytes for the same value are refused. */
export function decode(bytes) {
  const reader = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), at: 0 };
  const value = read(reader, 0);
  if (!encode(value).equals(bytes)) throw new Error('not deterministic CBOR');
  return value;
}

function head(major, n) {
  n = BigInt(n);
  const size = n < 24n ? 0 : n < 2n ** 8n ? 1 : n < 2n ** 16n ? 2 : n < 2n ** 32n ? 4 : 8;
  const out = Buffer.alloc(1 + size);
  out[0] = (major << 5) | (size === 0 ? Number(n) : 24 + Math.log2(size));
  for (let i = size; i > 0; i--, n >>= 8n) out[i] = Number(n & 255n);
  return out;
}

function write(value, parts, depth) {
  if (Number.isSafeInteger(value) || typeof value === 'bigint') {
    const n = BigInt(value);
    if (n < LEAST || n > GREATEST) throw new Error('a number out of range');
    parts.push(n < 0n ? head(1, -1n - n) : head(0, n));
  } else if (value instanceof Uint8Array) parts.push(head(2, value.length), value);
  else if (typeof value === 'string') {
    const text = utf8.encode(value);
    parts.push(head(3, text.length), text);
  } else if (value === false || value === true || value === null) {
    parts.push(Buffer.from([value === null ? 0xf6 : value ? 0xf5 : 0xf4]));
  } else if (depth === DEEPEST) throw new Error('too deep');
  else if (Array.isArray(value)) {
    parts.push(head(4, value.length));
    for (const each of value) write(each, parts, depth + 1);
  } else if (value instanceof Map) {
    parts.push(head(5, value.size));
    let before = -1;
    for (const [key, each] of [...value].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (!(key > before)) throw new Error('a key that is no whole number, or twice');
      write((before = key), parts, depth + 1);
      write(each, parts, depth + 1);
    }
  } else throw new Error(`not in this CBOR: ${typeof value}`);
}

function take(reader, length) {
  if (length > reader.bytes.length - reader.at) throw new Error('CBOR ends too soon');
  reader.at += length;
  return reader.bytes.subarray(reader.at - length, reader.at);
}

function read(reader, depth) {
  const first = take(reader, 1)[0], major = first >> 5, minor = first & 31;
  if (major === 7) {
    if (first < 0xf4 || first > 0xf6) throw new Error('a float or simple value');
    return first === 0xf6 ? null : first === 0xf5;
  }
  if (minor > 27) throw new Error('an indefinite length');
  let n = BigInt(minor);
  if (minor > 23) {
    n = 0n;
    for (const byte of take(reader, 1 << (minor - 24))) n = (n << 8n) | BigInt(byte);
  }
  if (major === 0) return small(n);
  if (major === 1) return small(-1n - n);
  const length = Number(n);
  if (major === 2) return Buffer.from(take(reader, length));
  if (major === 3) return strictUtf8.decode(take(reader, length));
  if (major === 6 || depth === DEEPEST || length > reader.bytes.length) throw new Error('a tag, too deep or too long');
  const next = () => read(reader, depth + 1);
  return major === 4 ? Array.from({ length }, next) : new Map(Array.from({ length }, () => [next(), next()]));
}

const small = (n) => (Number.isSafeInteger(Number(n)) ? Number(n) : n);
