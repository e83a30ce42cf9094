import { asJson } from '../domain/canonical.js';
import { lessonsOf } from '../domain/learning.js';
import { APPEND_ATTEMPTS, LEASE } from '../domain/policy.js';
import {
  type Command,
  decide,
  evolve,
  isEnd,
  type LogRow,
  projectionOf,
  type Remediation,
  replay,
  type Stamp,
  type StartedRemediation,
} from '../domain/remediation.js';
import type { Verdict } from '../domain/safety.js';
import { RemitError } from '../errors.js';
import type { LoadedRemediation } from '../ports/storage.js';
import type { EngineContext } from './context.js';

/** The lease is gone or somebody else moved the remediation on: stop here, write nothing more. */
export class LostRun extends Error {
  override readonly name = 'LostRun';
}

function started(state: Remediation): StartedRemediation {
  if (state.state === 'none') throw new RemitError('internal', 'A stored remediation has no first row.');
  return state;
}

/** A verdict as a row holds it: what the check looked at, as JSON carries it. */
const inLog = (verdict: Verdict): Verdict => ({ ...verdict, evidence: asJson(verdict.evidence) });

/** A command whose verdicts can be stored. */
function storable(command: Command): Command {
  return 'verdicts' in command && command.verdicts ? { ...command, verdicts: command.verdicts.map(inLog) } : command;
}

/** What follows from a command: the events, the state after them, and what a store keeps beside them. */
export function follow(state: Remediation, command: Command, stamp: Stamp) {
  const decided = decide(storable(command), state, stamp);
  if (!decided.ok) return decided;
  const after = started(decided.events.reduce<Remediation>((before, event) => evolve(before, event, stamp), state));
  return { ok: true as const, events: decided.events, after, projection: projectionOf(after) };
}

/** The state after one row more. */
const evolved = (state: Remediation, { event, atMs, actor }: Pick<LogRow, 'event' | 'atMs' | 'actor'>): Remediation =>
  evolve(state, event, { atMs, actor });

/** Whether nothing that a command leads to depends on when it is. */
function isTimeless({ type }: Command, { approval, order }: StartedRemediation): boolean {
  const unused = (given: { readonly consumedAtMs: number | null } | null | undefined): boolean =>
    given?.consumedAtMs === null;
  if (type === 'intend') return !unused(approval) && !unused(order?.approval);
  return type === 'claim' || type === 'settle';
}

/** One worker's hold on one remediation: its state, its lease, and the only way to write to its log. */
export class Run {
  readonly #context: EngineContext;
  readonly tenant: string;
  readonly remediationId: string;
  readonly ticketId: string;
  #state: StartedRemediation;
  #version: number;
  #leaseUntilMs: number;
  #lastAtMs: number;
  #isGivenBack = false;
  readonly #token: number;
  readonly #heartbeat: NodeJS.Timeout;

  private constructor(context: EngineContext, loaded: LoadedRemediation, claim: { token: number; untilMs: number }) {
    this.#context = context;
    this.tenant = loaded.tenant;
    this.remediationId = loaded.remediationId;
    this.ticketId = loaded.ticketId;
    this.#state = started(replay(loaded.rows));
    this.#version = loaded.version;
    this.#lastAtMs = loaded.rows.at(-1)?.atMs ?? 0;
    this.#token = claim.token;
    this.#leaseUntilMs = claim.untilMs;
    this.#heartbeat = setInterval(() => void this.#prolong(), LEASE.heartbeatMs);
    this.#heartbeat.unref();
  }

  /** Claims a remediation as it was loaded; null when another worker has it or it moved on. */
  static async claim(context: EngineContext, loaded: LoadedRemediation): Promise<Run | null> {
    const { tenant, remediationId, version } = loaded;
    const ask = { owner: context.owner, leaseMs: LEASE.ms, expectedVersion: version };
    const claim = await context.storage.remediations.claim(tenant, remediationId, ask);
    return claim.kind === 'claimed' ? new Run(context, loaded, claim) : null;
  }

  get state(): StartedRemediation {
    return this.#state;
  }

