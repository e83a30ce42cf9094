import { type ActionClass, type Plan, planHashOf, type ResolvedAction } from '../domain/action.js';
import type { Analysis } from '../domain/analysis.js';
import { entryOf, resolvePlan } from '../domain/catalogue.js';
import {
  type Decision,
  type DecisionInput,
  decideRoute,
  downgrade,
  type Finding,
  type GuaranteeInput,
  isMorePermissive,
} from '../domain/decision.js';
import { writeActionsOf } from '../domain/learning.js';
import { judgeTally, type PatternStanding, worstStanding } from '../domain/pattern.js';
import type { Policy } from '../domain/policy.js';
import type { Reliability } from '../domain/reliability.js';
import type { ActionStanding, DecisionBasis, Proposal } from '../domain/remediation.js';
import { phaseEarned, phaseInput } from '../domain/rollout.js';
import type { Ticket } from '../domain/ticket.js';
import type { PolicyVersion } from '../ports/storage.js';
import { curveOf } from './confidence.js';
import type { EngineContext } from './context.js';
import { allShown, findingsOf, inShadow, lookForSymptoms, notAllowed } from './findings.js';
import { type GuaranteeFacts, gatherGuarantee, overBudget, trialOf } from './gatherGuarantee.js';
import type { Recognition } from './patternLearner.js';
import { pinNamesOf, type ToolState } from './pins.js';
import { policyInForce } from './policyInForce.js';
import { readSnapshots } from './reads.js';
import { advancePhase, fallBackOnePhase } from './rolloutPhase.js';
import { readTools, toolsOfPlan, withEntries } from './tools.js';

/* The only reader of evidence: everything a decision or the guard looks at is gathered here, at one moment. */

interface ResolvedProposal {
  readonly plan: Plan | null;
  readonly steps: readonly ResolvedAction[];
  /** Class of each action; what cannot be used is `forbidden`. */
  readonly actionClasses: readonly ActionClass[];
}

/** The plan as the catalogue sees it. Anything that is not in it, or not for this category, is forbidden. */
function resolveProposal(
  context: EngineContext,
  ticket: Ticket,
  plan: Plan | null,
  tools: ToolState,
): ResolvedProposal {
  if (plan === null || plan.actions.length === 0) return { plan: null, steps: [], actionClasses: [] };
  const resolved = resolvePlan(context.catalogue, plan, ticket.tenant);
  if (!resolved.ok) return { plan, steps: [], actionClasses: plan.actions.map(() => 'forbidden') };
  const steps = resolved.actions.map((step): ResolvedAction => {
    const entry = entryOf(context.catalogue, step.action);
    if (!entry?.categories.includes(ticket.category)) return { ...step, class: 'forbidden' };
    // A tool that does not call itself read-only may only raise the class the operator gave it.
    const saysReadOnly = tools.now?.readOnly[step.tool] === true;
    if (step.class === 'read_only' && tools.now !== null && !saysReadOnly) return { ...step, class: 'critical_write' };
    return step;
  });
  return { plan, steps, actionClasses: steps.map((step) => step.class) };
}

/** The standing of a pattern in mode `guaranteed`: one complaint of an author in 30 days is heard. */
async function heardStanding(
  { storage }: EngineContext,
  tenant: string,
  patternId: string,
  actionType: string,
): Promise<PatternStanding> {
  return judgeTally(await storage.patterns.heardTally(tenant, patternId, actionType));
}

/** What is scored: a proposal for a ticket of a pattern, under the policy in force. */
interface Scored {
  readonly recognition: Pick<Recognition, 'patternId' | 'similarity'>;
  /** As the analyst stated it, 0..1. */
  readonly confidence: number;
  readonly actionTypes: readonly string[];
  readonly policy: Policy;
}

async function standingsOf(
  context: EngineContext,
  ticket: Ticket,
  { recognition: { patternId, similarity }, confidence: stated, actionTypes, policy }: Scored,
): Promise<readonly ActionStanding[]> {
  const guaranteed = policy.mode === 'guaranteed';
  const confidence = guaranteed ? (await curveOf(context.storage, ticket.tenant)).calibrate(stated) : stated;
  return Promise.all(
    actionTypes.map(async (actionType) => {
      const judged = guaranteed
        ? await heardStanding(context, ticket.tenant, patternId, actionType)
        : await context.patterns.standing({ tenant: ticket.tenant, patternId, actionType });
      const { tally } = judged;
      const evidence = {
        confidence,
        positive: tally.positive,
        rated: tally.rated,
        succeeded: tally.succeeded,
        executed: tally.executed,
        similarity,
        resolved: tally.occurrences,
      };
      return { actionType, evidence, ...judged, reliability: context.scorer.score(evidence) };
    }),
  );
}

