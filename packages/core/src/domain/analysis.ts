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
}