  get ended(): boolean {
    return isEnd(this.#state.state);
  }

  /** Until when the lease holds, by the store's clock. */
  get leaseUntilMs(): number {
    return this.#leaseUntilMs;
  }

  /**
   * Appends what a command leads to. The command must be one the state machine accepts.
   * @throws LostRun when the store refuses the row because the lease or the version moved on.
   */
  async write(command: Command): Promise<void> {
    for (let attempt = 0; attempt < APPEND_ATTEMPTS; attempt += 1) {
      if (await this.#tryToWrite(command)) return;
      await this.#reload();
    }
    throw new LostRun(`${this.remediationId}: others kept writing at the same moment`);
  }

  /** One attempt; false when a row that needs no lease (an answer, a late reply) came in between. */
  async #tryToWrite(command: Command): Promise<boolean> {
    const { storage, observers } = this.#context;
    const { followed, stamp, atStoreTime } = await this.#follow(command);
    if (!followed.ok) {
      // Ended by a person meanwhile: then there is nothing left for this run to write.
      if (followed.refused === 'already_ended') throw new LostRun(`${this.remediationId}: ended meanwhile`);
      const { state } = this.#state;
      throw new RemitError('internal', `${command.type} was refused in state ${state}: ${followed.refused}.`);
    }
    const { events, after, projection } = followed;
    const appended = await storage.remediations.append({
      tenant: this.tenant,
      remediationId: this.remediationId,
      expectedVersion: this.#version,
      token: this.#token,
      ...stamp,
      atStoreTime,
      events,
      projection,
      facts: isEnd(after.state) && after.state !== this.#state.state ? lessonsOf(after, this, stamp.atMs) : [],
    });
    if (appended.kind === 'fenced') throw new LostRun(`${this.remediationId}: the lease is lost`);
    if (appended.kind === 'stale') return false;
    // As the rows tell it, whose time may be the store's.
    this.#state = started(appended.rows.reduce<Remediation>(evolved, this.#state));
    this.#version += appended.rows.length;
    this.#lastAtMs = appended.rows.at(-1)?.atMs ?? this.#lastAtMs;
    this.#isGivenBack = projection.ended;
    for (const row of appended.rows) observers.tell('remediation_event', row);
    return true;
  }

  /**
   * What follows from a command. A row that only says what was done needs no time to be decided, and gets the store's as
   * it is stored; whatever depends on the time, an end or an approval that is used up, is decided at a time just asked for.
   */
  async #follow(command: Command) {
    const { storage } = this.#context;
    if (isTimeless(command, this.#state)) {
      const stamp = { atMs: this.#lastAtMs, actor: 'remit' };
      const followed = follow(this.#state, command, stamp);
      if (followed.ok && !followed.projection.ended) return { followed, stamp, atStoreTime: true };
    }
    const stamp = { atMs: await storage.now(), actor: 'remit' };
    return { followed: follow(this.#state, command, stamp), stamp, atStoreTime: false };
  }

  async #reload(): Promise<void> {
    const loaded = await this.#context.storage.remediations.load(this.tenant, this.remediationId);
    if (!loaded) throw new LostRun(`${this.remediationId}: gone`);
    this.#state = started(replay(loaded.rows));
    this.#version = loaded.version;
    this.#lastAtMs = loaded.rows.at(-1)?.atMs ?? this.#lastAtMs;
  }

  /** Ends the hold. */
  async release(): Promise<void> {
    clearInterval(this.#heartbeat);
    // The last row gave it back.
    if (this.#isGivenBack) return;
    await this.#context.storage.remediations.release(this.tenant, this.remediationId, this.#token);
  }

  async #prolong(): Promise<void> {
    try {
      const ask = { token: this.#token, leaseMs: LEASE.ms };
      const kept = await this.#context.storage.remediations.heartbeat(this.tenant, this.remediationId, ask);
      // Lost: the deadline stays as it was, and every check against it says no from then on.
      if (kept) this.#leaseUntilMs = kept.untilMs;
    } catch (error) {
      this.#context.observers.tell('trouble', { where: `heartbeat of ${this.remediationId}`, error });
    }
  }
}
