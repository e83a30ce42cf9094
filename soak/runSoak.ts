import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemit, type Limits, type Remit } from '@remit/core';
import { recordingExecutor } from '@remit/core/testing';
import { DESCRIPTION, earnAutonomy } from './earned.js';
import { CATEGORIES, catalogueOf } from './host/catalogue.js';
import { effectsIn } from './host/effects.js';
import { type Opened, openStore, type Place } from './host/store.js';
import { bundleHost, startInstances } from './instances.js';
import { duplicatesIn, judgeLogs, overlapsIn } from './judge.js';
import { isAtRest, type People, peopleOf, person } from './people.js';

/* Several instances on one store, with people who hand in, approve, reject and vote meanwhile. */

/** What a run is about. */
export interface SoakOptions {
  readonly place: Place;
  readonly instances: number;
  /** Tickets of all tenants together. */
  readonly tickets: number;
  /** Default 4. */
  readonly tenants?: number;
  /** One ticket in so many is about the same service as the one before; 0: none. Then its remediation waits for the lock. */
  readonly sharedEvery: number;
  /** Writes of a tenant that the blast radius lets through, as a share (0..1) of its tickets. */
  readonly allowedShare: number;
  /** Gives up after this time, ms. */
  readonly withinMs: number;
  /** Told now and then. */
  readonly onProgress?: (ended: number) => void;
}

/** What came of it. Everything from `unfinished` to `tooManyWrites` has to be 0. */
export interface SoakReport {
  readonly instances: number;
  readonly tickets: number;
  readonly tenants: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly writes: number;
  readonly undone: number;
  readonly approved: number;
  readonly rejected: number;
  readonly votes: number;
  /** Instances that made a write. */
  readonly atWork: number;
  /** Tickets that did not end, and work that still wants to go on. */
  readonly unfinished: number;
  readonly duplicates: number;
  /** Effects without an intent in a log. */
  readonly unintended: number;
  /** Two writes on one service at the same time. */
  readonly overlaps: number;
  readonly chainBroken: number;
  readonly lostVotes: number;
  /** Instances that did not end well when they were asked to. */
  readonly badExits: number;
  /** Writes of a tenant beyond what its limit allows, or fewer than there was room and work for. */
  readonly tooManyWrites: number;
  readonly tooFewWrites: number;
  readonly seconds: number;
  readonly ticketsPerSecond: number;
}

const HIGH = 1_000_000;
const LOOK_EVERY_MS = 200;
/** One ticket in so many is about a service that a restart does not repair. */
const HOPELESS_EVERY = 50;
/** People act whenever so many tickets were handed in. */
const ACT_EVERY = 20;

/** One ticket to hand in. */
interface Planned {
  readonly tenant: string;
  readonly ticketId: string;
  readonly category: string;
  readonly service: string;
}

function planTickets({ tickets, tenants = 4, sharedEvery }: SoakOptions): readonly Planned[] {
  let service = '';
  return Array.from({ length: tickets }, (_, n): Planned => {
    const tenant = `tenant-${n % tenants}`;
    const nth = Math.floor(n / tenants);
    const shares = sharedEvery > 0 && nth % sharedEvery === sharedEvery - 1;
    const ending = nth % HOPELESS_EVERY === HOPELESS_EVERY - 1 ? '-hopeless' : '';
    service = `${tenant}-s${shares ? nth - 1 : nth}${ending}`;
    return { tenant, ticketId: `T-${n}`, category: CATEGORIES[nth % CATEGORIES.length] ?? CATEGORIES[0], service };
  });
}

async function prepare({ storage }: Opened, remit: Remit, tenant: string): Promise<void> {
  const operator = person(tenant, 'olga', 'policy:write');
  for (const category of CATEGORIES) {
    const policy = { requiresApproval: category === 'application', maxActionsPerHour: HIGH };
    await remit.setPolicy(operator, category, { policy, expectedVersion: 0 });
    await earnAutonomy(storage, tenant, category);
  }
}

async function handIn(remit: Remit, { tenant, ticketId, category, service }: Planned): Promise<void> {
  const monitoring = person(tenant, 'monitoring', 'tickets:write', 'tickets:opt_in');
  const input = { ticketId, description: DESCRIPTION, category, optedIn: true, metadata: { service } };
  await remit.submitTicket(monitoring, { ...input, targets: [`service:${service}`] });
}

async function unendedOf(everybody: readonly People[]): Promise<number> {
  let unended = 0;
  for (const people of everybody) {
    for (const status of (await people.statuses()).values()) if (!isAtRest(status)) unended += 1;
  }
  return unended;
}

