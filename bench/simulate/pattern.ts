import type { CountedFact, PatternTally, Track, VoteFact } from '@remit/core';
import { isCounted } from '@remit/core/adapter';
import { NO_TRACK } from '@remit/core/statistics';

/** What one pattern has learned, counted as the stores count it. Every run and honest vote has its own principal. */
export class PatternMemory {
  track: Track = NO_TRACK;
  runs = 0;
  clean = 0;
  #resolved = 0;
  #executed = 0;
  #succeeded = 0;
  #approved = 0;
  #positive = 0;
  #rated = 0;
  #confidence = 0;
  #similarity = 0;
  #outcomes = 0;
  readonly #attackers = new Map<string, CountedFact[]>();

  /** A run ended, as far as is known. */
  ran(run: { readonly good: boolean; readonly approved: boolean; confidence: number; similarity: number }): void {
    this.#outcomes += 1;
    this.#executed += 1;
    this.#confidence += run.confidence;
    this.#similarity += run.similarity;
    this.runs += 1;
    if (!run.good) return;
    this.clean += 1;
    this.#resolved += 1;
    this.#succeeded += 1;
    if (run.approved) this.#approved += 1;
  }

  /** A run that was believed good was not. */
  failedLate(approved: boolean): void {
    this.clean -= 1;
    this.#resolved -= 1;
    this.#succeeded -= 1;
    if (approved) this.#approved -= 1;
  }

  /** A vote that counts; a complaint about a success takes the success away. */
  voted(positive: boolean, disputes: boolean): void {
    this.#rated += 1;
    if (positive) this.#positive += 1;
    else if (disputes) this.#succeeded -= 1;
  }

  /** An attacker's vote, under the rules that cap votes. True when it counts. */
  attacked(vote: VoteFact): boolean {
    const earlier = this.#attackers.get(vote.principal) ?? [];
    const counted = isCounted(vote, earlier);
    this.#attackers.set(vote.principal, [...earlier, { ...vote, counted }]);
    return counted;
  }

  tally(): PatternTally {
    const outcomes = Math.max(1, this.#outcomes);
    return {
      occurrences: this.#resolved,
      executed: this.#executed,
      succeeded: Math.max(0, this.#succeeded),
      approvedSuccesses: this.#approved,
      failures: this.#executed - Math.max(0, this.#succeeded),
      positive: this.#positive,
      rated: this.#rated,
      meanConfidence: this.#confidence / outcomes,
      meanSimilarity: this.#similarity / outcomes,
      principals: this.#executed,
    };
  }
}
