import type { PatternTally } from '@remit/core';
import { EMPTY_TALLY } from '@remit/core/adapter';

/** What became of a proposal: `unknown` when people did something else, or did not tell what. */
export type Outcome = 'worked' | 'failed' | 'unknown';

/** What is proposed for a ticket, by whom, and how sure of it. */
export interface Proposal {
  readonly action: string;
  /** 0..1 */
  readonly confidence: number;
}

/** What is known about one pattern at one moment. */
interface PatternPast {
  readonly resolutions: Map<string, number>;
  total: number;
  readonly actions: Map<string, PatternTally>;
}

/** A ticket whose end is known, with what had been proposed for it. */
export interface Ended {
  readonly pattern: string;
  readonly similarity: number;
  readonly resolution: string | null;
  readonly proposal: Proposal | null;
  readonly outcome: Outcome;
}

/**
 * What is known about patterns at one moment of the replay. The proposer of the replay is the most frequent resolution
 * of the pattern so far; its stated confidence is the share of the pattern's tickets that were resolved so, (s+1)/(n+2).
 */
export class History {
  readonly #patterns = new Map<string, PatternPast>();

  /** What people did most often about this pattern; null for a new one. Ties go to what was done first. */
  proposalFor(pattern: string): Proposal | null {
    const past = this.#patterns.get(pattern);
    if (!past) return null;
    let best: { readonly action: string; readonly count: number } | null = null;
    for (const [action, count] of past.resolutions) if (!best || count > best.count) best = { action, count };
    return best && { action: best.action, confidence: (best.count + 1) / (past.total + 2) };
  }

  /** What the product would have counted for this pattern and action. */
  tally(pattern: string, action: string): PatternTally {
    return this.#patterns.get(pattern)?.actions.get(action) ?? EMPTY_TALLY;
  }

  /**
   * Learns from a ticket. Its resolution counts as an occurrence of that action; when it is what had been proposed, as a
   * run of it too; and one that stayed good as a positive vote of a principal of its own.
   */
  learn({ pattern, similarity, resolution, proposal, outcome }: Ended): void {
    const past = this.#patterns.get(pattern) ?? { resolutions: new Map(), total: 0, actions: new Map() };
    this.#patterns.set(pattern, past);
    past.total += 1;
    if (resolution === null) return;
    past.resolutions.set(resolution, (past.resolutions.get(resolution) ?? 0) + 1);
    const before = past.actions.get(resolution) ?? EMPTY_TALLY;
    const ran = outcome !== 'unknown';
    const stayed = outcome !== 'failed';
    const outcomes = before.principals;
    const mean = (old: number, value: number): number => (old * outcomes + value) / (outcomes + 1);
    past.actions.set(resolution, {
      ...before,
      occurrences: before.occurrences + (stayed ? 1 : 0),
      executed: before.executed + (ran ? 1 : 0),
      succeeded: before.succeeded + (ran && stayed ? 1 : 0),
      approvedSuccesses: before.approvedSuccesses + (ran && stayed ? 1 : 0),
      failures: before.failures + (ran && !stayed ? 1 : 0),
      positive: before.positive + (stayed ? 1 : 0),
      rated: before.rated + (stayed ? 1 : 0),
      meanConfidence: mean(before.meanConfidence, proposal?.confidence ?? 0),
      meanSimilarity: mean(before.meanSimilarity, similarity),
      principals: before.principals + 1,
    });
  }
}
