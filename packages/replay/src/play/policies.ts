import {
  type Calibration,
  DEFAULT_POLICY,
  type DecisionReason,
  decideRoute,
  estimateFactors,
  type GuaranteeInput,
  judgeTally,
  type PatternTally,
  type Prior,
  type Route,
  scoreReliability,
  type Track,
} from '@remit/core';
import {
  isCandidate,
  learnRun,
  loweredByDoubt,
  lowerQuantile,
  NO_TRACK,
  priorOf,
  withinBudget,
} from '@remit/core/statistics';
import { GateBook, Ledger } from './gateBook.js';
import type { Outcome, Proposal } from './history.js';

/** Decisions after which the prior of all patterns is estimated anew. */
const PRIOR_EVERY = 200;

/** What a policy may look at when a ticket is opened. */
export interface Moment {
  readonly ticketId: string;
  readonly atMs: number;
  readonly pattern: string;
  readonly similarity: number;
  readonly proposal: Proposal | null;
  /** The proposer's confidence after calibration on the past, 0..1. */
  readonly calibrated: number;
  /** The curve that calibrated it. */
  readonly curve: Calibration;
  readonly tally: PatternTally;
}

/** What a policy says about a ticket. */
export interface Said {
  readonly route: Route;
  readonly reason: DecisionReason;
  /** What ranks tickets under this policy: the score 0..100, or the lower quantile 0..1; null: no candidate. */
  readonly rank: number | null;
}

/** Something that decides, and learns what came of it. */
export interface ReplayedPolicy {
  readonly name: string;
  decide(moment: Moment): Said;
  /** Told once the end of a ticket is known. */
  learn(moment: Moment, said: Said, end: { readonly outcome: Outcome; readonly atMs: number }): void;
}

type Shared = Pick<Moment, 'proposal' | 'similarity' | 'tally'>;

function decided({ proposal, similarity, tally }: Shared, confidence: number, guarantee: GuaranteeInput | null) {
  const { positive, rated, succeeded, executed, occurrences: resolved } = tally;
  const evidence = { confidence, positive, rated, succeeded, executed, similarity, resolved };
  const { score } = scoreReliability(estimateFactors(evidence));
  const decision = decideRoute({
    optedIn: true,
    policy: { ...DEFAULT_POLICY, requiresApproval: 'by_level' },
    actionClasses: proposal ? ['safe_write'] : [],
    score,
    standing: judgeTally(tally).standing,
    approvedSuccesses: tally.approvedSuccesses,
    failures: tally.failures,
    phase: null,
    guarantee,
  });
  return { decision, score };
}

/** Mode `seed` with policy `by_level`. It looks at what was proposed and done; what is unknown it does not see. */
export function seedPolicy(): ReplayedPolicy {
  return {
    name: 'seed, by level',
    decide(moment) {
      const { decision, score } = decided(moment, moment.proposal?.confidence ?? 0, null);
      return { route: decision.route, reason: decision.reason, rank: moment.proposal ? score : null };
    },
    learn() {},
  };
}

interface Tracked {
  track: Track;
  runs: number;
  clean: number;
}

/** Mode `guaranteed` with policy `by_level`. Every proposal counts as one that a person looked at. */
export class GuaranteedPolicy implements ReplayedPolicy {
  readonly name: string;
  readonly book: GateBook;
  readonly #alpha: number;
  readonly #unknownIsLoss: boolean;
  readonly #ledger = new Ledger();
  readonly #tracks = new Map<string, Tracked>();
  readonly #places = new Map<string, { readonly trial: number; readonly auto: number | null }>();
  #prior: Prior = priorOf([]);
  #decisions = 0;

  /** @param unknownIsLoss false: what nobody knows counts as if it had worked, to see how much hangs on it. */
  constructor(alpha: number, unknownIsLoss = true) {
    this.name = `guaranteed, alpha ${Number((100 * alpha).toFixed(2))} %`;
    this.book = new GateBook(alpha);
    this.#alpha = alpha;
    this.#unknownIsLoss = unknownIsLoss;
  }

  decide(moment: Moment): Said {
    if (this.#decisions % PRIOR_EVERY === 0) this.#prior = priorOf([...this.#tracks.values()]);
    this.#decisions += 1;
    const { track } = this.#tracked(moment);
    const quantile = loweredByDoubt(lowerQuantile(track, this.#prior), moment.curve, moment.proposal?.confidence ?? 0);
    const { decision } = decided(moment, moment.calibrated, {
      onProbation: track.probationLeft > 0,
      supervisedSuccesses: track.supervisedSuccesses,
      // Every ticket of the file stands for a principal of its own.
      principals: track.supervisedSuccesses,
      lowerQuantile: quantile,
      openBound: this.book.boundAt(moment.atMs),
    });
    const rank = moment.proposal && isCandidate(track) ? quantile : null;
    const overdrawn = decision.route === 'auto' && !withinBudget(this.#ledger.at(moment.atMs), this.#alpha);
    const said: Said = overdrawn
      ? { route: 'approval', reason: 'error_budget', rank }
      : { route: decision.route, reason: decision.reason, rank };
    this.#keep(moment, said);
    return said;
  }

  learn(moment: Moment, said: Said, { outcome, atMs }: { readonly outcome: Outcome; readonly atMs: number }): void {
    const place = this.#places.get(moment.ticketId);
    this.#places.delete(moment.ticketId);
    if (!moment.proposal) return;
    const loss = outcome === 'failed' || (outcome === 'unknown' && this.#unknownIsLoss);
    const tracked = this.#tracked(moment);
    tracked.track = learnRun(tracked.track, { loss, supervised: said.route !== 'auto', counted: true }, this.#alpha);
    tracked.runs += 1;
    if (!loss) tracked.clean += 1;
    if (!place) return;
    this.book.label(place.trial, { loss, cause: outcome, atMs });
    if (loss && place.auto !== null) this.#ledger.wentWrong(place.auto);
  }

  /** Whether the fix of a pattern is on probation now. */
  onProbation(pattern: string, action: string): boolean {
    return (this.#tracks.get(`${pattern}\n${action}`)?.track.probationLeft ?? 0) > 0;
  }

  #tracked({ pattern, proposal }: Pick<Moment, 'pattern' | 'proposal'>): Tracked {
    const key = `${pattern}\n${proposal?.action ?? ''}`;
    const there = this.#tracks.get(key) ?? { track: NO_TRACK, runs: 0, clean: 0 };
    if (proposal) this.#tracks.set(key, there);
    return there;
  }

  #keep({ ticketId, atMs, pattern, proposal }: Moment, { route, rank }: Said): void {
    if (!proposal || (route !== 'auto' && route !== 'approval')) return;
    const { action, confidence } = proposal;
    const trial = { score: rank, route, patternId: pattern, actionTypes: [action], confidence };
    this.#places.set(ticketId, {
      trial: this.book.open(ticketId, atMs, trial),
      auto: route === 'auto' ? this.#ledger.ran(atMs) : null,
    });
  }
}
