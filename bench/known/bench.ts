import { parseArgs } from 'node:util';
import { chain, createRemit, PatternLearner, type Remit, runbookAnalyst, type TicketPlan } from '@remit/core';
import { recordingExecutor, scriptedAnalyst } from '@remit/core/testing';
import { LEARNED_FIX } from '../../packages/core/src/domain/policy.js';
import { CATEGORY, catalogue, LIMITS, POLICY, TOOLS } from '../engine/plan.js';
import { principal, wordsOf } from '../engine/prepare.js';
import type { Bench, Table } from '../harness/bench.js';
import { quantile, rounded } from '../harness/summary.js';
import { fill } from '../history/fill.js';
import { type FilledStore, filledPostgres, filledSqlite } from '../history/stores.js';
import { ACTION, TENANT } from '../history/template.js';
import { chance, patternOf } from '../history/tickets.js';

/* How long a ticket of a known pattern takes to its decision, and that no model is asked on the way. */

/** Our goal for the 99th percentile, ms, and the tickets it is for. */
const GOAL_MS = 20;
const TICKETS = '100000';
/** Tickets that warm up and are not counted. */
const WARM = 20;
/** How many of a pattern's newest tickets are asked for targets on which its fix worked. */
const NEWEST = 20;

interface Known {
  readonly description: string;
  readonly target: string;
}

/** What a plan was about. */
function targetsOf({ plan }: TicketPlan): readonly string[] {
  return (plan?.actions ?? []).map(({ arguments: args }) => `service:${String(args['service'])}`);
}

/** Problems that are known: words of a pattern whose fix is proven, and a target on which it worked lately. */
async function knownProblems({ storage }: FilledStore, tickets: number, samples: number): Promise<readonly Known[]> {
  const found = new Map<number, readonly string[]>();
  const learner = new PatternLearner({ storage, ids: { next: () => 'none' } });
  const known: Known[] = [];
  for (let n = 0; known.length < samples && n < samples * 4; n += 1) {
    const pattern = patternOf(Math.floor(chance(n, 9) * tickets), tickets);
    if (!found.has(pattern)) {
      const patternId = `pattern-${pattern}`;
      const fixed = await storage.patterns.plansOf(TENANT, patternId, { limit: NEWEST, fixedByRemit: true });
      const { standing } = await learner.standing({ tenant: TENANT, patternId, actionType: `${ACTION}_service` });
      const isProven = fixed.length >= LEARNED_FIX.times && standing !== 'learning';
      found.set(pattern, isProven ? fixed.flatMap(targetsOf) : []);
    }
    const target = found.get(pattern)?.[n % 3];
    if (target !== undefined) known.push({ description: `${wordsOf(pattern)} on host-${n}`, target });
  }
  return known;
}

/** Milliseconds from submission to the first row of the decision. */
async function decided(remit: Remit, ticketId: string, { description, target }: Known): Promise<number> {
  const startedAt = performance.now();
  const over = new Promise<number>((resolve) => {
    const listen = (row: { readonly ticketId: string }) => {
      if (row.ticketId !== ticketId) return;
      remit.events.off('remediation_event', listen);
      resolve(performance.now() - startedAt);
    };
    remit.events.on('remediation_event', listen);
  });
  const ticket = { ticketId, description, category: CATEGORY, optedIn: false, targets: [target] };
  await remit.submitTicket(principal(TENANT), ticket);
  return over;
}

async function measure(store: FilledStore, tickets: number, samples: number) {
  const known = await knownProblems(store, tickets, samples + WARM);
  const targets = [...new Set(known.map(({ target }) => target))];
  let asked = 0;
  const model = scriptedAnalyst(() => {
    asked += 1;
    return {};
  });
  const actions = catalogue(0)
    .actions.filter(({ name }) => name === `${ACTION}_service`)
    .map((action) => ({ ...action, allowedTargets: targets }));
  const remit = createRemit({
    storage: store.storage,
    executor: recordingExecutor(TOOLS),
    analyst: chain([runbookAnalyst(), model]),
    catalogue: { actions, runbooks: [] },
    settings: { limits: LIMITS, recoverEveryMs: 3_600_000 },
  });
  const { version } = await remit.policyOf(principal(TENANT), CATEGORY);
  await remit.setPolicy(principal(TENANT), CATEGORY, { policy: POLICY, expectedVersion: version });
  await remit.start();
  const times: number[] = [];
  let proposed = 0;
  for (const [n, problem] of known.entries()) {
    const ms = await decided(remit, `KNOWN-${n}`, problem);
    if (n >= WARM) times.push(ms);
    const { ticket } = await remit.whenDecided(principal(TENANT), `KNOWN-${n}`, 5_000);
    if (ticket.assessment?.analysis.plan) proposed += 1;
  }
  await remit.idle();
  return { times, asked, proposed, tried: known.length };
}

export const bench: Bench = {
  all: [{ args: ['--tickets', '5000', '--samples', '100', '--only', 'sqlite'], minutes: 1.5 }],
  async run(args, progress) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        tickets: { type: 'string', default: TICKETS },
        samples: { type: 'string', default: '500' },
        only: { type: 'string' },
      },
    });
    const [tickets, samples] = [Number(values.tickets), Number(values.samples)];
    const rows: Table['rows'][number][] = [];
    const stores: Record<string, unknown> = {};
    const missed: string[] = [];
    for (const open of [filledSqlite, filledPostgres]) {
      if (values.only !== undefined && !open.name.toLowerCase().includes(values.only)) continue;
      const store = await open();
      try {
        await fill(store, tickets, progress);
        const { times, asked, proposed, tried } = await measure(store, tickets, samples);
        const [p50Ms, p99Ms] = [0.5, 0.99].map((share) => rounded(quantile(times, share)));
        stores[store.name] = { tickets, tried, proposed, modelCalls: asked, p50Ms, p99Ms };
        rows.push([store.name, `${tried}`, `${proposed}`, `${asked}`, `${p50Ms}`, `${p99Ms}`]);
        if (asked > 0) missed.push(`${store.name}: a model was asked ${asked} times about known patterns.`);
        if ((p99Ms ?? 0) > GOAL_MS) missed.push(`${store.name}: p99 is ${p99Ms} ms; the goal is ${GOAL_MS} ms.`);
      } finally {
        await store.close();
      }
    }
    const head = ['store', 'tickets', 'with a plan', 'model calls', 'p50 ms', 'p99 ms'];
    const title = `From submission to decision, known patterns, ${tickets} tickets in the store`;
    return { tables: [{ title, head, rows }], json: { stores }, missed };
  },
};
