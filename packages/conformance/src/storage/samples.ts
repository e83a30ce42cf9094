import {
  type Append,
  type Approval,
  type ApprovalBinding,
  type Assessment,
  bindingHashOf,
  type Decision,
  type FeedbackRecord,
  type FirstTelling,
  type HumanResolution,
  type LogRow,
  type ModelUse,
  type Opening,
  type OutcomeFact,
  type PatternFact,
  type Plan,
  type Proposal,
  planHashOf,
  type Reliability,
  type Remediation,
  type RemediationEvent,
  type Route,
  type SignatureWords,
  scoreReliability,
  sha256,
  type Ticket,
  type VoteFact,
  WEIGHTS,
} from '@remit/core';
import { decide, evolve, NO_REMEDIATION, projectionOf, replay } from '@remit/core/adapter';
import type { OpenedStorage } from './world.js';

/** The tenant of samples, unless a case says otherwise. */
export const ACME = 'acme';
/** Another tenant, which must never see what the first one has. */
export const GLOBEX = 'globex';

const MINUTE = 60_000;

/** What a person did about a ticket who says nothing more about it. */
export const BY_HAND: HumanResolution = {
  resolver: 'cy',
  atMs: 1,
  text: 'x',
  actions: [],
  timeToResolve: null,
  confirmed: false,
  agreement: 'not_told',
};

/** A ticket with the given parts; the rest is plain. */
export function ticketOf(parts: Partial<Ticket> = {}): Ticket {
  return {
    tenant: ACME,
    ticketId: 'INC-1',
    title: null,
    description: 'Web service not responding',
    category: 'server',
    optedIn: true,
    priority: null,
    requester: null,
    submitter: 'ana',
    targets: ['service:web'],
    metadata: {},
    ...parts,
  };
}

/** Stands for the hash of a ticket's content. */
export function contentHashOf(ticket: Ticket): string {
  return sha256(JSON.stringify(ticket));
}

/** A reliability whose score is `percent`. */
export function reliabilityOf(percent: number): Reliability {
  return scoreReliability({
    aiConfidence: percent,
    humanFeedback: percent,
    historicalSuccess: percent,
    patternRecognition: percent,
  });
}

const PLAN: Plan = { actions: [{ action: 'restart_service', arguments: { service: 'web' } }] };

function decisionOf(route: Route): Decision {
  return {
    route,
    reason: 'policy_requires_approval',
    because: [{ rule: 11, reason: 'policy_requires_approval', applies: true, inputs: { requiresApproval: true } }],
  };
}

/** The parts of an assessment that cases choose. */
export interface AssessmentParts {
  readonly route?: Route;
  readonly score?: number;
  readonly patternId?: string;
  readonly modelUses?: readonly ModelUse[];
}

/** What was found out about a ticket. */
export function assessmentOf({
  route = 'auto',
  score = 92,
  patternId = 'pattern-1',
  modelUses = [],
}: AssessmentParts = {}): Assessment {
  return {
    analysis: {
      analyst: 'runbook',
      summary: 'The web service crashed.',
      rootCause: 'out of memory',
      hypotheses: [{ cause: 'out of memory', probability: 0.8 }],
      plan: PLAN,
      confidence: 0.92,
      evidence: ['health check fails'],
      whatWouldChangeMyMind: null,
      observations: [{ tool: 'lab/health', arguments: { service: 'web' }, value: { healthy: false }, error: null }],
      ...(modelUses.length === 0 ? {} : { modelUses }),
    },
    reliability: reliabilityOf(score),
    decision: decisionOf(route),
    patternId,
    similarity: 0.82,
    similarTickets: [{ ticketId: 'INC-0', similarity: 0.9, sharedTerms: ['servic', 'web'] }],
    symptomShown: true,
    occurrences: 3,
    actionTypes: ['restart_service'],
  };
}

function proposalOf(assessment: Assessment): Proposal {
  const { reliability, decision, patternId, similarity, analysis } = assessment;
  return {
    category: 'server',
    optedIn: true,
    submitter: 'ana',
    requester: null,
    patternId,
    similarity,
    analysis,
    plan: PLAN,
    planHash: planHashOf(PLAN),
    steps: [
      {
        step: 0,
        action: 'restart_service',
        arguments: { service: 'web' },
        tool: 'lab/restart',
        class: 'safe_write',
        family: 'restart',
        targets: ['service:web'],
        targetKeys: ['global/service:web'],
      },
    ],
    standings: [],
    reliability,
    decisionInput: {
      optedIn: true,
      policy: { enabled: true, requiresApproval: true, minReliabilityScore: 85, criticalAutoApprove: false },
      actionClasses: ['safe_write'],
      score: reliability.score,
      standing: 'eligible',
      approvedSuccesses: 0,
      failures: 0,
      phase: null,
    },
    decision,
    weights: WEIGHTS,
    phase: null,
    symptomShown: true,
    policyVersion: 0,
    pins: { 'lab/restart': sha256('restart') },
    snapshot: [{ restarts: 3 }],
  };
}

