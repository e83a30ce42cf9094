import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemit, type Limits, type Remit, type TicketStatus } from '@remit/core';
import { recordingExecutor } from '@remit/core/testing';
import { bundleProgram } from '../../chaos/bundleProgram.js';
import { startOwnPostgres } from '../../test/postgres/server.js';
import { earnAutonomy } from '../earned.js';
import { CATEGORIES } from '../host/catalogue.js';
import { type Opened, openStore } from '../host/store.js';
import { person } from '../people.js';
import { longCatalogue } from './catalogue.js';
import { type Fleet, startFleet } from './instances.js';
import { type Allowed, judgeEffects, judgeStore, type Silence } from './judge.js';
import { coursesOf, type MemoryCourse } from './memory.js';
import { type Crowd, crowdOf, type Handed, pause } from './people.js';

/*
 * Instances on one Postgres for a given time, under a steady stream of tickets, while processes and the database are
 * killed, tools hang, replies are lost, clocks jump and tenants are halted.
 */

/** What a long run is about. */
export interface LongOptions {
  readonly minutes: number;
  readonly instances: number;
  /** Tickets handed in, per second. */
  readonly perSecond: number;
  /** The minute from which on memory is compared; with shorter runs, the middle. */
  readonly memoryFromMinute: number;
  readonly onProgress?: (line: string) => void;
}

/** What came of it. `violations`, `lost` and `duplicates` have to be 0. */
export interface LongReport {
  readonly minutes: number;
  readonly instances: number;
  readonly tickets: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly writes: number;
  readonly undone: number;
  readonly approved: number;
  readonly rejected: number;
  readonly accepted: number;
  readonly votes: number;
  readonly kills: number;
  readonly postgresKills: number;
  readonly halts: number;
  readonly clockJumps: number;
  /** Calls that met a fault, by kind. */
  readonly faults: Readonly<Record<string, number>>;
  /** Times everything was checked. */
  readonly checks: number;
  readonly duplicates: number;
  /** Acknowledged tickets and votes that did not come to an end or are gone. */
  readonly lost: number;
  readonly violations: number;
  /** What was wrong, the first of it. */
  readonly wrong: readonly string[];
  /** Of instances that were never killed. */
  readonly memory: readonly MemoryCourse[];
}

const TENANTS = ['north', 'south', 'east', 'tight'] as const;
const HIGH = 1_000_000;
/** What tenant `tight` may write per category and hour; it has more tickets than that. */
const TIGHT_LIMIT = 6;
const LIMITS: Partial<Limits> = {
  actionsPerHourTenant: HIGH,
  actionsPerHourTarget: HIGH,
  actionsPerHourPattern: HIGH,
  targetsPerHourTenant: HIGH,
  stormFrom: HIGH,
};
const ALLOWED: Allowed = { perService: 2, perTenant: { tight: TIGHT_LIMIT * CATEGORIES.length } };
const ODDS = { hung: 0.004, lostBefore: 0.01, lostAfter: 0.01, refused: 0.01 };
/** One ticket in so many is of tenant `tight`; about a service that had one just before; about a hopeless one. */
const EVERY = { tight: 25, again: 6, hopeless: 40 };
const FAULT_EVERY_MS = [6_000, 12_000] as const;
const HALTED_MS = 4_000;
const CHECK_EVERY_MS = 60_000;
const PEOPLE_EVERY_MS = 400;
/** The time in which everything has to come to rest once nothing disturbs it any more: leases end, locks are asked for again. */
const REST_WITHIN_MS = 600_000;
/** Nothing has come to an end for so long: what is left waits for an hour to pass, or for a person. */
const NOTHING_MORE_MS = 75_000;
const JUMPS_MS = [3_600_000, -3_600_000, 86_400_000, -86_400_000, 90_000, -90_000];
const SHOWN = 20;
/** Ended, or put off: by a full hour, or by a lock that a parked run of another ticket keeps. */
const AT_REST: readonly TicketStatus[] = ['resolved', 'needs_human', 'closed', 'suggested', 'deferred'];

function drawn<T>(from: readonly [T, ...T[]] | readonly T[]): T {
  return from[Math.floor(Math.random() * from.length)] as T;
}

function plannedTickets(count: number): readonly Handed[] {
  let service = '';
  return Array.from({ length: count }, (_, n): Handed => {
    const tenant = n % EVERY.tight === 0 ? 'tight' : (TENANTS[n % 3] ?? 'north');
    const again = n % EVERY.again === EVERY.again - 1 && service.startsWith(`${tenant}-`);
    if (!again) service = `${tenant}-s${n}${n % EVERY.hopeless === 1 ? '-hopeless' : ''}`;
    return { tenant, ticketId: `T-${n}`, category: CATEGORIES[n % CATEGORIES.length] ?? CATEGORIES[0], service };
  });
}

