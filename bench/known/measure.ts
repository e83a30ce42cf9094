import {
  chain,
  createRemit,
  PatternLearner,
  type Remit,
  runbookAnalyst,
  type Storage,
  type TicketPlan,
} from '@remit/core';
import { recordingExecutor, scriptedAnalyst } from '@remit/core/testing';
import { LEARNED_FIX } from '../../packages/core/src/domain/policy.js';
import { CATEGORY, catalogue, LIMITS, POLICY, TOOLS } from '../engine/plan.js';
import { principal } from '../engine/prepare.js';
import { openStore, type StoreAddress } from '../history/stores.js';
import { ACTION, TENANT } from '../history/template.js';
import { chance, patternOf, toldOf } from '../history/tickets.js';

/* Decisions about known problems, by a process that has just begun; a process of its own, so that nothing is warm. */

/** How many of a pattern's newest tickets are asked for targets on which its fix worked. */
const NEWEST = 20;
/** Of so many tickets one says it in words that nobody has used before. */
const NEW_WORDS = 10;

/** What is to be measured. */
export interface Ask {
  readonly address: StoreAddress;
  readonly tickets: number;
  readonly samples: number;
}

/** What came of it. */
export interface Measured {
  /** Milliseconds from each submission to the first row of its decision, in their order. */
  readonly times: readonly number[];
  /** How often a model was asked, and how many tickets got a plan. */
  readonly asked: number;
  readonly proposed: number;
}

interface Known {
  readonly description: string;
  readonly target: string;
}

/** What a plan was about. */
function targetsOf({ plan }: TicketPlan): readonly string[] {
  return (plan?.actions ?? []).map(({ arguments: args }) => `service:${String(args['service'])}`);
}

/** Problems that are known: words of a pattern whose fix is proven, and a target on which it worked lately. */
async function knownProblems(storage: Storage, { tickets, samples }: Ask): Promise<readonly Known[]> {
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
    const words = known.length % NEW_WORDS === NEW_WORDS - 1 ? ` since ${known.length} minutes` : '';
    if (target !== undefined) known.push({ description: `${toldOf(pattern, n)}${words}`, target });
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

async function measure(ask: Ask): Promise<Measured> {
  const before = await openStore(ask.address);
  const known = await knownProblems(before, ask);
  await before.close();
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
    storage: await openStore(ask.address),
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
    times.push(await decided(remit, `KNOWN-${n}`, problem));
    const { ticket } = await remit.whenDecided(principal(TENANT), `KNOWN-${n}`, 5_000);
    if (ticket.assessment?.analysis.plan) proposed += 1;
  }
  await remit.idle();
  await remit.close();
  return { times, asked, proposed };
}

const [ask] = process.argv.slice(2);
if (ask === undefined) throw new Error('What is to be measured comes as JSON in the first argument.');
process.stdout.write(`${JSON.stringify(await measure(JSON.parse(ask) as Ask))}\n`);