/** What a remediation is opened with. */
export interface OpeningParts extends AssessmentParts {
  readonly tenant?: string;
  readonly ticketId?: string;
  readonly remediationId?: string;
  /** Whether the ticket was opted in when it was decided; default true. */
  readonly optedIn?: boolean;
}

/** A new remediation under a ticket's claim: proposed, awaiting approval or over, as the route says. */
export function openingOf(ticketToken: number, atMs: number, parts: OpeningParts = {}): Opening {
  const { tenant = ACME, ticketId = 'INC-1', remediationId = 'rem-1', optedIn = true } = parts;
  const assessment = assessmentOf(parts);
  const proposal = proposalOf(assessment);
  const expiresAtMs = atMs + 24 * 60 * MINUTE;
  const binding: ApprovalBinding = {
    tenant,
    remediationId,
    plan: PLAN,
    pins: proposal.pins,
    policyVersion: 0,
    snapshot: proposal.snapshot,
    expiresAtMs,
  };
  const barred = { ana: 'submitted this ticket' };
  const approvalId = `approval-${remediationId}`;
  const approval = { approvalId, bindingHash: bindingHashOf(binding), binding, expiresAtMs, needed: 1, barred };
  const stamp = { atMs, actor: 'remit' };
  const decided = decide({ type: 'propose', proposal, approval }, NO_REMEDIATION, stamp);
  if (!decided.ok) throw new Error(`The sample cannot be proposed: ${decided.refused}`);
  const state = decided.events.reduce<Remediation>((before, event) => evolve(before, event, stamp), NO_REMEDIATION);
  if (state.state === 'none') throw new Error('The sample did not start.');
  return {
    tenant,
    remediationId,
    ticketId,
    ticketToken,
    optedIn,
    assessment,
    ...stamp,
    events: decided.events,
    projection: projectionOf(state),
  };
}

/** Submits a ticket; answers it. */
export async function submitted({ storage }: OpenedStorage, parts: Partial<Ticket> = {}): Promise<Ticket> {
  const ticket = ticketOf(parts);
  await storage.tickets.submit(ticket, contentHashOf(ticket));
  return ticket;
}

/** Submits a ticket, claims it and opens a remediation; answers the first rows. */
export async function openedRemediation(
  world: OpenedStorage,
  parts: OpeningParts & { readonly ticket?: Partial<Ticket> } = {},
): Promise<readonly LogRow[]> {
  const { tenant = ACME, ticketId = 'INC-1' } = parts;
  await submitted(world, { ...parts.ticket, tenant, ticketId });
  const claim = await world.storage.tickets.claim(tenant, ticketId, { owner: 'worker-1', leaseMs: 30_000 });
  if (claim.kind !== 'claimed') throw new Error(`The ticket of the sample cannot be claimed: ${claim.kind}`);
  const opened = await world.storage.remediations.open(
    openingOf(claim.token, world.clock.now(), { optedIn: parts.ticket?.optedIn ?? true, ...parts }),
  );
  if (opened.kind !== 'opened') throw new Error(`The remediation of the sample cannot be opened: ${opened.kind}`);
  return opened.rows;
}

/** Claims a remediation; answers the token. */
export async function claimedToken(
  { storage }: OpenedStorage,
  rows: readonly LogRow[],
  leaseMs = 30_000,
): Promise<number> {
  const [row] = rows;
  if (!row) throw new Error('There are no rows.');
  const request = { owner: 'worker-1', leaseMs, expectedVersion: rows.length };
  const claim = await storage.remediations.claim(row.tenant, row.remediationId, request);
  if (claim.kind !== 'claimed') throw new Error(`The remediation of the sample cannot be claimed: ${claim.kind}`);
  return claim.token;
}

/** An append of events after the rows that the writer has seen, with the projection that follows from the log. */
export function appendOf(
  rows: readonly LogRow[],
  events: readonly RemediationEvent[],
  parts: { readonly token: number | null; readonly atMs: number; readonly facts?: readonly PatternFact[] },
): Append {
  const [first] = rows;
  if (!first) throw new Error('There are no rows.');
  const { token, atMs, facts = [] } = parts;
  const stamp = { atMs, actor: 'remit' };
  const state = replay([...rows, ...events.map((event) => ({ event, ...stamp }))]);
  if (state.state === 'none') throw new Error('The remediation never started.');
  return {
    tenant: first.tenant,
    remediationId: first.remediationId,
    expectedVersion: rows.length,
    token,
    ...stamp,
    events,
    projection: projectionOf(state),
    facts,
  };
}

/** The row of a runner that took a remediation up. */
export const CLAIMED: RemediationEvent = { type: 'claimed', owner: 'worker-1' };

