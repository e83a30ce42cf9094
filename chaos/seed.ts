import { randomUUID } from 'node:crypto';
import { DEFAULT_POLICY, type PatternFact, PatternLearner, type Storage } from '@remit/core';
import { TENANT } from './people.js';
import { DESCRIPTION, REPAIR } from './worker/catalogue.js';

const DAY_MS = 86_400_000;
/** More than a proven pattern needs. */
const HISTORY = 24;

/** A long clean record of the pattern that the tickets belong to, by several people, so that the score allows to act. */
function historyOf(patternId: string, nowMs: number): readonly PatternFact[] {
  return Array.from({ length: HISTORY }, (_, index): readonly PatternFact[] => {
    const told = { patternId, actionType: REPAIR, ticketId: `earlier-${index}`, atMs: nowMs - (index + 2) * DAY_MS };
    return [
      {
        ...told,
        kind: 'outcome',
        remediationId: `earlier-${index}`,
        principal: `operator-${index % 4}`,
        resolved: true,
        executed: true,
        succeeded: true,
        via: 'approval',
        confidence: 0.95,
        similarity: 1,
      },
      { ...told, kind: 'vote', principal: `reader-${index}`, verdict: 'positive', admissible: true },
    ];
  }).flat();
}

/** Fills a new store with what the trials need: policies, and a history that earned autonomy. */
export async function seedStore(storage: Storage): Promise<void> {
  const nowMs = await storage.now();
  const learner = new PatternLearner({ storage, ids: { next: (kind) => `${kind}_${randomUUID()}` } });
  for (const category of ['server', 'network'] as const) {
    const policy = { ...DEFAULT_POLICY, requiresApproval: category === 'network' };
    await storage.policies.save(TENANT, category, { expectedVersion: 0, policy, by: 'olga', atMs: nowMs });
    const { patternId } = await learner.recognise({
      tenant: TENANT,
      ticketId: 'EARLIER',
      category,
      title: null,
      description: DESCRIPTION,
    });
    await learner.learn({ tenant: TENANT, facts: historyOf(patternId, nowMs) });
  }
}
