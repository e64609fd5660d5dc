// What a set of records means (section 12): which facts stand, what became of each stop, the round as a board shows it (section 16).
import { same, text } from './ids.mjs';
import { version } from './log.mjs';
import { latest, whole } from './plan.mjs';

const PICKUP = 0, DROP_OFF = 1, AHEAD = 5 * 60000;
const STOP = ['pickup', 'drop_off', 'hub', 'pause'];
const WITHDRAW = ['cancelled', 'moved', 'mistake', 'postponed', 'given'];
const FAIL = ['nobody', 'address', 'refused', 'not_ready', 'closed', 'damaged', 'breakdown'];
const HANDED = ['recipient', 'neighbour', 'concierge', 'letter_box', 'safe_place'];
export const ANSWER = ['noted', 'holds', 'return_to_shop', 'meet', 'deliver_part'];
const STRENGTH = ['planned', 'arrived', 'waiting', 'failed', 'collected', 'delivered', 'returned'];
const CUSTODY = ['collected', 'delivered', 'returned'];
const REMAINS = ['planned', 'arrived', 'waiting'];

export const byCount = (a, b) => Number(a.n - b.n) || Buffer.compare(a.id, b.id);
const last = (records) => [...records].sort(byCount).at(-1);
export const ofKind = (log, ...codes) => [...log.records.values()].filter(({ code }) => codes.includes(code));
export const names = (record, key, id) => (record.body.get(key) ?? []).some((each) => same(each, id));
const isAbout = (id, key = 1) => ({ body }) => body.get(key) instanceof Uint8Array && same(body.get(key), id);
const sameIds = (a, b) => a.length === b.length && a.every((id) => b.some((other) => same(id, other)));

/** The amendments that stand, each device's latest of each fact, and what they say together. */
export function amendments(log) {
  const all = ofKind(log, 'amended');
  const fate = new Map(); // by id: whether it stands
  const namedBy = (id) => all.filter(isAbout(id));
  for (let isNew = true; isNew;) {
    isNew = false;
    for (const record of all.filter(({ id }) => !fate.has(text(id)))) {
      const others = namedBy(record.id).map(({ id }) => fate.get(text(id)));
      if (others.includes(true)) fate.set(text(record.id), !(isNew = true));
      else if (others.every((each) => each === false)) fate.set(text(record.id), (isNew = true));
    }
  }
  const standing = all.filter(({ id }) => fate.get(text(id)) !== false);
  const facts = new Map(standing.map(({ body }) => [text(body.get(1)), body.get(1)]));
  return [...facts.values()].map((fact) => {
    const about = standing.filter(isAbout(fact));
    const devices = new Set(about.map(({ id }) => text(id.subarray(16))));
    const each = [...devices].map((device) => last(about.filter(({ id }) => text(id.subarray(16)) === device)));
    const wants = new Set(each.map(({ body }) => body.has(2) && text(body.get(2))));
    const settled = ofKind(log, 'settled').filter(({ body }) => body.get(2) === 1 && sameIds(body.get(1), each.map(({ id }) => id)))
      .sort((a, b) => Buffer.compare(a.id, b.id))[0];
    const holds = (settled && each.find(({ id }) => same(id, settled.body.get(3))))
      ?? each.find(({ id }) => same(id.subarray(16), fact.subarray(16))) ?? last(each);
    return { fact, about, each, holds, isTwice: wants.size > 1 };
  });
}

/** The facts that nobody took back. */
export function standing(log) {
  const all = amendments(log);
  const wanted = new Set(all.flatMap(({ holds }) => (holds.body.has(2) ? [text(holds.body.get(2))] : [])));
  const fallen = new Set(all.map(({ fact }) => text(fact)));
  for (const { about, holds } of all) {
    for (const { id, body } of about) {
      const other = !same(id, holds.id) && body.get(2);
      if (other && !wanted.has(text(other)) && log.records.get(text(other))?.code !== 'amended') fallen.add(text(other));
    }
  }
  return [...log.records.values()].filter(({ map, code, id }) => map === 'facts' && code && !fallen.has(text(id))).sort(byCount);
}

/** Reactions of a stop or parcel that no other supersedes. */
export function holding(reactions) {
  const causes = ({ body }) => body.get(3).map(text);
  const includes = (a, b) => b.every((id) => a.includes(id)) && a.length > b.length;
  return reactions.filter((one) => !reactions.some((other) => includes(causes(other), causes(one))));
}

export function isInHand(facts, parcel) {
  return last(facts.filter((fact) => CUSTODY.includes(fact.code) && names(fact, 3, parcel)))?.code === 'collected';
}