/** The row before the only call of the sample plan. */
export const INTENDED: RemediationEvent = {
  type: 'action_intended',
  step: 0,
  direction: 'do',
  action: 'restart_service',
  tool: 'lab/restart',
  arguments: { service: 'web' },
  targets: ['service:web'],
  idempotencyKey: sha256('key'),
  timeoutMs: 5_000,
  dedupes: false,
  undoable: false,
  readable: true,
};

/** An order that one person gave, good for 30 min. */
export function grantedOrder(atMs: number): Approval {
  const expiresAtMs = atMs + 24 * 60 * MINUTE;
  const order = { answer: 'roll_back', version: 1, calls: [] } as const;
  const shown = { tenant: ACME, remediationId: 'rem-1', plan: PLAN, pins: {}, policyVersion: 0, snapshot: null };
  const binding: ApprovalBinding = { ...shown, expiresAtMs, order };
  return {
    approvalId: 'order-1',
    bindingHash: bindingHashOf(binding),
    binding,
    requestedAtMs: atMs,
    expiresAtMs,
    needed: 1,
    barred: {},
    consents: [{ by: 'gil', atMs, comment: null }],
    grantedAtMs: atMs,
    goodUntilMs: atMs + 30 * MINUTE,
    escalatedAtMs: null,
    consumedAtMs: null,
  };
}

/** The rows of an order about something parked, as its first person gives it. */
export function orderAsked(
  answer: 'send_again' | 'roll_back',
  needed: number,
  by: string,
): readonly RemediationEvent[] {
  const { approvalId, bindingHash, binding, expiresAtMs, barred } = grantedOrder(1);
  const shown = { ...binding, order: { answer, version: 1, calls: [] } };
  const request = { approvalId, bindingHash, binding: shown, expiresAtMs, needed, barred };
  return [{ type: 'approval_requested', ...request }, orderGivenBy(by)];
}

/** One more person's yes to it. */
export function orderGivenBy(by: string): RemediationEvent {
  return { type: 'approval_given', approvalId: 'order-1', by, comment: null, goodUntilMs: 30 * MINUTE };
}

/** The row after it, of a call that happened. */
export const SETTLED: RemediationEvent = {
  type: 'action_settled',
  step: 0,
  direction: 'do',
  outcome: 'committed',
  detail: 'done',
  result: null,
  snapshotAfter: null,
  tookMs: 1,
};

/** A last row. */
export function endedAs(
  type: 'succeeded' | 'failed' | 'needs_reconciliation' | 'superseded' | 'halted' | 'withdrawn',
): RemediationEvent {
  return { type, reason: 'because', committed: [], undone: [] };
}

/** An outcome fact that speaks for autonomy, unless parts say otherwise. */
export function outcomeOf(parts: Partial<OutcomeFact> = {}): OutcomeFact {
  return {
    kind: 'outcome',
    patternId: 'pattern-1',
    actionType: 'restart_service',
    ticketId: 'INC-1',
    remediationId: 'rem-1',
    principal: 'ana',
    atMs: 0,
    resolved: true,
    executed: true,
    succeeded: true,
    via: 'approval',
    confidence: 0.9,
    similarity: 0.8,
    ...parts,
  };
}

/** A positive vote, unless parts say otherwise. */
export function voteOf(parts: Partial<VoteFact> = {}): VoteFact {
  return {
    kind: 'vote',
    patternId: 'pattern-1',
    actionType: 'restart_service',
    ticketId: 'INC-1',
    principal: 'bo',
    atMs: 0,
    verdict: 'positive',
    admissible: true,
    ...parts,
  };
}

/** A feedback, positive unless parts say otherwise. */
export function feedbackOf(parts: Partial<FeedbackRecord> = {}): FeedbackRecord {
  return {
    tenant: ACME,
    ticketId: 'INC-1',
    author: 'bo',
    remediationId: 'rem-1',
    feedbackType: 'positive',
    rating: 5,
    wasHelpful: true,
    resolutionAccurate: true,
    actionsWorked: true,
    comment: 'Perfect! Service is back up.',
    whatWorked: 'The restart',
    whatDidntWork: null,
    suggestions: null,
    actualResolution: null,
    timeToResolve: 30.5,
    value: 1,
    verdict: 'positive',
    atMs: 0,
    ...parts,
  };
}

/** A signature of these terms. */
export function wordsOf(...terms: readonly string[]): SignatureWords {
  const masked = terms.join(' ');
  return { hash: sha256(masked), masked, words: masked, terms: [...terms].sort() };
}

/** The ticket that founds a pattern. */
export const FIRST: FirstTelling = { ticketId: 'INC-1', similarity: 1, known: false };

/** How many answers there are of each kind. */
export function kindsOf(answers: readonly { readonly kind: string }[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of answers) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** The numbers from 0 up to, not including, `count`. */
export function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
