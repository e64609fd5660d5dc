// What rounds say together (section 12): items to settle, and the void that the server derives of stops that came from another round.
import { encode } from './cbor.mjs';
import { H } from './hash.mjs';
import { recordId, same, text } from './ids.mjs';
import { names, ofKind, standing, stops } from './meaning.mjs';
import { KIND } from './record.mjs';

const PICKUP = 0, DROP_OFF = 1, MOST_IN_ITEM = 16, MOST_SETTLED = 32, MOST_PLANNED = 96, MOST_SAID = 128;
const ascending = (records) => [...records].sort((a, b) => Buffer.compare(a.id ?? a, b.id ?? b));
const unique = (records) => [...new Map(records.map((record) => [text(record.id), record])).values()];
const isReported = (facts, parcel) => facts.filter(({ code }) => ['collected', 'delivered', 'returned'].includes(code)).filter((fact) => names(fact, 3, parcel));

export async function itemId(kind, records) {
  return (await H('tournee/item/1', [Buffer.from(kind), Buffer.concat(ascending(records).map(({ id }) => id))])).subarray(0, 16);
}

/** The stops that one came from, nearest first: `{ log, stop }`. */
function before(logs, stop) {
  const [round, id] = stop.added.body.get(8) ?? [];
  const log = round && logs.find((each) => same(each.id, round)), from = log && stops(log).find((each) => same(each.id, id));
  return from ? [{ log, stop: from }, ...before(logs, from)] : [];
}

/** Of a stop in the plan that came from elsewhere: its parcels that are done there and not reported here, and the facts. */
export function doneElsewhere(logs, log, stop) {
  const here = standing(log), origins = before(logs, stop);
  const facts = unique(origins.flatMap((each) => standing(each.log)));
  const parcels = stop.parcels.filter((parcel) => isReported(facts, parcel).length && !isReported(here, parcel).length);
  return { origins, parcels, facts: unique(parcels.flatMap((parcel) => isReported(facts, parcel))) };
}

/** Items of a move or a gift that came too late: kind, records, parcels. */
export function moved(logs, log) {
  const found = stops(log).filter(({ status }) => status !== 'withdrawn').flatMap((stop) => {
    const { origins, parcels, facts } = doneElsewhere(logs, log, stop);
    if (!parcels.length) return [];
    const withdrawals = origins.map((each) => each.stop.withdrawal).filter(Boolean);
    const kind = origins[0].stop.reason === 'given' ? 'given_but_done' : 'moved_but_done';
    const records = unique([stop.added, ...ascending(withdrawals), ...ascending(facts)]).slice(0, MOST_IN_ITEM);
    return [{ kind, stop, parcels, records: ascending(records) }];
  });
  const atDropOff = found.filter(({ stop }) => stop.kind === DROP_OFF).flatMap(({ parcels }) => parcels.map(text));
  return found.filter(({ stop, parcels }) => stop.kind !== PICKUP || !parcels.every((parcel) => atDropOff.includes(text(parcel))));
}

/** Every fact that ever named one of the parcels or failed at their pickup, what amends it, and the plan of every stop that ever named one. */
function saidAbout(logs, parcels) {
  const all = unique(logs.flatMap((log) => [...log.records.values()]));
  const pickups = logs.flatMap((log) => stops(log).filter((stop) => stop.kind === PICKUP && stop.parcels.some((one) => parcels.some((other) => same(one, other)))));
  const isSaid = ({ map, code, body }) => map === 'facts' && (['collected', 'delivered', 'returned'].includes(code)
    ? body.get(3).some((one) => parcels.some((other) => same(one, other)))
    : code === 'failed' && pickups.some(({ id }) => same(id, body.get(1))));
  const facts = all.filter(isSaid);
  const amending = all.filter(({ code, body }) => code === 'amended' && facts.some(({ id }) => same(id, body.get(1))));
  return [...facts, ...amending, ...logs.flatMap((log) => planOf(log, parcels))];
}

/** What says of the stops that ever named one of the parcels that they are there, what for, and that they left. */
function planOf(log, parcels) {
  const isNamed = (record) => parcels.some((parcel) => names(record, 4, parcel));
  return ofKind(log, 'stop_added').flatMap((added) => {
    const id = added.id.subarray(0, 16), about = (code) => ofKind(log, code).filter(({ body }) => same(body.get(1), id));
    const terms = [added, ...about('stop_amended')];
    return terms.some(isNamed) ? [...terms, ...about('stop_withdrawn')] : [];
  });
}

/** A reaction with its causes, what settled them among these: id and bytes. */
async function derived(logs, log, kind, body, causes, server) {
  const settled = logs.flatMap((each) => ofKind(each, 'settled')).filter((record) => causes.some(({ id }) => names(record, 1, id)));
  const isPlanned = ({ code }) => code.startsWith('stop_');
  const cut = (records, most) => ascending(unique(records)).slice(0, most);
  const said = cut(causes.filter((each) => !isPlanned(each)), MOST_SAID), planned = cut(causes.filter(isPlanned), MOST_PLANNED);
  const ids = ascending([...said, ...planned, ...cut(settled, MOST_SETTLED)]).map(({ id }) => id);
  const bytes = encode([1, kind, new Map([...body, [3, ids]])]);
  return { id: recordId((await H('tournee/reaction/1', [log.id, bytes])).subarray(0, 16), server), bytes };
}

/** The void of a stop as the server derives it. */
export function voidOf(logs, log, stop, server) {
  const { origins, parcels } = doneElsewhere(logs, log, stop);
  const own = [stop.added, ...ofKind(log, 'stop_amended').filter(({ body }) => same(body.get(1), stop.id))];
  const causes = [...saidAbout(logs, own.flatMap(({ body }) => body.get(4))), ...own, ...origins.map((each) => each.stop.added)];
  const isAll = parcels.length === stop.parcels.length;
  return derived(logs, log, KIND.void, [[1, stop.id], ...(isAll ? [] : [[2, [...parcels].sort(Buffer.compare)]])], causes, server);
}

/** The ruling over a parcel in a round: to a member, or to nobody (null). */
export function ruledOf(logs, log, parcel, holder, server) {
  return derived(logs, log, KIND.ruled, [[1, parcel], ...(holder ? [[2, holder]] : [])], saidAbout(logs, [parcel]), server);
}
