// The confirmed log of one document: rows, heads, lineage (sections 7 and 9). A log is never changed; `take` gives the next one.
import { decode } from './cbor.mjs';
import { genesis } from './genesis.mjs';
import { cardVersion, emptyLineage, nextLineage, planVersion } from './hash.mjs';
import { same, text } from './ids.mjs';
import * as envelope from './envelope.mjs';
import * as record from './record.mjs';
import { MOST_DEPS } from './change.mjs';

const CHANGE = 0, CARD = 1, TOMBSTONE = 2;

export async function empty(id, holder, schema) {
  const first = await genesis(id, holder, schema);
  return {
    id, holder, schema, genesis: first,
    position: 0, lineage: await emptyLineage(id, first.hash),
    heads: new Map([[text(first.hash), first]]), // by hash
    changes: new Map(), // by hash, in the order of the log, with the envelope as it came
    records: new Map(), // by id: map, bytes, received, and what they say
    cards: new Map(), // by version: a CBOR map, or null once erased
    devices: new Map(), // by device: what its delegation says, and the delegation (`word`)
  };
}

/**
 * Takes the round of an answer, whole or not at all. `own` has the envelopes that were pushed, by hash; `erased` the versions of
 * the cards that were ever seen erased, whatever a row has of them.
 */
export async function take(log, answer, { coOp, coOpKey }, own = new Map(), erased = new Set()) {
  if (answer.from !== log.position) throw new Error('the rows do not follow what is here');
  log = { ...log };
  for (const part of ['heads', 'changes', 'records', 'cards', 'devices']) log[part] = new Map(log[part]);
  for (const [kind, content, third] of answer.rows) {
    let hash = content;
    if (kind === CHANGE) {
      const sealed = Array.isArray(content) ? content : own.get(text(content));
      if (!sealed) throw new Error('a row names a change that was not pushed');
      const trust = { round: log.id, genesisActor: log.genesis.actor, coOp, coOpKey, devices: log.devices };
      hash = addChange(log, { ...(await envelope.open(sealed, trust)), envelope: sealed }, third);
    } else if (kind === CARD) {
      if (third && !same(await cardVersion(third), content)) throw new Error('a card is not what its version says');
      log.cards.set(text(content), third && !erased.has(text(content)) ? decode(third) : null);
    } else if (kind === TOMBSTONE && third === null) log.cards.set(text(content), null);
    else throw new Error('a row of no kind');
    log.lineage = await nextLineage(log.lineage, kind, hash);
    log.position += 1;
  }
  if (answer.position !== log.position || !same(answer.lineage, log.lineage.subarray(0, 8))) throw new Error('the rows do not give the lineage of the cursor');
  return log;
}

function addChange(log, change, received) {
  for (const dep of change.deps) {
    if (!log.changes.has(text(dep)) && !same(dep, log.genesis.hash)) throw new Error('a change stands on one that is not here');
    log.heads.delete(text(dep));
  }
  log.heads.set(text(change.hash), change);
  log.changes.set(text(change.hash), change);
  for (const { map, id, bytes } of change.records) log.records.set(text(id), { id, map, bytes, received, ...record.read(bytes) });
  return change.hash;
}

/** What a change is minted on: the heads and the operation after them. */
export function base(log) {
  const heads = [...log.heads.values()].sort((a, b) => b.maxOp - a.maxOp || Buffer.compare(a.hash, b.hash)).slice(0, MOST_DEPS);
  return { genesisActor: log.genesis.actor, deps: heads.map(({ hash }) => hash), startOp: 1 + heads[0].maxOp };
}

export const version = (log) => planVersion([...log.records.values()].filter(({ kind }) => record.isPlan(kind)).map(({ id }) => id));