/** The parcels of the drop-offs that nobody withdrew. */
function dropOffsInPlan(log) {
  const there = ofKind(log, 'stop_added').filter(({ id, body }) => body.get(1) === DROP_OFF && !ofKind(log, 'stop_withdrawn').some(isAbout(id.subarray(0, 16))));
  return there.flatMap((added) => (latest(ofKind(log, 'stop_amended').filter(isAbout(added.id.subarray(0, 16))), 7) ?? added).body.get(4));
}

/** What became of each stop. */
export function stops(log) {
  const facts = standing(log), settled = ofKind(log, 'settled');
  const inPlan = dropOffsInPlan(log);
  const answers = (answer, id) => settled.some((each) => ANSWER[each.body.get(2)] === answer && names(each, 1, id));
  return ofKind(log, 'stop_added').sort((a, b) => Number(a.n - b.n) || Number(a.time - b.time) || Buffer.compare(a.id, b.id)).map((added, i) => {
    const id = added.id.subarray(0, 16), kind = added.body.get(1);
    const amended = latest(ofKind(log, 'stop_amended').filter(isAbout(id)), 7), terms = (amended ?? added).body, parcels = terms.get(4);
    const withdrawal = ofKind(log, 'stop_withdrawn').filter(isAbout(id)).sort((a, b) => Buffer.compare(a.id, b.id))[0];
    const reason = withdrawal && WITHDRAW[withdrawal.body.get(2)], isAway = reason === 'moved' || reason === 'given';
    const at = facts.filter(isAbout(id)).filter(({ code }) => STRENGTH.includes(code));
    const fact = at.sort((a, b) => STRENGTH.indexOf(a.code) - STRENGTH.indexOf(b.code) || byCount(a, b)).at(-1);
    let status = fact?.code ?? 'planned';
    const isDone = CUSTODY.includes(status);

    const voids = holding(ofKind(log, 'void').filter(isAbout(id)));
    const isWhole = voids.some(({ body }) => !body.has(2));
    let gone = parcels.filter((parcel) => isWhole || voids.some((each) => names(each, 2, parcel)));
    const inHand = parcels.filter((parcel) => isInHand(facts, parcel) && !inPlan.some((each) => same(each, parcel)));
    let stays = false;
    const fellToWithdrawal = isDone && withdrawal && settled.some(({ body }) => (
      body.get(2) === 1 && sameIds(body.get(1), [withdrawal.id, fact.id]) && same(body.get(3), withdrawal.id)));
    if (fellToWithdrawal) status = 'withdrawn';
    else if (withdrawal && !isDone) {
      stays = kind === DROP_OFF && isAway && inHand.length && !answers('meet', withdrawal.id) && !answers('return_to_shop', withdrawal.id);
      if (stays) gone = parcels.filter((parcel) => gone.includes(parcel) || !inHand.includes(parcel));
      else status = 'withdrawn';
    }
    if (REMAINS.includes(status) && (isWhole || (parcels.length && gone.length === parcels.length))) status = 'void';

    const seen = fact?.body.get(2) ?? [], isSeen = (record) => seen.some((each) => same(each, record.id));
    const left = parcels.filter((parcel) => !gone.includes(parcel));
    const isSettled = fact && withdrawal && (isAway
      ? ['meet', 'deliver_part', 'return_to_shop'].some((answer) => answers(answer, fact.id) || answers(answer, withdrawal.id))
      : settled.some(({ body }) => sameIds(body.get(1), [withdrawal.id, fact.id])));
    const disputed = parcels.some((parcel) => {
      const ruled = holding(ofKind(log, 'ruled').filter(isAbout(parcel)));
      const holders = new Set(ruled.map(({ body }) => (body.has(2) ? text(body.get(2)) : null)));
      return holders.has(null) || holders.size > 1;
    });
    const isOther = (ids) => [...new Set(fact.body.get(3).map(text))].sort().join() !== ids.map(text).sort().join();
    const isOut = status === 'withdrawn' || status === 'void';
    const remarks = [
      ['withdrawn_too_late', isDone && withdrawal && !isSeen(withdrawal) && !isSettled && !fellToWithdrawal],
      ['done_though_withdrawn', isDone && withdrawal && isSeen(withdrawal)],
      ['moved_in_hand', stays && status !== 'void' && !answers('deliver_part', withdrawal.id)],
      ['custody_disputed', disputed && !isOut],
      ['amended_unseen', fact && amended && !REMAINS.includes(status) && status !== 'withdrawn' && !isSeen(amended)],
      ['other_parcels', fact && ['collected', 'delivered'].includes(fact.code) && isOther(parcels) && isOther(left)],
      ['clock_ahead', fact && fact.time > fact.received + AHEAD],
    ].filter(([, holds]) => holds).map(([code]) => code);
    return { id, number: i + 1, kind, added, terms, parcels, gone, status, reason, withdrawal, fact, remarks, card: log.cards.get(text(terms.get(6))) };
  });
}

