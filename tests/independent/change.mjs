// One change chunk, byte by byte (section 7): stock Automerge's encodeChange makes none whose values are bytes.
import { H, u64, sha256 } from './hash.mjs';
import { text, bytes as fromText } from './ids.mjs';
import { Reader, runs, signed, sized, unsigned } from './leb.mjs';

export const MOST_RECORDS = 50, MOST_BYTES = 65536, MOST_DEPS = 64;
const MAGIC = Buffer.from('856f4a83', 'hex');
const MAPS = ['', 'plan', 'facts']; // by the counter of the object

/** Records are { map: 'plan' or 'facts', id, bytes }. `other` replaces parts: the tests make with it what the guard refuses. */
export async function mint({ device, genesisActor, deps, startOp, records }, other = {}) {
  if (!other.deps) deps = [...deps].sort(Buffer.compare);
  const keys = records.map(({ id }) => Buffer.from(text(id)));
  const parts = records.flatMap(({ map, bytes }, i) => [Buffer.from(map), keys[i], bytes]);
  const actor = other.actor ?? (await H('tournee/actor/1', [device, Buffer.concat(deps), u64(startOp), ...parts])).subarray(0, 16);
  const each = (value) => runs(records.map(value));
  const columns = [
    [0x01, each(() => unsigned(1))],
    [0x02, each(({ map }) => unsigned(MAPS.indexOf(map)))],
    [0x15, runs(keys.map(sized))],
    [0x34, unsigned(records.length)],
    [0x42, each(() => unsigned(other.action ?? 1))],
    [0x56, each(({ bytes }) => unsigned(16 * bytes.length + 7))],
    [0x57, Buffer.concat(records.map(({ bytes }) => bytes))],
    [0x70, other.preds ?? each(() => unsigned(0))],
  ];
  return chunk(Buffer.concat([
    unsigned(deps.length), ...deps, sized(actor),
    unsigned(other.seq ?? 1), unsigned(startOp), signed(other.time ?? 0), sized(Buffer.from(other.message ?? '')),
    unsigned(1), sized(genesisActor),
    unsigned(columns.length), ...columns.flatMap(([id, data]) => [unsigned(id), unsigned(data.length)]),
    ...columns.map(([, data]) => data), other.extra ?? Buffer.alloc(0),
  ]));
}

async function chunk(contents) {
  const hashed = Buffer.concat([Buffer.from([1]), sized(contents)]);
  const hash = await sha256(hashed);
  return { hash, bytes: Buffer.concat([MAGIC, hash.subarray(0, 4), hashed]) };
}

/** Reads a change of exactly this form: what was read is minted again and compared. */
export async function read(bytes, device, genesisActor) {
  const reader = new Reader(bytes);
  reader.take(8 + 1); // magic, checksum, type
  reader.number(); // length
  const deps = Array.from({ length: Math.min(reader.number(), MOST_DEPS) }, () => reader.take(32));
  reader.sized(); // actor
  reader.number(); // seq
  const startOp = reader.number();
  reader.number(), reader.sized(), reader.number(), reader.sized(); // time, message, the other actor
  const lengths = Array.from({ length: Math.min(reader.number(), 8) }, () => [reader.number(), reader.number()]);
  const columns = new Map(lengths.map(([id, length]) => [id, new Reader(reader.take(length))]));
  const column = (id, value) => columns.get(id).runs(value, MOST_RECORDS);
  const objects = column(0x02, (each) => each.number());
  const keys = column(0x15, (each) => each.sized().toString());
  const sizes = column(0x56, (each) => each.number());
  const values = columns.get(0x57);
  const records = keys.map((key, i) => ({ map: MAPS[objects[i]], id: fromText(key, 24), bytes: values.take((sizes[i] - 7) / 16) }));
  const again = await mint({ device, genesisActor, deps, startOp, records });
  if (!again.bytes.equals(bytes) || !records.length || records.length > MOST_RECORDS) throw new Error('not a change of section 7');
  return { ...again, deps, startOp, maxOp: startOp + records.length - 1, records };
}
