// Records: what a person did or the server derived (section 5). The table of kinds is the document's.
import { decode, encode } from './cbor.mjs';

const whole = (value) => typeof value === 'number' || typeof value === 'bigint';
const number = (most = Infinity) => (value) => whole(value) && value >= 0 && value <= most;
const id = (length) => (value) => value instanceof Uint8Array && value.length === length;
const list = (one, most) => (value) => Array.isArray(value) && value.length <= most && value.every(one);
const window = (value) => Array.isArray(value) && value.length === 2 && value.every(whole) && value[0] < value[1];
const stop = id(16), parcel = id(16), recordId = id(24);
const parcels = list(parcel, 60), stops = list(stop, 100), recordIds = list(recordId, 16), causes = list(recordId, 256);

const terms = { '2!': window, '3!': number(14400), '4!': parcels, '6!': id(32) };
const sequence = { 1: recordId, 2: recordId, '3!': stops };
const atStop = { '1!': stop, 2: recordIds };
const proof = { '3!': id(64), '4!': (value) => value instanceof Uint8Array };
const custody = { '3!': parcels, 4: recordIds };

const KINDS = {
  1: ['stop_added', { '1!': number(3), ...terms, 7: id(16), 8: list(id(16), 2) }],
  2: ['stop_amended', { '1!': stop, ...terms, 7: recordId }],
  3: ['stop_withdrawn', { '1!': stop, '2!': number(4) }],
  4: ['plan_sequence', sequence],
  5: ['note', { 1: stop, '2!': id(32) }],
  6: ['settled', { '1!': recordIds, '2!': number(4), 3: recordId }],
  7: ['archived', {}],
  20: ['void', { '1!': stop, 2: parcels, '3!': causes }],
  21: ['ruled', { '1!': parcel, 2: id(16), '3!': causes }],
  40: ['started', { '1!': stops }],
  41: ['arrived', atStop],
  42: ['waiting', atStop],
  43: ['collected', { ...atStop, ...custody }],
  44: ['delivered', { ...atStop, ...custody, '5!': number(4) }],
  45: ['failed', { ...atStop, '5!': number(6) }],
  46: ['returned', { ...atStop, ...custody }],
  47: ['courier_sequence', sequence],
  48: ['amended', { '1!': recordId, 2: recordId }],
  49: ['paused', { '1!': (value) => typeof value === 'boolean' }],
  50: ['seen_plan', { '1!': id(8) }],
  51: ['finished', {}],
  60: ['given', { '1!': parcels, '2!': recordIds, ...proof }],
  61: ['received', { '1!': parcels, '2!': recordIds, ...proof }],
};

export const KIND = Object.fromEntries(Object.entries(KINDS).map(([number, [code]]) => [code, Number(number)]));
export const isPlan = (kind) => kind >= 1 && kind <= 7; // what the plan version counts

/** `body` maps the document's numbers to values; what is undefined is left out. */
export function freeze({ kind, member, time, boot, monotonic, n, body }) {
  const map = new Map(Object.entries(body).filter(([, value]) => value !== undefined).map(([key, value]) => [Number(key), value]));
  return encode([1, kind, member, time, boot, monotonic, n, map]);
}

/** Reads a record; one of a kind or schema that this page does not list comes back without a code. */
export function read(bytes) {
  const places = decode(bytes);
  const isAct = places.length === 8;
  if (!isAct && places.length !== 3) throw new Error('a record has eight places or three');
  const [schema, kind] = places, body = places.at(-1);
  const [member, time, boot, monotonic, n] = isAct ? places.slice(2, 7) : [];
  if (!number()(schema) || schema < 1 || !number()(kind) || !(body instanceof Map)) throw new Error('a record is malformed');
  if (isAct && !(id(16)(member) && whole(time) && id(8)(boot) && number()(monotonic) && number()(n))) throw new Error('a record is malformed');
  const [code, fields] = (schema === 1 && KINDS[kind]) || [null, {}];
  if (code && isAct === (kind === 20 || kind === 21)) throw new Error('the places of a reaction are three, of an act eight');
  for (const [field, allowed] of Object.entries(fields)) {
    const value = body.get(parseInt(field));
    if (value === undefined ? field.endsWith('!') : !allowed(value)) throw new Error(`place ${field} of a ${code} is malformed`);
  }
  return { schema, kind, code, member, time, boot, monotonic, n, body };
}