async function prepare({ storage }: Opened, remit: Remit): Promise<void> {
  for (const tenant of TENANTS) {
    const operator = person(tenant, 'olga', 'policy:write');
    for (const category of CATEGORIES) {
      const maxActionsPerHour = tenant === 'tight' ? TIGHT_LIMIT : HIGH;
      const policy = { requiresApproval: category === 'application', maxActionsPerHour };
      await remit.setPolicy(operator, category, { policy, expectedVersion: 0 });
      await earnAutonomy(storage, tenant, category);
    }
  }
}

/** What is disturbed while it runs. */
interface Disturbed {
  readonly postgres: Awaited<ReturnType<typeof startOwnPostgres>>;
  readonly fleet: Fleet;
  readonly remit: Remit;
  readonly instances: number;
}

class Disturbances {
  readonly silences: Silence[] = [];
  readonly counts = { kills: 0, postgresKills: 0, halts: 0, clockJumps: 0 };
  storeIsAway = false;

  constructor(private readonly on: Disturbed) {}

  /** Kinds that are still to come in this round: all come equally often, in an order nobody knows. */
  readonly #round: (() => Promise<void>)[] = [];

  async one(): Promise<void> {
    if (this.#round.length === 0) {
      const [kill, database] = [() => this.killInstance(), () => this.restartPostgres()];
      this.#round.push(
        kill,
        database,
        kill,
        () => this.haltFor(HALTED_MS),
        () => this.moveClock(),
      );
    }
    const [next] = this.#round.splice(Math.floor(Math.random() * this.#round.length), 1);
    await next?.();
  }

  private async killInstance(): Promise<void> {
    const { fleet, instances } = this.on;
    if (instances < 2) return;
    // The first one is left alone: its memory is what is watched from beginning to end.
    await fleet.killOne(1 + Math.floor(Math.random() * (instances - 1)));
    this.counts.kills += 1;
  }

  private async moveClock(): Promise<void> {
    const { fleet, instances } = this.on;
    fleet.moveClock(Math.floor(Math.random() * instances), drawn(JUMPS_MS));
    this.counts.clockJumps += 1;
  }

  private async restartPostgres(): Promise<void> {
    this.storeIsAway = true;
    await this.on.postgres.kill();
    await pause(200);
    await this.on.postgres.startAgain();
    this.counts.postgresKills += 1;
    await pause(2_000);
    this.storeIsAway = false;
  }

  private async haltFor(ms: number): Promise<void> {
    const { remit } = this.on;
    const tenant = drawn(TENANTS);
    const operator = person(tenant, 'olga', 'halt');
    const { haltId } = await remit.halt(operator, { reason: 'a drill' });
    const fromMs = Date.now();
    await pause(ms);
    this.silences.push({ tenant, fromMs, toMs: Date.now() });
    await remit.liftHalt(operator, haltId);
    this.counts.halts += 1;
  }
}

/** Repeats until told to stop; what it throws ends the run. */
function repeated(work: () => Promise<void>, everyMs: () => number) {
  let stopped = false;
  const done = (async () => {
    while (!stopped) {
      await pause(everyMs());
      if (!stopped) await work();
    }
  })();
  done.catch(() => {});
  return {
    done,
    async stop(): Promise<void> {
      stopped = true;
      await done;
    },
  };
}

