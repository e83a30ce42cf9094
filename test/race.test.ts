import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sqliteStorage } from '@remit/adapter-sqlite';
import { createRemit, type Limits, type Principal } from '@remit/core';
import { recordingExecutor } from '@remit/core/testing';
import { afterEach, expect, it } from 'vitest';
import { raceCatalogue, TARGETS } from './race/catalogue.js';
import { earned } from './race/earned.js';

/* Eight real processes on one SQLite file: the limits hold for all of them together. */

const PROCESSES = 8;
const HIGH = 1_000;
const ALL_HIGH: Partial<Limits> = {
  actionsPerHourTenant: HIGH,
  actionsPerHourTarget: HIGH,
  actionsPerHourPattern: HIGH,
  loopAllowed: HIGH,
  targetsPerHourTenant: HIGH,
  stormFrom: HIGH,
};
const TENANT = 'acme';
const actor: Principal = {
  id: 'monitoring',
  tenant: TENANT,
  scopes: ['tickets:read', 'tickets:write', 'tickets:opt_in', 'policy:write'],
};

const folders: string[] = [];
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A store with tickets of a pattern that may be fixed without a person. */
async function prepare(services: readonly string[]): Promise<{ file: string; effects: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'remit-race-'));
  folders.push(folder);
  const [file, effects] = [join(folder, 'remit.sqlite'), join(folder, 'effects.jsonl')];
  const storage = await sqliteStorage({ file });
  // Not started: the tickets are only handed in here, the processes do the work.
  const remit = createRemit({ storage, executor: recordingExecutor({}), catalogue: raceCatalogue });
  const policy = { requiresApproval: false, maxActionsPerHour: HIGH };
  await remit.setPolicy(actor, 'server', { policy, expectedVersion: 0 });
  const description = 'service not responding';
  for (const [n, service] of services.entries()) {
    const input = { ticketId: `T-${n}`, description, category: 'server', optedIn: true, metadata: { service } };
    await remit.submitTicket(actor, { ...input, targets: [`service:${service}`] });
  }
  const { PatternLearner } = await import('@remit/core');
  const learner = new PatternLearner({ storage, ids: { next: (kind) => `${kind}-1` } });
  const { patternId } = await learner.recognise({ tenant: TENANT, category: 'server', title: null, description });
  await learner.learn({ tenant: TENANT, facts: earned(patternId, await storage.now()) });
  await remit.close();
  return { file, effects };
}

interface Effect {
  readonly target: string;
  readonly key: string;
  readonly pid: number;
}

/** Lets eight processes work until every ticket is at rest. */
async function race(services: readonly string[], limits: Partial<Limits>) {
  const { file, effects } = await prepare(services);
  const program = fileURLToPath(new URL('./race/worker.ts', import.meta.url));
  const execArgv = ['--conditions=@remit/source', '--import', 'tsx'];
  const args = [file, effects, JSON.stringify({ ...ALL_HIGH, ...limits })];
  const own = Array.from({ length: PROCESSES }, () => fork(program, args, { execArgv }));
  children.push(...own);
  const storage = await sqliteStorage({ file });
  const statuses = async () => (await storage.tickets.list(TENANT, { limit: 200, cursor: null })).items;
  await expect
    .poll(
      async () =>
        (await statuses()).filter(({ status }) => ['received', 'analyzing', 'remediating'].includes(status)).length,
      {
        timeout: 90_000,
        interval: 100,
      },
    )
    .toBe(0);
  const tickets = await statuses();
  const ended = own.map((child) => new Promise((resolve) => child.once('exit', resolve)));
  for (const child of own) child.send('stop');
  await Promise.all(ended);
  await storage.close();
  let lines: string[] = [];
  try {
    lines = readFileSync(effects, 'utf8').trim().split('\n');
  } catch {
    // No write at all left no file.
  }
  const written = lines.map((line) => JSON.parse(line) as Effect);
  return { tickets, written, processes: new Set(written.map(({ pid }) => pid)).size };
}

const different = Array.from({ length: TARGETS }, (_, n) => `s${n}`);
const TIME_LIMIT_MS = 120_000;

it(
  'keeps 10 actions an hour over eight processes: exactly 10 writes, the others wait',
  async () => {
    const { written, tickets } = await race(different, { actionsPerHourTenant: 10 });
    expect(written).toHaveLength(10);
    expect(new Set(written.map(({ key }) => key)).size).toBe(10);
    expect(tickets.filter(({ status }) => status === 'deferred')).toHaveLength(TARGETS - 10);
  },
  TIME_LIMIT_MS,
);

it(
  'keeps the blast radius over eight processes: 10 targets an hour',
  async () => {
    const { written, tickets } = await race(different, { targetsPerHourTenant: 10 });
    expect(new Set(written.map(({ target }) => target)).size).toBe(10);
    expect(tickets.filter(({ status }) => status === 'needs_human')).toHaveLength(TARGETS - 10);
  },
  TIME_LIMIT_MS,
);

it(
  'stops a storm over eight processes: no more than 4 targets of one pattern within 10 min',
  async () => {
    const { written, tickets } = await race(different, { stormFrom: 5 });
    expect(written.length).toBeLessThanOrEqual(4);
    expect(tickets.filter(({ status }) => status === 'needs_human').length).toBe(TARGETS - written.length);
  },
  TIME_LIMIT_MS,
);

it(
  'stops a loop over eight processes: the third remediation of one target goes to a person',
  async () => {
    const { written, tickets } = await race(Array(6).fill('s0'), { loopAllowed: 2 });
    // Whoever finds the target locked waits; nobody gets a third write in.
    expect(written.length).toBeLessThanOrEqual(2);
    expect(written.length).toBeGreaterThan(0);
    expect(tickets.every(({ status }) => ['resolved', 'needs_human', 'deferred'].includes(status))).toBe(true);
  },
  TIME_LIMIT_MS,
);
