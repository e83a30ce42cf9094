import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { postgresStorage } from '@remit/adapter-postgres';
import {
  chainHash,
  createRemit,
  type Limits,
  type LogRow,
  PatternLearner,
  type Principal,
  type Remit,
  type Storage,
} from '@remit/core';
import { recordingExecutor } from '@remit/core/testing';
import { pgBossQueue } from '@remit/queue-pgboss';
import { afterEach, expect, it } from 'vitest';
import { CATEGORIES, catalogue, TICKETS } from './instances/catalogue.js';
import { testDatabase } from './postgres/database.js';
import { earned } from './race/earned.js';

/* Four instances on one Postgres and one pg-boss queue, with people who approve, reject and vote meanwhile. */

const INSTANCES = 4;
const HIGH = 1_000;
/** Writes that the limit lets through: fewer than there would be. */
const TARGETS_AN_HOUR = 40;
const LIMITS: Partial<Limits> = {
  actionsPerHourTenant: HIGH,
  actionsPerHourTarget: HIGH,
  actionsPerHourPattern: HIGH,
  loopAllowed: HIGH,
  targetsPerHourTenant: TARGETS_AN_HOUR,
  stormFrom: HIGH,
};
const TENANT = 'acme';
const description = 'service not responding';
const person = (id: string, ...scopes: string[]): Principal => ({
  id,
  tenant: TENANT,
  scopes: ['tickets:read', ...scopes],
});
const monitoring = person('monitoring', 'tickets:write', 'tickets:opt_in', 'policy:write');
const approver = person('gil', 'remediation:approve');

const database = await testDatabase();
const children: ChildProcess[] = [];
const folder = mkdtempSync(join(tmpdir(), 'remit-instances-'));
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Patterns that have earned autonomy, and policies: the first category needs no person, the second does. */
async function prepare(remit: Remit, storage: Storage): Promise<void> {
  for (const category of CATEGORIES) {
    const policy = { requiresApproval: category === 'application', maxActionsPerHour: HIGH };
    await remit.setPolicy(monitoring, category, { policy, expectedVersion: 0 });
    const learner = new PatternLearner({ storage, ids: { next: (kind) => `${kind}-${category}` } });
    const { patternId } = await learner.recognise({ tenant: TENANT, category, title: null, description });
    await learner.learn({ tenant: TENANT, facts: earned(patternId, await storage.now()) });
  }
}

async function startInstances(url: string, effects: string): Promise<readonly ChildProcess[]> {
  const program = fileURLToPath(new URL('./instances/worker.ts', import.meta.url));
  const execArgv = ['--conditions=@remit/source', '--import', 'tsx'];
  const own = Array.from({ length: INSTANCES }, () =>
    fork(program, [url, effects, JSON.stringify(LIMITS)], { execArgv }),
  );
  children.push(...own);
  await Promise.all(
    own.map((child) =>
      Promise.race([
        once(child, 'message'),
        once(child, 'exit').then(([code]) => Promise.reject(new Error(`An instance ended with ${code}.`))),
      ]),
    ),
  );
  return own;
}

/** People at work: every request is answered, every fourth with a no; some fixes get a vote. True when all is at rest. */
async function peopleAct(remit: Remit, voted: Set<string>): Promise<boolean> {
  const { items: pending } = await remit.pendingApprovals(monitoring, { limit: 200, cursor: null });
  for (const { ticket, remediation } of pending) {
    const request = remediation?.approval;
    if (!request || remediation?.state !== 'awaiting_approval' || request.consents.length > 0) continue;
    const { approvalId, bindingHash } = request;
    const approve = Number(ticket.ticketId.slice(2)) % 4 !== 0;
    await remit.answerApproval(approver, ticket.ticketId, { approve, approvalId, bindingHash });
  }
  const { items: tickets } = await remit.tickets(monitoring, { limit: 200, cursor: null });
  for (const { ticketId, status } of tickets) {
    if (status !== 'resolved' || voted.has(ticketId)) continue;
    voted.add(ticketId);
    const feedbackType = voted.size % 5 === 0 ? 'neutral' : 'positive';
    await remit.recordFeedback(person(`voter-${voted.size}`, 'feedback:write'), { ticketId, feedbackType });
  }
  return tickets.every(({ status }) => status === 'resolved' || status === 'needs_human');
}

function faultsOf(rows: readonly LogRow[]): readonly string[] {
  return rows.flatMap((row, index) => {
    const before = rows[index - 1]?.hash ?? '';
    const { previousHash, hash, ...content } = row;
    const holds = row.seq === index + 1 && previousHash === before && hash === chainHash(before, content);
    return holds ? [] : [`${row.remediationId} row ${row.seq}`];
  });
}

it('sixty tickets over four instances: each ends, none has two effects, the limit holds, the chains verify', async (context) => {
  if ('reason' in database) return context.skip(database.reason);
  const { url } = database;
  const effects = join(folder, 'effects.jsonl');
  const storage = await postgresStorage({ url });
  const queue = pgBossQueue({ connectionString: url });
  // Never started: people and monitoring come in here, the instances do the work.
  const remit = createRemit({ storage, queue, executor: recordingExecutor({}), catalogue });
  await prepare(remit, storage);
  const instances = await startInstances(url, effects);

  const voted = new Set<string>();
  for (let n = 0; n < TICKETS; n += 1) {
    const category = n % 2 === 0 ? 'server' : 'application';
    const input = { ticketId: `T-${n}`, description, category, optedIn: true, metadata: { service: `s${n}` } };
    await remit.submitTicket(monitoring, { ...input, targets: [`service:s${n}`] });
    if (n % 10 === 9) await peopleAct(remit, voted);
  }
  await expect.poll(() => peopleAct(remit, voted), { timeout: 60_000, interval: 200 }).toBe(true);

  const lines = readFileSync(effects, 'utf8').trim().split('\n');
  const written = lines.map((line) => JSON.parse(line) as { target: string; key: string; pid: number });
  expect(written).toHaveLength(TARGETS_AN_HOUR);
  expect(new Set(written.map(({ target }) => target)).size).toBe(TARGETS_AN_HOUR);
  expect(new Set(written.map(({ key }) => key)).size).toBe(TARGETS_AN_HOUR);
  // The work was shared.
  expect(new Set(written.map(({ pid }) => pid)).size).toBeGreaterThan(1);
  const { items: tickets } = await remit.tickets(monitoring, { limit: 200, cursor: null });
  expect(tickets.filter(({ status }) => status === 'resolved')).toHaveLength(TARGETS_AN_HOUR);
  for (const { ticketId } of tickets) {
    const log = await storage.remediations.logOf(TENANT, ticketId);
    const ids = [...new Set(log.map(({ remediationId }) => remediationId))];
    for (const id of ids) expect(faultsOf(log.filter(({ remediationId }) => remediationId === id))).toEqual([]);
  }
  expect(await storage.due(10)).toEqual({ tickets: [], remediations: [] });

  // A gentle end: each instance finishes what it holds.
  const exits = instances.map((child) => once(child, 'exit'));
  for (const child of instances) child.kill('SIGTERM');
  expect((await Promise.all(exits)).map(([code]) => code)).toEqual(instances.map(() => 0));
  await remit.close();
}, 120_000);
