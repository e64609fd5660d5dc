// A phone: confirmed logs and a queue (section 10). It keeps all in memory, where a real one commits at the three moments the page
// names, and holds at most 32 rounds.
import * as ids from './ids.mjs';
import * as change from './change.mjs';
import * as envelope from './envelope.mjs';
import * as logs from './log.mjs';
import * as losts from './lost.mjs';
import * as record from './record.mjs';
import * as sync from './sync.mjs';

const MOST_PUSHES = 16, MOST_ASKED = 50, MOST_SHOWN = 16;

/** An act is done when its id with its bytes stands in a row. */
const isIn = (log, key, { bytes }) => log.records.has(key) && ids.same(log.records.get(key).bytes, bytes);

export class Phone {
  counter = 0; // of requests
  n = 0; // of taps
  boot = ids.random(8);
  rounds = new Map(); // by id: log, queue (records by id), pushes (envelopes by hash), aside (records by id, with the code), lost
  erased = new Set(); // versions of cards, for ever
  former = []; // the devices that this phone was: device, delegation
  notices = [];
  isWiped = false;

  constructor(me, server, { fetch, gzip } = {}) {
    Object.assign(this, { me, server, delegation: me.delegation, options: { fetch, gzip } });
  }

  /** What a person did: frozen now, sent with a later sync. */
  tap(round, code, body, { time = Date.now(), monotonic = Math.floor(performance.now()) } = {}) {
    const id = ids.recordId(ids.random(16), this.me.device);
    const { log } = this.rounds.get(ids.text(round));
    for (const { map, n } of log.records.values()) if (map === 'facts' && n > this.n) this.n = n;
    this.n += 1;
    const bytes = record.freeze({ kind: record.KIND[code], member: this.me.member, time, boot: this.boot, monotonic, n: this.n, body });
    this.rounds.get(ids.text(round)).queue.set(ids.text(id), { map: 'facts', id, bytes });
    return id;
  }

  /** The bytes of the next request. Changes are minted here from what no saved change carries, and saved. */
  async request() {
    const rounds = [], shown = new Set(), room = { bytes: losts.MOST_BYTES };
    for (const round of this.rounds.values()) {
      const { id, holder, schema } = round.log;
      const { position, lineage } = round.isToStartAgain ? await logs.empty(id, holder, schema) : round.log;
      const isWhole = !round.isToStartAgain && !round.isCatchingUp; // only a whole log tells what the server lost
      const back = isWhole ? losts.some(round, MOST_PUSHES, room) : { pushes: [], cards: [] };
      if (isWhole) await this.mint(round);
      const minted = isWhole ? [...round.pushes.values()].slice(0, MOST_PUSHES - back.pushes.length) : [];
      for (const { records } of minted) for (const { id } of records) shown.add(ids.text(ids.deviceOf(id)));
      round.asked = { cards: back.cards.map(([version]) => version) };
      rounds.push({
        id, holder: ids.same(holder, this.me.member) ? null : holder, schema, position, lineage,
        pushes: [...back.pushes.map(([, envelope]) => envelope), ...minted.map(({ envelope }) => envelope)],
        givenBack: back.cards.map(([, bytes]) => bytes),
      });
    }
    this.counter += 1;
    const body = sync.body(rounds), { device, sign } = this.me;
    const former = this.former.filter(({ device }) => shown.has(ids.text(device))).map(({ delegation }) => delegation);
    this.again = (...more) => {
      const words = [...more, ...former].slice(0, MOST_SHOWN);
      return sync.request(device, this.counter, sign, body, words.length ? words : null);
    };
    return this.again();
  }

