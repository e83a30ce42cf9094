import type { Catalogue } from '../../domain/action.js';
import type { Json } from '../../domain/canonical.js';
import type { Limits, Policy } from '../../domain/policy.js';
import type { CheckResult, DecisionBasis, Intent, StartedRemediation } from '../../domain/remediation.js';
import type { CheckName, Verdict } from '../../domain/safety.js';
import type { Storage } from '../../ports/storage.js';
import type { ToolState } from '../pins.js';
import { type CataloguedStep, type ReadContext, sayCheck } from '../reads.js';
import type { Waiting } from '../waiting.js';

/* Each check of the guard is one small unit: it looks at one thing and answers with a verdict that explains itself. */

/** What a clearance is asked for. */
export interface ClearRequest {
  readonly tenant: string;
  readonly ticketId: string;
  readonly remediationId: string;
  readonly remediation: StartedRemediation;
  readonly intent: Intent;
  /** All steps of the plan with their catalogue entries. */
  readonly steps: readonly CataloguedStep[];
  readonly policy: Policy;
  readonly policyVersion: number;
  /** Whether the ticket is opted in now. */
  readonly optedIn: boolean;
  /** The store's clock at the start of the checks. */
  readonly nowMs: number;
  /** Until when the lease of this run holds. */
  readonly leaseUntilMs: number;
  /** Computes the decision from today's facts; the answer carries all that it was made of. */
  readonly decideAgain: () => Promise<DecisionBasis>;
  /** Asks anew which tools there are, their definitions and what was accepted of them. */
  readonly readTools: () => Promise<ToolState>;
}

/** What the checks look through. */
export interface GuardContext extends ReadContext {
  readonly storage: Storage;
  readonly catalogue: Catalogue;
  readonly settings: ReadContext['settings'] & { readonly limits: Limits };
}

/** One check of the guard. */
export interface GuardCheck {
  readonly check: CheckName;
  /** Looks, and answers yes, blocked, deferred or superseded with its reason. An error counts as a no. */
  look(request: ClearRequest, context: GuardContext): Waiting<Finding> | Promise<Finding> | Finding;
}

/** A verdict before it has the name of its check. */
export type Finding = Omit<Verdict, 'check'>;

/** What a check looked at, as evidence. It is made JSON when it is stored, and not before: a clearance waits for this. */
export const facts = (lookedAt: unknown): Json => lookedAt as Json;

/* The answers a check can give, with the sentence that says why. */
export const yes = (because: string, evidence: Json = null): Finding => ({ answer: 'yes', because, evidence });
export const blocked = (because: string, evidence: Json = null): Finding => ({ answer: 'blocked', because, evidence });
export const superseded = (because: string, evidence: Json = null): Finding => ({
  answer: 'superseded',
  because,
  evidence,
});
export const deferred = (untilMs: number, because: string, evidence: Json = null): Finding => ({
  answer: 'deferred',
  because,
  evidence,
  untilMs,
});

/** A finding with the name of its check. */
export function named(check: CheckName, { answer, because, evidence, untilMs }: Finding): Verdict {
  return untilMs === undefined ? { check, answer, because, evidence } : { check, answer, because, evidence, untilMs };
}

/** Gives a look its name. */
export function check(check: CheckName, look: GuardCheck['look']): GuardCheck {
  return { check, look };
}

/** The steps that change something. */
export const writesOf = (request: ClearRequest): readonly CataloguedStep[] =>
  request.steps.filter(({ step }) => step.class !== 'read_only');

/** The step that is asked about, if the catalogue still has it. */
export const currentStep = (request: ClearRequest): CataloguedStep | undefined =>
  request.steps.find(({ step }) => step.step === request.intent.step);

/** What several reads found, in sentences. */
export function told(results: readonly CheckResult[]): string {
  const [only] = results;
  return only && results.length === 1 ? sayCheck(only) : results.map(sayCheck).join(' ');
}