/** The remaining stops in the sequence that the courier sees. */
export function shown(log, all = stops(log)) {
  const remaining = all.filter(({ status }) => REMAINS.includes(status));
  const find = (id) => remaining.find((stop) => same(stop.id, id));
  const planned = whole(log).map(({ id }) => find(id)).filter(Boolean);
  const courier = latest(standing(log).filter(({ code }) => code === 'courier_sequence' || code === 'started'), 1);
  if (!courier) return planned;
  const out = courier.body.get(courier.code === 'started' ? 1 : 3).map(find).filter(Boolean);
  for (const [i, stop] of planned.entries()) {
    if (out.includes(stop)) continue;
    const before = planned.slice(0, i).reverse().find((each) => out.includes(each));
    put(out, before ? out.indexOf(before) + 1 : 0, stop);
  }
  return out;
}

/** Puts a stop in, at its place or where the parcels that it shares allow. */
export function put(out, place, stop) {
  const shares = (kind) => (each) => each.kind === kind && each.parcels.some((parcel) => stop.parcels.some((other) => same(parcel, other)));
  if (stop.kind === DROP_OFF) place = Math.max(place, out.findLastIndex(shares(PICKUP)) + 1);
  const first = out.findIndex(shares(DROP_OFF));
  if (stop.kind === PICKUP && first >= 0) place = Math.min(place, first);
  out.splice(place, 0, stop);
}

const card = (map) => map && {
  name: map.get(3), address: map.get(4), coordinate: { latitude: map.get(5) / 1e7, longitude: map.get(6) / 1e7 },
  ...(map.has(7) && { telephone: map.get(7) }), ...(map.has(8) && { door_code: map.get(8) }), ...(map.has(9) && { instructions: map.get(9) }),
};

/** The round as `GET /v1/rounds/{id}` gives it, but for the courier's name, what only the server knows of devices, and the remarks on the sequence. */
export async function round(log) {
  const facts = standing(log), all = stops(log), of = (code) => facts.filter((fact) => fact.code === code);
  const done = all.filter(({ status }) => !REMAINS.includes(status) && status !== 'withdrawn' && status !== 'void');
  done.sort((a, b) => byCount(a.fact, b.fact));
  const out = all.filter(({ status }) => status === 'withdrawn' || status === 'void');
  const isEnd = ({ code }) => ['finished', 'failed', ...CUSTODY].includes(code);
  const plan = await version(log), seen = of('seen_plan').at(-1);
  const register = latest(facts.filter(({ code }) => code === 'courier_sequence' || code === 'started'), 1);
  return {
    id: text(log.id), courier: text(log.holder), plan_version: text(plan),
    plan_seen: Boolean(seen && same(seen.body.get(1), plan)), plan_seen_ms: seen?.time ?? null,
    courier_sequence: register ? text(register.id) : null,
    started_ms: of('started')[0]?.time ?? null, finished: facts.filter(isEnd).at(-1)?.code === 'finished',
    stops: [...done, ...shown(log, all), ...out].map((stop) => ({
      id: text(stop.id), number: stop.number, kind: STOP[stop.kind],
      window: { from_ms: stop.terms.get(2)[0], until_ms: stop.terms.get(2)[1] }, service_seconds: stop.terms.get(3),
      parcels: stop.parcels.map(text), void_parcels: [...stop.gone].sort(Buffer.compare).map(text), order: stop.added.body.has(7) ? text(stop.added.body.get(7)) : null,
      card_version: text(stop.terms.get(6)), card: card(stop.card),
      status: stop.status,
      fail_reason: stop.fact?.code === 'failed' ? FAIL[stop.fact.body.get(5)] : null,
      handed_to: stop.fact?.code === 'delivered' ? HANDED[stop.fact.body.get(5)] : null,
      withdraw_reason: stop.reason ?? null,
      decided_by: stop.fact ? text(stop.fact.id) : null, tapped_ms: stop.fact?.time ?? null, received_ms: stop.fact?.received ?? null,
      remarks: stop.remarks,
    })),
  };
}
