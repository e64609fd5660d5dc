// What a round's log had before the server was put back and has no more: given back, and kept until a row has it (section 10, "After a rollback").
import { encode } from './cbor.mjs';
import * as ids from './ids.mjs';

const MOST_CARDS = 32;
export const MOST_BYTES = 1048576, FOR_EVER = Infinity;

export const nothing = () => ({ changes: new Map(), cards: new Map() });
export const size = ({ changes, cards }) => changes.size + cards.size;

/** What a log is replaced with its rows from 0 leaves: all it had, before what was lost with an earlier one, and its member's facts for the queue. */
export function of(log, before, me) {
  const changes = [...log.changes].map(([hash, { envelope: [bytes, device, signature], records }]) => (
    [hash, { envelope: [bytes, device, signature, log.devices.get(ids.text(device)).word], records, waits: null }]));
  const cards = [...log.cards].filter(([, card]) => card).map(([version, card]) => [version, { bytes: encode(card), offered: null }]);
  const isOwn = ({ map, member, id }) => map === 'facts' && (
    member ? ids.same(member, me.member) : ids.same(ids.deviceOf(id), me.device));
  return {
    lost: { changes: new Map([...changes, ...before.changes]), cards: new Map([...cards, ...before.cards]) },
    own: [...log.records].filter(([, record]) => isOwn(record)).map(([key, { map, id, bytes }]) => [key, { map, id, bytes }]),
  };
}

/** What the log has again is not lost, nor is a card that was erased. */
export function settle({ changes, cards }, log, erased) {
  return {
    changes: new Map([...changes].filter(([hash]) => !log.changes.has(hash))),
    cards: new Map([...cards].filter(([version]) => !log.cards.has(version) && !erased.has(version))),
  };
}

/** A change that got `missing`, and a card that got no row, wait until the log has gone on; `refused` and `held` wait for ever. */
const isFree = (at, { position }) => at === null || at < position;
export const openChanges = ({ lost, log }) => [...lost.changes].filter(([, { waits }]) => isFree(waits, log));
export const openCards = ({ lost, log }) => [...lost.cards].filter(([, { offered }]) => isFree(offered, log));

/** What fits into one request: `room` is what others of its rounds left of the bytes. */
export function some(round, mostPushes, room) {
  const fits = (length) => (room.bytes -= length) >= 0;
  const pushes = [], cards = [];
  for (const [hash, { envelope }] of openChanges(round)) {
    if (pushes.length === mostPushes || !fits(encode(envelope).length)) break;
    pushes.push([hash, envelope]);
  }
  for (const [version, { bytes }] of openCards(round)) {
    if (cards.length === MOST_CARDS || !fits(bytes.length)) break;
    cards.push([version, bytes]);
  }
  return { pushes, cards };
}

/** The records that wait for a lost change that carries them. */
export const carried = (round) => openChanges(round).flatMap(([, { records }]) => records.map(({ id }) => ids.text(id)));
