import { createRemit, type Executor, type Plan, type Remit, type Storage } from '@remit/core';
import { scriptedAnalyst } from '@remit/core/testing';
import { mcpExecutor } from '@remit/executor-mcp';
import { SUBMITTER } from '../people.js';
import { SCENARIOS, type Scenario } from '../scenarios.js';
import { chaosStore } from '../store.js';
import { acknowledgedIn, clockOf, keepAcknowledgement, moveClock } from '../world/world.js';
import { catalogueOf, DESCRIPTION, LOOK, REPAIR, SLOW_MS, targetId } from './catalogue.js';
import type { Order, WorkerReport } from './order.js';
import { answerTicket, standingOf } from './person.js';
import { breakExecutor, breakStorage } from './sabotage.js';
import { setTripwire } from './tripwire.js';
import { watchExecutor } from './watchExecutor.js';
import { watchStorage } from './watchStorage.js';

/* One worker: an ordinary host of Remit that carries its tickets to rest, unless it is killed on the way. */

const LOOK_EVERY_MS = 10;
const REST_WITHIN_MS = 20_000;
/** Past every due time of a trial: a lock that is held is asked for again after 30 s. */
const NEXT_DUE_MS = 31_000;
/** How a worker ends that did not come to rest. */
const RESTLESS = 3;

const order = JSON.parse(process.argv[2] ?? '{}') as Order;
const { folder } = order;
const scenario: Scenario = SCENARIOS[order.scenario];
const clock = clockOf(folder);
const wire = setTripwire(order.trap);

function connectTools(): Executor {
  const { dedupes, behaviour, probe } = scenario.tools;
  const options = JSON.stringify({ dedupes, behaviour, probe, slowMs: SLOW_MS });
  const world = { command: process.execPath, args: [order.toolServer, folder, options] };
  return mcpExecutor({ servers: { world } });
}

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

async function bringToRest(remit: Remit, storage: Storage): Promise<void> {
  const deadline = performance.now() + REST_WITHIN_MS;
  while (performance.now() < deadline) {
    const standings = new Map<string, string>();
    for (const { id } of scenario.tickets) {
      standings.set(id, await standingOf(storage, id, scenario.answer !== null));
    }
    const waiting = [...standings].filter(([, standing]) => standing === 'person');
    for (const [id] of waiting) await answerTicket(remit, id, scenario, folder);
    const found = new Set(standings.values());
    if (waiting.length === 0 && !found.has('busy')) {
      if (!found.has('time')) return;
      moveClock(folder, NEXT_DUE_MS);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  process.stderr.write('not at rest in time\n');
  process.exit(RESTLESS);
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

const storage = await chaosStore(order.store).open(folder, clock);
const watched = watchStorage(storage, wire);
const remit = createRemit({
  storage: breakStorage(watched, order.sabotage),
  executor: breakExecutor(watchExecutor(connectTools(), folder, wire), order.sabotage, folder),
  catalogue: catalogueOf(scenario),
  analyst: scriptedAnalyst(({ ticket }) => ({ plan: planOf(ticket.ticketId), confidence: 0.95 })),
  clock,
  settings: { recoverEveryMs: 100 },
});
remit.events.on('trouble', ({ where, error }) => process.stderr.write(`${where}: ${String(error)}\n`));
if (order.takesOver && scenario.withdrawn) await withdraw(remit);
await remit.start();
await handIn(remit);
await bringToRest(remit, storage);
await remit.close();
const report: WorkerReport = { boundaries: wire.passed };
process.stdout.write(`${JSON.stringify(report)}\n`);