/** The lowest of several reliabilities; what nothing is known about when there is none. */
function lowest(context: EngineContext, standings: readonly ActionStanding[], confidence: number): Reliability {
  const [first, ...rest] = standings.map(({ reliability }) => reliability);
  if (!first) {
    return context.scorer.score({
      confidence,
      positive: 0,
      rated: 0,
      succeeded: 0,
      executed: 0,
      similarity: 0,
      resolved: 0,
    });
  }
  return rest.reduce((least, next) => (next.score < least.score ? next : least), first);
}

/** Evidence, statistics and the score of what a ticket proposes, as of now. */
export async function gatherReliability(
  context: EngineContext,
  ticket: Ticket,
  scored: Scored,
): Promise<{ readonly standings: readonly ActionStanding[]; readonly reliability: Reliability }> {
  const standings = await standingsOf(context, ticket, scored);
  return { standings, reliability: lowest(context, standings, scored.confidence) };
}

/** The table's decision, taken down by the findings and by a host's own engine, never up. */
function withoutShadow(context: EngineContext, input: DecisionInput, findings: readonly Finding[]): Decision {
  const builtIn = downgrade(decideRoute(input), findings);
  const swapped = context.decisionEngine.decide(input);
  if (!isMorePermissive(builtIn.route, swapped.route)) return builtIn;
  const inputs = { route: swapped.route, reason: swapped.reason };
  return downgrade(builtIn, [{ reason: 'stricter_engine', atMost: swapped.route, inputs }]);
}

function judge(context: EngineContext, facts: Facts, findings: readonly Finding[]): Decision {
  const { guarantee } = facts;
  const spent = facts.decisionInput.guarantee && guarantee ? overBudget(guarantee) : [];
  const decision = withoutShadow(context, facts.decisionInput, [...findings, ...spent]);
  return facts.policyVersion.policy.shadow ? downgrade(decision, [inShadow(decision)]) : decision;
}

/** What is decided about: a ticket, what the analyst says, and the pattern it belongs to. */
export interface Matter {
  readonly ticket: Ticket;
  readonly analysis: Pick<Analysis, 'plan' | 'confidence'>;
  readonly recognition: Pick<Recognition, 'patternId' | 'similarity'>;
}

/** All that the decision table reads, and where it came from. */
interface Facts extends ResolvedProposal {
  readonly policyVersion: PolicyVersion;
  readonly tools: ToolState;
  readonly standings: readonly ActionStanding[];
  readonly reliability: Reliability;
  readonly actionTypes: readonly string[];
  /** What the gate knows; null when the plan could never earn autonomy. */
  readonly guarantee: GuaranteeFacts | null;
  readonly decisionInput: DecisionInput;
}

/** What mode `guaranteed` reads where nothing can be known. */
const NOTHING_PROVEN: GuaranteeInput = {
  onProbation: true,
  supervisedSuccesses: 0,
  principals: 0,
  lowerQuantile: 0,
  openBound: null,
};

/** Whether the category fell back one phase because its detector spoke since the policy was written; then all is read anew. */
async function lostPhase(
  context: EngineContext,
  { tenant, category }: Ticket,
  { policy, atMs, version }: PolicyVersion,
  { stratum, firedAtMs }: GuaranteeFacts,
): Promise<boolean> {
  if (policy.phase === null || firedAtMs === null || firedAtMs <= (atMs ?? 0)) return false;
  const reason = `The detector of ${stratum} spoke: too many automatic runs went wrong.`;
  await fallBackOnePhase(context, { tenant, category, judged: policy.phase }, reason);
  return (await policyInForce(context, tenant, category)).version !== version;
}

/** Whether the category went up one phase because the gate is open and its policy lets it; then all is read anew. */
async function earnedPhase(
  context: EngineContext,
  { tenant, category }: Ticket,
  read: PolicyVersion,
  { stratum, input, nowMs }: GuaranteeFacts,
): Promise<boolean> {
  const to = phaseEarned(read, { openBound: input.openBound, nowMs });
  if (to === null) return false;
  const reason = `The gate of ${stratum} is open, and the policy stood unchanged long enough.`;
  return (await advancePhase(context, { tenant, category, read }, { to, reason })) !== null;
}

