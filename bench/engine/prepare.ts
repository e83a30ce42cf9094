import {
  createRemit,
  inProcessQueue,
  type OutcomeFact,
  PatternLearner,
  type Principal,
  type Queue,
  type Storage,
  type VoteFact,
  type Work,
} from '@remit/core';
import { recordingExecutor, scriptedAnalyst } from '@remit/core/testing';
import { ACTIONS, CATEGORY, catalogue, LIMITS, POLICY, TOOLS } from './plan.js';

/** Tickets of one pattern: one fewer than make a storm. */
const OF_A_PATTERN = 4;
/** Good runs, and as many votes, that a pattern has behind it. */
const EARNED_BY = 8;
const AN_OLD_DAY_MS = 90_000_000;
const AT_ONCE = 16;

/** Who submits tickets, and may open policies up. */
export function principal(tenant: string): Principal {
  return { id: 'monitoring', tenant, scopes: ['tickets:read', 'tickets:write', 'tickets:opt_in', 'policy:write'] };
}

/** Facts of a pattern that has earned autonomy for these actions. */
export function earned(
  patternId: string,
  nowMs: number,
  actions: readonly string[] = ACTIONS,
): readonly (OutcomeFact | VoteFact)[] {
  const runs = Array.from({ length: EARNED_BY }, (_, n) => n);
  return actions.flatMap((action) =>
    runs.flatMap((n) => {
      const atMs = nowMs - (n + 1) * AN_OLD_DAY_MS;
      const shared = { patternId, actionType: `${action}_service`, ticketId: `OLD-${n}`, atMs };
      const good = { resolved: true, executed: true, succeeded: true, confidence: 0.95, similarity: 1 } as const;
      return [
        {
          kind: 'outcome',
          principal: `gil-${n % 3}`,
          ...shared,
          ...good,
          via: 'approval',
          remediationId: null,
        } as const,
        { kind: 'vote', principal: `bo-${n}`, ...shared, verdict: 'positive', admissible: true } as const,
      ];
    }),
  );
}

/** Words that no two patterns share. */
export function wordsOf(pattern: number): string {
  const word = (seed: number): string => {
    let rest = (seed + 1) * 7_919;
    let text = '';
    for (; rest > 0; rest = Math.floor(rest / 20)) text += `${'bcdfghjklmnpqrstvwxz'[rest % 20]}a`;
    return text;
  };
  return [0, 1, 2, 3, 4, 5].map((place) => word(pattern * 6 + place)).join(' ');
}

async function inBatches<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < items.length; from += AT_ONCE)
    await Promise.all(items.slice(from, from + AT_ONCE).map(work));
}

/** Queue that lets tickets be analysed, and keeps what would start remediations. */
function onlyTickets(found: Work[]): Queue {
  const queue = inProcessQueue({ clock: { now: () => Date.now() }, concurrency: AT_ONCE });
  return {
    ...queue,
    async wake(work, atMs) {
      if (work.kind === 'ticket') await queue.wake(work, atMs);
      else found.push(work);
    },
  };
}

/** How the preparation of remediations is cut. */
export interface Preparation {
  readonly storage: Storage;
  readonly tenants: number;
  readonly count: number;
  /** Number of remediations that were prepared in this store before: texts, targets and ids go on from there. */
  readonly from: number;
}

/**
 * Submits tickets whose patterns have earned autonomy, and takes them to the decision: what comes back are remediations
 * that only have to be carried out. The store stays open.
 */
export async function prepare({ storage, tenants, count, from }: Preparation): Promise<readonly Work[]> {
  const found: Work[] = [];
  const remit = createRemit({
    storage,
    queue: onlyTickets(found),
    executor: recordingExecutor(TOOLS),
    analyst: scriptedAnalyst(({ ticket }) => ({
      plan: {
        actions: ACTIONS.map((name) => ({
          action: `${name}_service`,
          arguments: { service: String(ticket.metadata['service']) },
        })),
      },
      confidence: 0.95,
    })),
    catalogue: catalogue(from + count),
    settings: { limits: LIMITS, recoverEveryMs: 3_600_000 },
  });
  const tenantOf = (n: number): string => `tenant-${Math.floor(n / OF_A_PATTERN) % tenants}`;
  const numbers = Array.from({ length: count }, (_, n) => from + n);
  if (from === 0) {
    for (let n = 0; n < tenants; n += 1) {
      await remit.setPolicy(principal(`tenant-${n}`), CATEGORY, { policy: POLICY, expectedVersion: 0 });
    }
  }
  const learner = new PatternLearner({ storage, ids: { next: (kind) => `${kind}-${crypto.randomUUID()}` } });
  await inBatches(
    numbers.filter((n) => n % OF_A_PATTERN === 0),
    async (n) => {
      const ticket = {
        ticketId: `EARLIER-${n}`,
        category: CATEGORY,
        title: null,
        description: wordsOf(Math.floor(n / OF_A_PATTERN)),
      };
      const { patternId } = await learner.recognise({ tenant: tenantOf(n), ...ticket });
      await learner.learn({ tenant: tenantOf(n), facts: earned(patternId, await storage.now()) });
    },
  );
  await remit.start();
  await inBatches(numbers, (n) =>
    remit.submitTicket(principal(tenantOf(n)), {
      ticketId: `T-${n}`,
      description: wordsOf(Math.floor(n / OF_A_PATTERN)),
      category: CATEGORY,
      optedIn: true,
      metadata: { service: `s${n}` },
      targets: [`service:s${n}`],
    }),
  );
  await remit.idle();
  if (found.length !== count) throw new Error(`${found.length} of ${count} tickets led to a remediation to carry out.`);
  return found;
}
