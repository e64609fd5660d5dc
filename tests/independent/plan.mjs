// What the plan records of a log mean before the round starts: stops, their terms, their sequence (section 12).
import { text } from './ids.mjs';

const DROP_OFF = 1, PICKUP = 0;
const compareIds = (a, b) => Buffer.compare(a.id, b.id);
const ofKind = (log, ...codes) => [...log.records.values()].filter(({ code }) => codes.includes(code));

/** The latest of a register whose records may name one of their own as the one they replace, under `key` of the body. */
export function latest(records, key) {
  const byId = new Map(records.map((record) => [text(record.id), record]));
  const before = ({ code, body }) => code !== 'started' && body.has(key) && byId.get(text(body.get(key)));
  const inCycle = (record) => {
    const seen = new Set();
    for (let at = before(record); at && !seen.has(at); at = before(at)) {
      if (at === record) return true;
      seen.add(at);
    }
    return false;
  };
  const length = (record) => (inCycle(record) ? 0 : 1 + (before(record) ? length(before(record)) : 0));
  return [...records].sort((a, b) => length(b) - length(a) || compareIds(a, b))[0];
}

/** Every stop, by its number: kind, terms, card, whether it was withdrawn. */
export function stops(log) {
  const amended = ofKind(log, 'stop_amended'), withdrawn = ofKind(log, 'stop_withdrawn');
  return ofKind(log, 'stop_added')
    .sort((a, b) => Number(a.n - b.n) || Number(a.time - b.time) || compareIds(a, b))
    .map((added) => {
      const id = added.id.subarray(0, 16), isOf = ({ body }) => text(body.get(1)) === text(id);
      const terms = (latest(amended.filter(isOf), 7) ?? added).body;
      const [from, until] = terms.get(2), parcels = terms.get(4).map(text);
      const card = log.cards.get(text(terms.get(6)));
      return { id, kind: added.body.get(1), from, until, service: terms.get(3), parcels, card, isWithdrawn: withdrawn.some(isOf) };
    });
}

/** The stops that remain, in the plan's sequence. */
export const sequence = (log) => whole(log).filter(({ isWithdrawn }) => !isWithdrawn);

/** All stops in the plan's sequence. */
export function whole(log) {
  const all = stops(log), record = latest(ofKind(log, 'plan_sequence'), 1);
  const named = (record?.body.get(3) ?? []).map((id) => all.find((stop) => text(stop.id) === text(id))).filter(Boolean);
  const out = [...named];
  const later = (stop) => (stop.kind === DROP_OFF ? 1 : 0);
  const unnamed = all.filter((stop) => !named.includes(stop));
  unnamed.sort((a, b) => a.from - b.from || a.until - b.until || later(a) - later(b) || compareIds(a, b));
  for (const stop of unnamed) {
    const first = out.findIndex((each) => each.kind === DROP_OFF && each.parcels.some((parcel) => stop.parcels.includes(parcel)));
    if (stop.kind === PICKUP && first >= 0) out.splice(first, 0, stop);
    else out.push(stop);
  }
  return out;
}
