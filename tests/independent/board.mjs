// The coordinator's side over the JSON routes (sections 14 to 16): members, codes, rounds, stops.
import * as ids from './ids.mjs';
import { enrol } from './enrol.mjs';
import { Phone } from './phone.mjs';

const HOUR = 3600000;

export class Board {
  constructor(server) {
    this.server = server;
  }

  /** Asks what must succeed. */
  async ask(method, path, body) {
    const { status, body: said } = await this.server.ask(method, path, body);
    if (status !== 200) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(said)}`);
    return said;
  }

  async courier(name) {
    const member = ids.random(16);
    await this.ask('POST', '/v1/members', { member: ids.text(member), name, role: 'courier' });
    return member;
  }

  async code(member) {
    return (await this.ask('POST', '/v1/enrolment-codes', { member: ids.text(member) })).secret;
  }

  async phone(member, options) {
    return new Phone(await enrol(this.server.address, await this.code(member)), this.server.address, options);
  }

  /** One command; gives the round as it is then. */
  async command(round, command, planVersion = round.plan_version) {
    return this.ask('POST', '/v1/commands', { act: ids.text(ids.random(16)), round: round.id, plan_version: planVersion, command });
  }

  round(member) {
    return this.command({ id: ids.text(ids.random(16)) }, { make_round: { courier: ids.text(member) } }, null);
  }

  addStop(round, kind, parcels, name, { from = 8, hours = 2, door } = {}) {
    const day = Math.floor(Date.now() / (24 * HOUR)) * 24 * HOUR;
    return this.command(round, {
      add_stop: {
        kind,
        window: { from_ms: day + from * HOUR, until_ms: day + (from + hours) * HOUR },
        service_seconds: 120,
        parcels,
        card: { name, address: '1 rue Haute', coordinate: { latitude: 48.85, longitude: -2.35 }, ...(door && { door_code: door }) },
      },
    });
  }

  /** A courier with a phone and a round of a pickup and two drop-offs. */
  async morning(name) {
    const member = await this.courier(name), phone = await this.phone(member);
    const [a, b] = [ids.random(16), ids.random(16)].map(ids.text);
    let round = await this.round(member);
    round = await this.addStop(round, 'pickup', [a, b], 'Librairie');
    round = await this.addStop(round, 'drop_off', [a], 'Ana', { from: 9, door: '42B' });
    round = await this.addStop(round, 'drop_off', [b], 'Bob', { from: 10 });
    return { member, phone, round };
  }
}
