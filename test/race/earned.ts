import type { OutcomeFact, VoteFact } from '@remit/core';

/** Facts of a pattern that has earned autonomy: ten good runs and votes of different people, a day apart. */
export function earned(patternId: string, nowMs: number): readonly (OutcomeFact | VoteFact)[] {
  return Array.from({ length: 10 }, (_, n) => {
    const shared = {
      patternId,
      actionType: 'restart_service',
      ticketId: `OLD-${n}`,
      atMs: nowMs - (n + 1) * 90_000_000,
    };
    const outcome = {
      remediationId: `old-${n}`,
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
