import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemit, GUARD, type Limits, type SlotClaim, type TicketRecord } from '@remit/core';
import { recordingExecutor } from '@remit/core/testing';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import { DESCRIPTION, earnAutonomy } from '../soak/earned.js';
import { catalogueOf } from '../soak/host/catalogue.js';
import { type Effect, effectsIn } from '../soak/host/effects.js';
import { openStore, type Place } from '../soak/host/store.js';
import { bundleHost, startInstances } from '../soak/instances.js';
import { overlapsIn } from '../soak/judge.js';
import { person } from '../soak/people.js';
import { testDatabase } from './postgres/database.js';

/* Eight real processes on one store: the limits hold for all of them together. */

const PROCESSES = 8;
const TARGETS = 24;
const HIGH = 1_000;
const ALL_HIGH: Partial<Limits> = {
  actionsPerHourTenant: HIGH,
  actionsPerHourTarget: HIGH,
  actionsPerHourPattern: HIGH,
  loopAllowed: HIGH,
  targetsPerHourTenant: HIGH,
  stormFrom: HIGH,
};
const TIME_LIMIT_MS = 240_000;

const folder = mkdtempSync(join(tmpdir(), 'remit-race-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const database = await testDatabase();
const program = await bundleHost(folder);
let races = 0;

/** Stores to race on: each race gets a new one. */
const STORES: Readonly<Record<string, (context: TestContext) => Promise<Place>>> = {
  SQLite: async () => `sqlite:${join(folder, `race-${races}.sqlite`)}`,
  Postgres: async (context) => {
    if ('reason' in database) return context.skip(database.reason);
    const name = `${new URL(database.url).pathname.slice(1)}_race_${races}`;
    await database.query(`create database ${name}`);
    const url = new URL(database.url);
    url.pathname = `/${name}`;
    return url.href;
  },
};

/** What is raced for. */
interface Race {
  /** One ticket each; the same one twice is two tickets for one target. */
  readonly services: readonly string[];
  readonly limits: Partial<Limits>;
  readonly processes?: number;
  readonly writeMs?: number;
  /** What an earlier remediation took of a count. */
  readonly earlier?: SlotClaim;
}

interface Raced {
  readonly tickets: readonly TicketRecord[];
  /** How each ticket stands, and why. */
  readonly reasons: readonly string[];
  readonly effects: readonly Effect[];
  readonly written: readonly Effect[];
}

const TO_GO_ON: readonly string[] = ['received', 'analyzing', 'remediating'];

/** Lets processes work on tickets of a pattern that may be fixed without a person, until every ticket is at rest. */
async function race(
  place: Place,
  { services, limits, processes = PROCESSES, writeMs = 0, earlier }: Race,
): Promise<Raced> {
  const file = join(folder, `effects-${races}`);
  const store = await openStore(place, (error) => console.error(error));
  // Not started: the tickets are only handed in here, the processes do the work.
  const remit = createRemit({ ...store, executor: recordingExecutor({}), catalogue: catalogueOf(services) });
  const actor = person('acme', 'monitoring', 'tickets:write', 'tickets:opt_in', 'policy:write');
  const policy = { requiresApproval: false, maxActionsPerHour: HIGH };
  await remit.setPolicy(actor, 'server', { policy, expectedVersion: 0 });
  await earnAutonomy(store.storage, 'acme', 'server');
  if (earlier) await store.storage.slots.reserve('acme', 'earlier', [earlier]);
  for (const [n, service] of services.entries()) {
    const ticket = { ticketId: `T-${n}`, description: DESCRIPTION, category: 'server', metadata: { service } };
    await remit.submitTicket(actor, { ...ticket, optedIn: true, targets: [`service:${service}`] });
  }
  const settings = { recoverEveryMs: 20, limits: { ...ALL_HIGH, ...limits } };
  const instances = await startInstances(program, processes, { place, effects: file, services, settings, writeMs });
  const all = async () => (await remit.tickets(actor, { limit: 200, cursor: null })).items;
  await expect
    .poll(async () => (await all()).filter(({ status }) => TO_GO_ON.includes(status)).length, {
      timeout: 180_000,
      interval: 100,
    })
    .toBe(0);
  const tickets = await all();
  const reasons: string[] = [];
  for (const { ticketId, status } of tickets) {
    const last = (await store.storage.remediations.logOf('acme', ticketId)).at(-1)?.event;
    reasons.push(`${status}: ${last && 'reason' in last ? last.reason : ''}`);
  }
  expect(await instances.end()).toEqual(instances.pids.map(() => 0));
  await remit.close();
  const effects = effectsIn(file);
  return { tickets, reasons, effects, written: effects.filter(({ what }) => what === 'done') };
}

const different = Array.from({ length: TARGETS }, (_, n) => `s${n}`);
const FIXED = 'resolved: validated';
const having = (reasons: Raced['reasons'], wanted: string) => reasons.filter((reason) => reason === wanted).length;

/** Each limit alone, the others raised. */
const RACES: Readonly<Record<string, Race & { readonly holds: (raced: Raced) => void }>> = {
  'keeps 10 actions an hour: exactly 10 writes, the others wait': {
    services: different,
    limits: { actionsPerHourTenant: 10 },
    holds({ written, reasons }) {
      expect(written).toHaveLength(10);
      expect(new Set(written.map(({ key }) => key)).size).toBe(10);
      const waiting = Array(TARGETS - 10).fill('deferred: rate_slots');
      expect([...reasons].sort()).toEqual([...waiting, ...Array(10).fill(FIXED)]);
    },
  },
  'keeps the blast radius: 10 targets an hour': {
    services: different,
    limits: { targetsPerHourTenant: 10 },
    holds({ written, reasons }) {
      expect(new Set(written.map(({ service }) => service)).size).toBe(10);
      const stopped = Array(TARGETS - 10).fill('needs_human: rate_slots');
      expect([...reasons].sort()).toEqual([...stopped, ...Array(10).fill(FIXED)]);
    },
  },
  'stops a storm: no more than 4 targets of one pattern within 10 min': {
    services: different,
    limits: { stormFrom: 5 },
    holds({ written, tickets }) {
      expect(written.length).toBeLessThanOrEqual(4);
      expect(tickets.filter(({ status }) => status === 'needs_human')).toHaveLength(TARGETS - written.length);
    },
  },
  // Few enough tickets that their number alone is no storm: what stops them is the count that they take from together.
  'stops a storm that began before: of four processes that come for the last place one gets it': {
    services: different.slice(0, 4),
    limits: { stormFrom: 5 },
    earlier: { scope: 'storm', key: 'pattern-server', amount: 3, limit: HIGH, windowMs: GUARD.stormWindowMs },
    holds({ written, reasons }) {
      expect(written).toHaveLength(1);
      expect([...reasons].sort()).toEqual([...Array(3).fill('needs_human: rate_slots'), FIXED]);
    },
  },
  'stops a loop: the third remediation of one target goes to a person': {
    services: Array(6).fill('s0'),
    limits: { loopAllowed: 2 },
    holds({ written, reasons, effects }) {
      expect(overlapsIn(effects)).toBe(0);
      // Whoever finds the target locked waits; nobody gets a third write in.
      expect(written.length).toBeLessThanOrEqual(2);
      expect(written.length).toBeGreaterThan(0);
      const waiting = having(reasons, 'deferred: target_lock');
      expect(having(reasons, FIXED) + waiting + having(reasons, 'needs_human: rate_slots')).toBe(6);
    },
  },
  'lets one of two processes have a target: the other one waits': {
    services: ['s0', 's0'],
    limits: {},
    processes: 2,
    writeMs: 1_000,
    holds({ effects, written, reasons }) {
      expect(overlapsIn(effects)).toBe(0);
      expect(written.length).toBeGreaterThan(0);
      expect(having(reasons, FIXED)).toBe(written.length);
      expect(having(reasons, 'deferred: target_lock')).toBe(2 - written.length);
    },
  },
  'lets one of eight processes have a target: the others wait': {
    services: Array(PROCESSES).fill('s0'),
    limits: {},
    writeMs: 300,
    holds({ effects, written, reasons }) {
      expect(overlapsIn(effects)).toBe(0);
      expect(written.length).toBeGreaterThan(0);
      expect(having(reasons, FIXED)).toBe(written.length);
      expect(having(reasons, 'deferred: target_lock')).toBe(PROCESSES - written.length);
    },
  },
};

for (const [store, open] of Object.entries(STORES)) {
  describe(`processes that share one ${store} store`, () => {
    for (const [name, { holds, ...about }] of Object.entries(RACES)) {
      it(
        name,
        async (context) => {
          races += 1;
          holds(await race(await open(context), about));
        },
        TIME_LIMIT_MS,
      );
    }
  });
}
