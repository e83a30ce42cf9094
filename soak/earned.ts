import { type OutcomeFact, PatternLearner, type Storage, type VoteFact } from '@remit/core';

/** What every ticket says: one pattern for each category. */
export const DESCRIPTION = 'service not responding';

/** Facts of a pattern that has earned autonomy: ten good runs and votes of different people, a day apart. */
function earned(patternId: string, nowMs: number): readonly (OutcomeFact | VoteFact)[] {
  return Array.from({ length: 10 }, (_, n) => {
    const shared = {
      patternId,
      actionType: 'restart_service',
      ticketId: `OLD-${n}`,
      atMs: nowMs - (n + 1) * 90_000_000,
    };
    const outcome = {
      remediationId: `REM-${n}`,
      resolved: true,
      executed: true,
      succeeded: true,
      via: 'approval',
      confidence: 0.95,
      similarity: 1,
    } as const;
    return [
      { kind: 'outcome', principal: `gil-${n % 3}`, ...shared, ...outcome } as const,
      { kind: 'vote', principal: `bo-${n}`, ...shared, verdict: 'positive', admissible: true } as const,
    ];
  }).flat();
}

/** Gives the tickets' pattern of that category a record that allows to act without a person. */
export async function earnAutonomy(storage: Storage, tenant: string, category: string): Promise<void> {
  const learner = new PatternLearner({ storage, ids: { next: (kind) => `${kind}-${category}` } });
  const ticket = { tenant, ticketId: 'OLD', category, title: null, description: DESCRIPTION };
  const { patternId } = await learner.recognise(ticket);
  await learner.learn({ tenant, facts: earned(patternId, await storage.now()) });
}
