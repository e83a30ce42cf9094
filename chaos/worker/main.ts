import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRemit, type Executor, type Plan, type Remit, RemitError, type Storage } from '@remit/core';
import { scriptedAnalyst } from '@remit/core/testing';
import { mcpExecutor } from '@remit/executor-mcp';
import { SUBMITTER, TENANT } from '../people.js';
import { SCENARIOS, type Scenario } from '../scenarios.js';
import { chaosStore } from '../store.js';
import { noteLease } from '../world/leases.js';
import { acknowledgedIn, clockOf, keepAcknowledgement, moveClock } from '../world/world.js';
import { catalogueOf, DESCRIPTION, LOOK, REPAIR, SLOW_MS, targetId } from './catalogue.js';
import { noteLeases } from './noteLeases.js';
import { AT_WORK, type Order, SURVIVOR, type WorkerReport } from './order.js';
import { answerTicket, standingOf } from './person.js';
import { breakExecutor, breakStorage } from './sabotage.js';
import { setTripwire } from './tripwire.js';
import { watchExecutor } from './watchExecutor.js';
import { watchStorage } from './watchStorage.js';

/* One worker: an ordinary host of Remit that carries its tickets to rest, unless it is killed on the way. */

const LOOK_EVERY_MS = 10;
const REST_WITHIN_MS = 30_000;
/** Past every due time of a trial: a lock that is held is asked for again after 30 s. */
const NEXT_DUE_MS = 31_000;
/** So long after the last change something waits for a time (a lease, a timeout) that only the clock brings. Longer than a slow tool. */
const STALLED_AFTER_MS = 2_500;
/** How a worker ends that did not come to rest. */
const RESTLESS = 3;

const order = JSON.parse(process.argv[2] ?? '{}') as Order;
const { folder } = order;
const scenario: Scenario = SCENARIOS[order.scenario];
const clock = clockOf(folder);
const wire = setTripwire(order.trap, folder);

function connectTools(): Executor {
  const { dedupes, behaviour, probe } = scenario.tools;
  const options = JSON.stringify({ dedupes, behaviour, probe, slowMs: SLOW_MS });
  const world = { command: process.execPath, args: [order.toolServer, folder, options] };
  return mcpExecutor({ servers: { world } });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Hands in what was not acknowledged yet, as a careful client does. */
async function handIn(remit: Remit): Promise<void> {
  const acknowledged = acknowledgedIn(folder);
  for (const { id, category, targets } of scenario.tickets) {
    if (acknowledged.includes(id)) continue;
    await remit.submitTicket(SUBMITTER, {
      ticketId: id,
      description: DESCRIPTION,
      category,
      optedIn: true,
      targets: targets.map(targetId),
    });
    keepAcknowledgement(folder, id);
  }
}

/** The submitter changes their mind about whatever is there. */
async function withdraw(remit: Remit): Promise<void> {
  const stored = acknowledgedIn(folder);
  for (const id of stored) await remit.setOptIn(SUBMITTER, id, false).catch(() => {});
}

/** How the tickets stand, and how much is in their logs. */
async function look(storage: Storage) {
  const standings = new Map<string, string>();
  let rows = 0;
  for (const { id } of scenario.tickets) {
    standings.set(id, await standingOf(storage, id, scenario.answer !== null));
    rows += (await storage.remediations.logOf(TENANT, id)).length;
  }
  return { standings, progress: JSON.stringify([...standings, rows]) };
}

/** Whether this worker is told just now that it goes on alone. */
function isTold(): boolean {
  if (isSurvivor || !existsSync(join(folder, SURVIVOR))) return false;
  isSurvivor = Number(readFileSync(join(folder, SURVIVOR), 'utf8')) === process.pid;
  return isSurvivor;
}

/** A database that does not answer is asked again; everything else ends the worker. */
async function patiently<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!RemitError.is(error) || error.code !== 'storage_unavailable') throw error;
      await pause(LOOK_EVERY_MS);
    }
  }
}

async function goOnAlone(remit: Remit): Promise<void> {
  if (order.again !== null) wire.dieAfter(order.again);
  if (scenario.withdrawn) await withdraw(remit);
  await handIn(remit);
}

async function bringToRest(remit: Remit, storage: Storage): Promise<void> {
  const deadline = performance.now() + REST_WITHIN_MS;
  let before = { progress: '', atMs: performance.now() };
  let acts = order.role === 'acts';
  while (performance.now() < deadline && !isAskedToEnd) {
    if (isTold()) {
      acts = true;
      await patiently(() => goOnAlone(remit));
    }
    if (acts && (await actOnce())) return;
    await pause(LOOK_EVERY_MS);
  }
  if (isAskedToEnd) return;
  process.stderr.write('not at rest in time\n');
  process.exit(RESTLESS);

  /** What people and the clock do next; true when all is at rest. */
  async function actOnce(): Promise<boolean> {
    const { standings, progress } = await patiently(() => look(storage));
    const waiting = [...standings].filter(([, standing]) => standing === 'person');
    for (const [id] of waiting) await patiently(() => answerTicket(remit, id, scenario, folder));
    const found = new Set(standings.values());
    const nowMs = performance.now();
    if (progress !== before.progress) before = { progress, atMs: nowMs };
    if (waiting.length > 0) return false;
    if (!found.has('busy') && !found.has('time')) return true;
    if (!found.has('busy') || nowMs - before.atMs > STALLED_AFTER_MS) {
      moveClock(folder, NEXT_DUE_MS);
      before = { progress, atMs: nowMs };
    }
    return false;
  }
}

/** The analyst's plan: to repair each target, perhaps with a look at the first one before. */
function planOf(ticketId: string): Plan {
  const ticket = scenario.tickets.find(({ id }) => id === ticketId);
  const targets = ticket?.targets ?? [];
  const looks = ticket?.looksFirst ? targets.slice(0, 1) : [];
  return {
    actions: [
      ...looks.map((target) => ({ action: LOOK, arguments: { target } })),
      ...targets.map((target) => ({ action: REPAIR, arguments: { target } })),
    ],
  };
}

let isSurvivor = false;
let isAskedToEnd = false;
process.once('SIGTERM', () => {
  isAskedToEnd = true;
});
const say = (where: string, error: unknown): void => void process.stderr.write(`${where}: ${String(error)}\n`);
const store = chaosStore(order.store);
const storage = await patiently(() => store.open(folder, clock));
const queue = store.queue(folder, clock, (error) => say('queue', error));
const watched = watchStorage(noteLeases(storage, folder), wire);
const remit = createRemit({
  storage: breakStorage(watched, order.sabotage),
  executor: breakExecutor(watchExecutor(connectTools(), folder, wire), order.sabotage, folder),
  catalogue: catalogueOf(scenario),
  analyst: scriptedAnalyst(({ ticket }) => ({ plan: planOf(ticket.ticketId), confidence: 0.95 })),
  clock,
  // With a queue of its own, whoever takes over is told nothing and looks often; otherwise as often as any host does.
  ...(queue ? { queue } : { settings: { recoverEveryMs: 100 } }),
});
remit.events.on('trouble', ({ where, error }) => say(where, error));
if (order.takesOver && scenario.withdrawn) await patiently(() => withdraw(remit));
await patiently(() => remit.start());
noteLease(folder, { what: 'at_work', pid: process.pid, atMs: Date.now() });
process.stdout.write(`${AT_WORK}\n`);
if (order.role === 'acts') await patiently(() => handIn(remit));
await bringToRest(remit, storage);
await remit.close();
const report: WorkerReport = { boundaries: wire.passed };
process.stdout.write(`${JSON.stringify(report)}\n`);