  async mint(round) {
    const { log, queue, pushes } = round;
    const carried = new Set([...pushes.values()].flatMap(({ records }) => records.map(({ id }) => ids.text(id))).concat(losts.carried(round)));
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
      const round = had ?? {
        log: await logs.empty(said.id, said.holder, said.schema),
        queue: new Map(), pushes: new Map(), aside: new Map(), lost: losts.nothing(), isToStartAgain: false, isCatchingUp: false,
      };
      next.set(ids.text(said.id), await this.take(round, said, answer.more));
    }
    for (const [id, round] of next) this.rounds.set(id, round);
    this.delegation = answer.delegation ?? this.delegation;
    this.notices = answer.notices;
    const verdicts = answer.rounds.flatMap((round) => round.verdicts.map((verdict) => ({ round: round.id, ...verdict })));
    for (const verdict of verdicts) this.judge(verdict);
    if (this.notices.includes('revoked')) this.wipe();
    return { more: answer.more, verdicts };
  }

  /** The round as it is after what an answer said of it; throws if that is not to be believed. */
  async take(round, said, more) {
    const own = new Map([...round.lost.changes, ...round.pushes].map(([hash, { envelope }]) => [hash, envelope]));
    let { log, lost } = round, isCatchingUp = round.isCatchingUp && more;
    const queue = new Map(round.queue), pushes = new Map(round.pushes);
    if (said.from === 0 && log.position !== 0) {
      for (const [hash, { envelope }] of log.changes) own.set(hash, envelope);
      const left = losts.of(log, lost, this.me);
      lost = left.lost;
      for (const [key, record] of left.own) queue.set(key, record);
      pushes.clear(); // they stand on what is gone
      log = await logs.empty(log.id, log.holder, log.schema);
      isCatchingUp = more;
    }
    log = await logs.take(log, said, this.me, own, this.erased);
    for (const [version, card] of log.cards) if (card === null) this.erased.add(version);
    for (const [key, record] of queue) if (isIn(log, key, record)) queue.delete(key);
    const aside = new Map([...round.aside].filter(([key, record]) => !isIn(log, key, record)));
    for (const hash of pushes.keys()) if (log.changes.has(hash)) pushes.delete(hash);
    lost = losts.settle(lost, log, this.erased);
    for (const version of round.asked?.cards ?? []) if (lost.cards.has(version)) lost.cards.get(version).offered = log.position;
    return { log, queue, pushes, aside, lost, isToStartAgain: false, isCatchingUp };
  }

  judge({ round: id, hash, verdict, first, second }) {
    const round = this.rounds.get(ids.text(id));
    const back = round?.lost.changes.get(ids.text(hash)), push = round?.pushes.get(ids.text(hash));
    if (back) {
      if (verdict === 'refused' || verdict === 'held') back.waits = losts.FOR_EVER;
      if (verdict === 'missing') back.waits = round.log.position;
    } else if (push && verdict === 'missing') {
      round.isToStartAgain = true;
      round.pushes.clear();
    } else if (push && (verdict === 'refused' || verdict === 'held')) {
      const own = push.records.filter((each) => second?.some((named) => ids.same(named, each.id)));
      for (const each of own.length ? own : push.records) {
        round.queue.delete(ids.text(each.id));
        round.aside.set(ids.text(each.id), { ...each, code: first ?? verdict });
      }
      round.pushes.delete(ids.text(hash));
    }
  }

  /** A revoked device forgets who and where; its queue stays. */
  wipe() {
    this.isWiped = true;
    for (const { log, lost } of this.rounds.values()) {
      log.cards.clear();
      lost.cards.clear();
    }
  }

  /** How many changes and cards the server lost and does not have again. */
  owed() {
    return [...this.rounds.values()].reduce((sum, { lost }) => sum + losts.size(lost), 0);
  }

  /** One request and its answer. A server that does not know the device is shown the co-op's word for it, once. */
  async ask() {
    const request = await this.request();
    try {
      return await this.accept(await sync.post(this.server, request, this.options));
    } catch (error) {
      if (error.problem?.code !== 'device_unknown') throw error;
      return this.accept(await sync.post(this.server, await this.again(this.delegation), this.options));
    }
  }

  /** Sends and fetches until there is nothing to ask again for; gives all verdicts. */
  async sync() {
    const all = [];
    for (let asked = 0; asked < MOST_ASKED; asked++) {
      const { more, verdicts } = await this.ask();
      all.push(...verdicts);
      const rounds = [...this.rounds.values()];
      const isOnlyLater = verdicts.length && verdicts.every(({ verdict }) => verdict === 'later');
      const givesBack = !isOnlyLater && rounds.some((round) => losts.openChanges(round).length || losts.openCards(round).length);
      const startsAgain = rounds.some(({ isToStartAgain }) => isToStartAgain);
      const isSaid = verdicts.some(({ verdict }) => verdict === 'refused');
      if (!more && !isSaid && !givesBack && !startsAgain) break;
    }
    return all;
  }
}