/** Runs it. The store must be new. */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const folder = mkdtempSync(join(tmpdir(), 'remit-soak-'));
  try {
    return await soak(options, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function soak(options: SoakOptions, folder: string): Promise<SoakReport> {
  const { place, instances: count, tickets, tenants = 4 } = options;
  const planned = planTickets(options);
  const services = [...new Set(planned.map(({ service }) => service))];
  const allowed = Math.floor((tickets / tenants) * options.allowedShare);
  const limits: Partial<Limits> = {
    actionsPerHourTenant: HIGH,
    actionsPerHourTarget: HIGH,
    actionsPerHourPattern: HIGH,
    loopAllowed: HIGH,
    stormFrom: HIGH,
    targetsPerHourTenant: allowed,
  };
  const store = await openStore(place, (error) => console.error(error));
  // Never started: people and monitoring come in here, the instances do the work.
  const remit = createRemit({ ...store, executor: recordingExecutor({}), catalogue: catalogueOf(services) });
  const names = Array.from({ length: tenants }, (_, n) => `tenant-${n}`);
  for (const tenant of names) await prepare(store, remit, tenant);
  const effectsFile = join(folder, 'effects.jsonl');
  const order = { place, effects: effectsFile, services, settings: { limits }, writeMs: 5 };
  const instances = await startInstances(await bundleHost(folder), count, order);
  try {
    const startedMs = performance.now();
    const everybody = names.map((tenant) => peopleOf(remit, tenant));
    for (const [n, ticket] of planned.entries()) {
      await handIn(remit, ticket);
      if (n % ACT_EVERY === ACT_EVERY - 1) await everybody[Math.floor(n / ACT_EVERY) % tenants]?.act();
    }
    for (;;) {
      for (const people of everybody) await people.act();
      const unended = await unendedOf(everybody);
      options.onProgress?.(tickets - unended);
      if (instances.running() < count) throw new Error('An instance ended by itself; what it said is above.');
      if (unended === 0 || performance.now() - startedMs > options.withinMs) break;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    const seconds = (performance.now() - startedMs) / 1_000;
    for (const people of everybody) await people.act();
    const due = await store.storage.due(HIGH);
    const exits = await instances.end();

    const effects = effectsIn(effectsFile);
    const done = effects.filter(({ what }) => what === 'done');
    const byStatus: Record<string, number> = {};
    const broken: string[] = [];
    const intended = new Set<string>();
    let [votes, wanted, tooManyWrites, tooFewWrites] = [0, 0, 0, 0];
    for (const [index, tenant] of names.entries()) {
      const people = everybody[index];
      if (!people) continue;
      const statuses = await people.statuses();
      for (const status of statuses.values()) byStatus[status] = (byStatus[status] ?? 0) + 1;
      const judged = await judgeLogs({ ...store, remit }, tenant, statuses.keys());
      broken.push(...judged.broken);
      for (const key of judged.intended) intended.add(key);
      votes += judged.votes;
      wanted += people.voted.size;
      const writes = done.filter(({ tool, service }) => tool === 'restart' && service.startsWith(`${tenant}-`)).length;
      tooManyWrites += Math.max(0, writes - allowed);
      tooFewWrites += Math.max(0, allowed - writes);
    }
    return {
      instances: count,
      tickets,
      tenants,
      byStatus,
      writes: done.filter(({ tool }) => tool === 'restart').length,
      undone: done.filter(({ tool }) => tool === 'restore').length,
      approved: everybody.reduce((sum, people) => sum + people.approved, 0),
      rejected: everybody.reduce((sum, people) => sum + people.rejected, 0),
      votes,
      atWork: new Set(done.map(({ pid }) => pid)).size,
      unfinished: (await unendedOf(everybody)) + due.tickets.length + due.remediations.length,
      duplicates: duplicatesIn(effects),
      unintended: effects.filter(({ key }) => !intended.has(key)).length,
      overlaps: overlapsIn(effects),
      chainBroken: broken.length,
      lostVotes: wanted - votes,
      badExits: exits.filter((code) => code !== 0).length,
      tooManyWrites,
      tooFewWrites,
      seconds: Math.round(seconds * 10) / 10,
      ticketsPerSecond: Math.round((tickets / seconds) * 10) / 10,
    };
  } finally {
    instances.kill();
    await remit.close();
  }
}

const FAULTS = [
  'unfinished',
  'duplicates',
  'unintended',
  'overlaps',
  'chainBroken',
  'lostVotes',
  'badExits',
  'tooManyWrites',
  'tooFewWrites',
] as const;

/** What was wrong: only those that are not 0. */
export function faultsOf(report: SoakReport): Readonly<Record<string, number>> {
  return Object.fromEntries(FAULTS.flatMap((fault) => (report[fault] === 0 ? [] : [[fault, report[fault]]])));
}