async function gatherFacts(
  context: EngineContext,
  { ticket, analysis, recognition }: Matter,
  opensTrial: boolean,
): Promise<Facts> {
  const [policyVersion, tools] = await Promise.all([
    policyInForce(context, ticket.tenant, ticket.category),
    readTools(context, ticket.tenant, toolsOfPlan(context, analysis.plan)),
  ]);
  const { policy } = policyVersion;
  const resolved = resolveProposal(context, ticket, analysis.plan, tools);
  const { steps, actionClasses } = resolved;
  const writes = writeActionsOf(steps);
  const actionTypes = writes.length > 0 ? writes : [...new Set(steps.map((step) => step.action))];
  const { confidence } = analysis;
  const scored = { recognition, confidence, actionTypes, policy };
  const { standings, reliability } = await gatherReliability(context, ticket, scored);
  const { patternId } = recognition;
  // In mode `seed` the gate only watches: what it knows belongs to the trial that a decision opens, and to no answer.
  const isRead = opensTrial || policy.mode === 'guaranteed';
  const about = { policy, steps, patternId, actionTypes, confidence };
  const guarantee = isRead ? await gatherGuarantee(context, ticket, about) : null;
  const moved =
    guarantee !== null &&
    ((await lostPhase(context, ticket, policyVersion, guarantee)) ||
      (opensTrial && (await earnedPhase(context, ticket, policyVersion, guarantee))));
  if (moved) {
    return gatherFacts(context, { ticket, analysis, recognition }, opensTrial);
  }
  const phased = steps.map((step) => ({ actionClass: step.class, family: step.family }));
  const { enabled, requiresApproval, minReliabilityScore, criticalAutoApprove } = policy;
  const decisionInput: DecisionInput = {
    optedIn: ticket.optedIn,
    // Exactly what the table reads: the log says what a decision was made of, and nothing besides.
    policy: { enabled, requiresApproval, minReliabilityScore, criticalAutoApprove },
    actionClasses,
    score: reliability.score,
    standing: worstStanding(standings.map(({ standing }) => standing)),
    approvedSuccesses: standings.length === 0 ? 0 : Math.min(...standings.map(({ tally }) => tally.approvedSuccesses)),
    failures: Math.max(...standings.map(({ tally }) => tally.failures), 0),
    phase: phaseInput(policy, ticket, phased),
    ...(policy.mode === 'guaranteed' ? { guarantee: guarantee?.input ?? NOTHING_PROVEN } : {}),
  };
  return { ...resolved, policyVersion, tools, standings, reliability, actionTypes, guarantee, decisionInput };
}

function basisOf(context: EngineContext, facts: Facts, decision: Decision): DecisionBasis {
  const { standings, reliability, policyVersion, decisionInput } = facts;
  const { weights } = context.scorer;
  const { version, policy } = policyVersion;
  return { standings, reliability, weights, phase: policy.phase, policyVersion: version, decisionInput, decision };
}

/** The table's answer as of now, without the findings about targets, which the guard looks at by itself. */
export async function decideAgain(context: EngineContext, matter: Matter): Promise<DecisionBasis> {
  const facts = await gatherFacts(context, matter, false);
  return basisOf(context, facts, judge(context, facts, notAllowed(withEntries(context, facts.steps))));
}

/** Nothing of the plan is forbidden: then what it is about may be looked at, whoever acts. */
function mayBeLookedAt({ actionClasses }: ResolvedProposal): boolean {
  return actionClasses.every((actionClass) => actionClass !== 'forbidden');
}

/** Gathers all evidence as of now and decides. Nothing is stored. */
export async function gatherProposal(
  context: EngineContext,
  matter: Matter & { readonly analysis: Analysis },
): Promise<Proposal> {
  const { ticket, analysis, recognition } = matter;
  const facts = await gatherFacts(context, matter, true);
  const { plan, steps, tools, decisionInput } = facts;
  const catalogued = withEntries(context, steps);
  // Findings can only take a decision down: where nothing may run anyway there is nothing to look for.
  const mayRun = ['auto', 'approval'].includes(decideRoute(decisionInput).route);
  const symptoms = mayBeLookedAt(facts) ? await lookForSymptoms(context, catalogued) : [];
  const findings = mayRun ? await findingsOf(context, ticket, catalogued, { tools, symptoms }) : [];
  const decision = judge(context, facts, findings);
  const willRun = decision.route === 'auto' || decision.route === 'approval';
  const { analyst, summary, confidence, rootCause } = analysis;
  const pins = pinNamesOf(catalogued).flatMap((name) => {
    const pin = tools.accepted[name];
    return pin === undefined ? [] : [[name, pin] as const];
  });
  return {
    category: ticket.category,
    optedIn: ticket.optedIn,
    submitter: ticket.submitter,
    requester: ticket.requester,
    patternId: recognition.patternId,
    similarity: recognition.similarity,
    analysis: { analyst, summary, confidence, rootCause },
    plan,
    planHash: plan === null ? null : planHashOf(plan),
    steps,
    ...basisOf(context, facts, decision),
    symptomShown: allShown(symptoms),
    pins: Object.fromEntries(pins),
    snapshot: willRun ? await readSnapshots(context, catalogued) : {},
    trial: trialOf(ticket, facts.guarantee, {
      decision,
      patternId: recognition.patternId,
      actionTypes: facts.actionTypes,
      confidence,
    }),
  };
}
