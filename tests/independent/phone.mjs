// A phone: confirmed logs and a queue (section 10). It keeps all in memory, where a real one commits at the three moments the page
// names, holds at most 32 rounds, and knows no rollback.
import * as ids from './ids.mjs';
import * as change from './change.mjs';
import * as envelope from './envelope.mjs';
import * as logs from './log.mjs';
import * as record from './record.mjs';
import * as sync from './sync.mjs';

const MOST_PUSHES = 16, MOST_ASKED = 50;

export class Phone {
  counter = 0; // of requests
  n = 0; // of taps
  boot = ids.random(8);
  rounds = new Map(); // by id: log, queue (records by id), pushes (envelopes by hash), aside (records by id, with the code)

  constructor(me, server, { fetch, gzip } = {}) {
    Object.assign(this, { me, server, delegation: me.delegation, options: { fetch, gzip } });
  }

  /** What a person did: frozen now, sent with a later sync. */
  tap(round, code, body, { time = Date.now(), monotonic = Math.floor(performance.now()) } = {}) {
    const id = ids.recordId(ids.random(16), this.me.device);
    this.n += 1;
    const bytes = record.freeze({ kind: record.KIND[code], member: this.me.member, time, boot: this.boot, monotonic, n: this.n, body });
    this.rounds.get(ids.text(round)).queue.set(ids.text(id), { map: 'facts', id, bytes });
    return id;
  }

  /** The bytes of the next request. Changes are minted here from what no saved change carries, and saved. */
  async request() {
    const rounds = [];
    for (const round of this.rounds.values()) {
      await this.mint(round);
      const { id, holder, schema, position, lineage } = round.log;
      const pushes = [...round.pushes.values()].slice(0, MOST_PUSHES).map(({ envelope }) => envelope);
      rounds.push({ id, holder: ids.same(holder, this.me.member) ? null : holder, schema, position, lineage, pushes });
    }
    this.counter += 1;
    return sync.request(this.me.device, this.counter, this.me.sign, sync.body(rounds));
  }

  async mint({ log, queue, pushes }) {
    const carried = new Set([...pushes.values()].flatMap(({ records }) => records.map(({ id }) => ids.text(id))));
    const waiting = [...queue.values()].filter(({ id }) => !carried.has(ids.text(id)));
    const isKnown = [...log.changes.values()].some(({ device }) => ids.same(device, this.me.device));
    while (waiting.length) {
      const records = [];
      let size = 4096; // more than all but the records can take: 64 deps and the columns' heads
      while (waiting.length && records.length < change.MOST_RECORDS && (size += waiting[0].bytes.length + 40) < change.MOST_BYTES) records.push(waiting.shift());
      const minted = await change.mint({ device: this.me.device, ...logs.base(log), records });
      const sealed = await envelope.seal(minted, log.id, this.me.device, this.me.sign, isKnown ? null : this.delegation);
      pushes.set(ids.text(minted.hash), { envelope: sealed, records });
    }
  }

  /** Takes an answer, whole or not at all; gives its verdicts. */
  async accept(bytes) {
    const answer = sync.answer(bytes);
    const next = new Map();
    for (const said of answer.rounds) {
      const had = this.rounds.get(ids.text(said.id));
      if (!ids.same(said.holder, this.me.member) || (had && had.log.schema !== said.schema)) continue; // not its document
      const round = had ??
        { log: await logs.empty(said.id, said.holder, said.schema), queue: new Map(), pushes: new Map(), aside: new Map() };
      const own = new Map([...round.pushes].map(([hash, { envelope }]) => [hash, envelope]));
      next.set(ids.text(said.id), { ...round, log: await logs.take(round.log, said, this.me, own) });
    }
    for (const [id, round] of next) {
      this.rounds.set(id, round);
      for (const [key, { bytes }] of round.queue) {
        const confirmed = round.log.records.get(key);
        if (confirmed && ids.same(confirmed.bytes, bytes)) round.queue.delete(key);
      }
      for (const hash of round.pushes.keys()) if (round.log.changes.has(hash)) round.pushes.delete(hash);
    }
    this.delegation = answer.delegation ?? this.delegation;
    const verdicts = answer.rounds.flatMap((round) => round.verdicts.map((verdict) => ({ round: round.id, ...verdict })));
    for (const verdict of verdicts) this.judge(verdict);
    return { more: answer.more, verdicts };
  }

  judge({ round: id, hash, verdict, first, second }) {
    const round = this.rounds.get(ids.text(id));
    const push = round?.pushes.get(ids.text(hash));
    if (verdict === 'missing') throw new Error('the server was rolled back: this client does not go on');
    if (verdict !== 'refused' || !push) return;
    const own = push.records.filter((each) => second.some((named) => ids.same(named, each.id)));
    for (const each of own.length ? own : push.records) {
      round.queue.delete(ids.text(each.id));
      round.aside.set(ids.text(each.id), { ...each, code: first });
    }
    round.pushes.delete(ids.text(hash));
  }

  /** Sends and fetches until there is nothing to ask again for; gives all verdicts. */
  async sync() {
    const all = [];
    for (let asked = 0; asked < MOST_ASKED; asked++) {
      const { more, verdicts } = await this.accept(await sync.post(this.server, await this.request(), this.options));
      all.push(...verdicts);
      if (!more && !verdicts.some(({ verdict }) => verdict === 'refused')) break;
    }
    return all;
  }
}