/** Runs it on a Postgres of its own. */
export async function runLong(options: LongOptions): Promise<LongReport> {
  const folder = mkdtempSync(join(tmpdir(), 'remit-soak-'));
  const postgres = await startOwnPostgres({ fsync: true, settings: { autovacuum: 'on' } });
  try {
    return await longRun(options, folder, postgres);
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function longRun(options: LongOptions, scratch: string, postgres: Disturbed['postgres']): Promise<LongReport> {
  const { minutes, instances, perSecond, onProgress = () => {} } = options;
  const folder = join(scratch, 'services');
  mkdirSync(folder);
  const planned = plannedTickets(Math.round(minutes * 60 * perSecond));
  const services = new Map(planned.map(({ service, tenant }) => [service, tenant]));
  const names = [...services.keys()];
  const store = await openStore(postgres.url, () => {});
  // Never started: people and monitoring come in here, the instances do the work.
  const remit = createRemit({ ...store, executor: recordingExecutor({}), catalogue: longCatalogue(names) });
  await prepare(store, remit);
  const order = { place: postgres.url, folder, services: names, settings: { limits: LIMITS }, writeMs: 20, odds: ODDS };
  const program = await bundleProgram(new URL('./host.ts', import.meta.url), scratch);
  const fleet = await startFleet(program, instances, order);
  const disturbances = new Disturbances({ postgres, fleet, remit, instances });
  const crowd = crowdOf(remit, folder, () => disturbances.storeIsAway);
  const violations: string[] = [];
  let checks = 0;
  const check = (): ReturnType<typeof judgeEffects> => {
    checks += 1;
    const judged = judgeEffects(folder, services, { silences: disturbances.silences, allowed: ALLOWED });
    onProgress(
      `${crowd.acknowledged.length} of ${planned.length} handed in, ${crowd.open.size} open, ${judged.writes} writes, ` +
        `${judged.duplicates} duplicates, ${judged.violations.length} violations; ${JSON.stringify(disturbances.counts)}`,
    );
    return judged;
  };
  try {
    const people = repeated(
      () => crowd.act(),
      () => PEOPLE_EVERY_MS,
    );
    const [soonest, latest] = FAULT_EVERY_MS;
    const faults = repeated(
      () => disturbances.one(),
      () => soonest + Math.random() * (latest - soonest),
    );
    const judges = repeated(
      async () => void check(),
      () => CHECK_EVERY_MS,
    );
    await handInSteadily(crowd, planned, perSecond);
    // What follows is less work: it says nothing about memory.
    const memory = [...fleet.memory];
    await faults.stop();
    const restMs = await untilAtRest(crowd);
    onProgress(`at rest after ${Math.round(restMs / 1_000)} s`);
    await Promise.all([people.stop(), judges.stop()]);
    const due = await store.storage.due(HIGH);
    const exits = await fleet.end();

    const effects = check();
    const judged = await judgeStore({ storage: store.storage, remit }, crowd.acknowledged, effects.keys);
    violations.push(...effects.violations, ...judged.violations, ...fleet.fell, ...crowd.odd);
    for (const code of exits) if (code !== 0) violations.push(`an instance ended with ${code}`);
    const waiting = [...crowd.open.values()];
    const unended = await unendedOf(store, waiting);
    const lost = [
      ...unended,
      ...due.tickets.map(({ ticketId }) => `${ticketId} is still due`),
      ...due.remediations.map(({ remediationId }) => `${remediationId} is still due`),
      // More may be there: the reply of one was lost with the database.
      ...(judged.votes >= crowd.voted ? [] : [`${crowd.voted} votes were acknowledged, ${judged.votes} are there`]),
      ...(crowd.acknowledged.length === planned.length ? [] : ['not every ticket was handed in']),
    ];
    const { byStatus, votes } = judged;
    const { approved, rejected, accepted } = crowd;
    const { writes, undone, duplicates } = effects;
    return {
      minutes,
      instances,
      tickets: crowd.acknowledged.length,
      ...{ byStatus, writes, undone, approved, rejected, accepted, votes },
      ...disturbances.counts,
      faults: fleet.faults,
      checks,
      duplicates,
      lost: lost.length,
      violations: violations.length,
      wrong: [...lost, ...violations].slice(0, SHOWN),
      memory: coursesOf(memory, Math.min(options.memoryFromMinute, Math.floor(minutes / 2))),
    };
  } finally {
    fleet.kill();
    await remit.close();
  }
}

async function handInSteadily(crowd: Crowd, planned: readonly Handed[], perSecond: number): Promise<void> {
  const startedMs = performance.now();
  const underWay: Promise<void>[] = [];
  for (const [n, ticket] of planned.entries()) {
    await pause(Math.max(0, (n / perSecond) * 1_000 - (performance.now() - startedMs)));
    underWay.push(crowd.handIn(ticket));
  }
  await Promise.all(underWay);
}

async function untilAtRest(crowd: Crowd): Promise<number> {
  const startedMs = performance.now();
  const since = (ms: number): number => performance.now() - ms;
  for (let [left, lastMs] = [crowd.open.size, startedMs]; left > 0 && since(lastMs) < NOTHING_MORE_MS; ) {
    if (since(startedMs) > REST_WITHIN_MS) break;
    await pause(1_000);
    if (crowd.open.size < left) lastMs = performance.now();
    left = crowd.open.size;
  }
  return since(startedMs);
}

/** Tickets that are neither ended nor put off. */
async function unendedOf({ storage }: Opened, waiting: readonly Handed[]): Promise<readonly string[]> {
  const unended: string[] = [];
  for (const { tenant, ticketId } of waiting) {
    const record = await storage.tickets.find(tenant, ticketId);
    if (record && AT_REST.includes(record.status)) continue;
    unended.push(`${tenant}/${ticketId} is ${record?.status ?? 'gone'}`);
  }
  return unended;
}
