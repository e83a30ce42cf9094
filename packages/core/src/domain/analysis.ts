import type { Plan } from './action.js';
import type { Json } from './canonical.js';

/** One possible cause and how likely the analyst holds it. */
export interface Hypothesis {
  readonly cause: string;
  /** 0..1; hypotheses need not sum to 1: the rest is "something else". */
  readonly probability: number;
}

/** A read that the analyst made, or that is evidence for what it says. */
export interface Observation {
  readonly tool: string;
  readonly arguments: Json;
  /** What came back; null when it failed. */
  readonly value: Json;
  readonly error: string | null;
}

/** All results of asking a model. */
export const MODEL_RESULTS = [
  'answered',
  'refused',
  'truncated',
  'invalid',
  'overloaded',
  'unauthorised',
  'rejected',
  'timed_out',
  'unreachable',
] as const;

/**
 * How asking a model went. `answered`: with a valid proposal or an explicit "none"; `refused`: the model declined;
 * `truncated`: it ran out of output; `invalid`: it answered something else than was asked; `overloaded`: 429, 529 or
 * another sign of too much load; `unauthorised`: the key was not accepted; `rejected`: the request was not accepted;
 * `timed_out`: the deadline passed; `unreachable`: no connection, or one that broke.
 */
export type ModelResult = (typeof MODEL_RESULTS)[number];

/** What asking one model cost, and what it was sent; the tokens of a request that failed are not known and not in it. */
export interface ModelUse {
  /** The model's id, as the host configured it. */
  readonly model: string;
  readonly result: ModelResult;
  /** Questions asked; the client's own retries of one question count once. */
  readonly questions: number;
  /** Tokens that were read in full, neither written to nor read from a cache. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** US dollars by the prices that the host configured; null without prices. */
  readonly costUsd: number | null;
  /** The provider's names for the answers, for its support. */
  readonly requestIds: readonly string[];
  /** SHA-256 of the canonical JSON of everything that was sent, in order. */
  readonly sentHash: string;
  /** What was sent, after redaction, if the host keeps it. */
  readonly sent: Json;
}

/** What the analyst says about a ticket. It proposes; it never decides. */
export interface Analysis {
  /** Who analysed, for example `runbook`. */
  readonly analyst: string;
  readonly summary: string;
  readonly rootCause: string | null;
  readonly hypotheses: readonly Hypothesis[];
  /** The proposed plan, or null when it has none. */
  readonly plan: Plan | null;
  /** The analyst's probability that the plan works, 0..1. */
  readonly confidence: number;
  /** Sentences: what the confidence rests on. */
  readonly evidence: readonly string[];
  readonly whatWouldChangeMyMind: string | null;
  readonly observations: readonly Observation[];
  /** Models that were asked, failed ones too. Absent or empty: none was. */
  readonly modelUses?: readonly ModelUse[];
}

/**
 * An analysis without a plan, and so without confidence: the ticket goes to a person. `told` adds what was found out
 * all the same.
 */
export function noProposal(
  said: Pick<Analysis, 'analyst' | 'summary'>,
  told: Partial<Pick<Analysis, 'evidence' | 'observations' | 'whatWouldChangeMyMind' | 'modelUses'>> = {},
): Analysis {
  return {
    ...said,
    rootCause: null,
    hypotheses: [],
    plan: null,
    confidence: 0,
    evidence: [],
    whatWouldChangeMyMind: null,
    observations: [],
    ...told,
  };
}
