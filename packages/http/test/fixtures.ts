import {
  type Approval,
  type ApprovalBinding,
  bindingHashOf,
  DEFAULT_POLICY,
  decideRoute,
  type LogRow,
  type Principal,
  planHashOf,
  type RemediationEvent,
  type RemediationView,
  type ResolvedAction,
  scoreReliability,
  type TicketRecord,
  WEIGHTS,
} from '@remit/core';

export const NOW = Date.UTC(2026, 0, 31, 22, 0, 0);

export const SCOPES = [
  'tickets:read',
  'tickets:write',
  'tickets:opt_in',
  'feedback:write',
  'remediation:approve',
  'policy:write',
  'halt',
  'stats:read',
];

/** Somebody who may do everything in one tenant. */
export const ana: Principal = { id: 'ana', tenant: 'acme', scopes: SCOPES };
/** Somebody who may only read. */
export const reader: Principal = { id: 'rita', tenant: 'acme', scopes: ['tickets:read'] };
/** Somebody of another tenant. */
export const stranger: Principal = { id: 'sam', tenant: 'other', scopes: SCOPES };

/** JSON with keys that a blind conversion would rename. */
export const HOSTILE_KEYS = { camelKey: { snakeMe: [{ 'kebab-And_mixed': 1 }] }, ticketId: 'mine', 'a/b~c': true };

export const steps: readonly ResolvedAction[] = [
  {
    step: 0,
    action: 'restart_service',
    arguments: { serviceName: 'nginx', camelArg: HOSTILE_KEYS },
    tool: 'ops/restart',
    class: 'safe_write',
    family: 'restart',
    targets: ['service:nginx'],
    targetKeys: ['global/service:nginx'],
  },
];

export const plan = { actions: steps.map(({ action, arguments: args }) => ({ action, arguments: args })) };

/** The reliability of the seed: 87.5, shown as 92 %, 85 %, 90 % and 82 %. */
export const reliability = scoreReliability({
  aiConfidence: 92.4,
  humanFeedback: 85,
  historicalSuccess: 90,
  patternRecognition: 82,
});

const decisionInput = {
  optedIn: true,
  policy: DEFAULT_POLICY,
  actionClasses: ['safe_write'],
  score: reliability.score,
  standing: 'eligible',
  approvedSuccesses: 4,
  failures: 0,
  phase: { approvalForAll: false, inShare: true, actionsAllowed: true, minReliabilityScore: null },
} as const;

export const decision = decideRoute(decisionInput);

export const analysis: NonNullable<TicketRecord['assessment']>['analysis'] = {
  analyst: 'runbook',
  summary: 'The service crashed.',
  rootCause: 'out of memory',
  hypotheses: [{ cause: 'out of memory', probability: 0.8 }],
  plan,
  confidence: 0.924,
  evidence: ['The symptom read shows it down.'],
  whatWouldChangeMyMind: null,
  observations: [{ tool: 'ops/status', arguments: { serviceName: 'nginx' }, value: HOSTILE_KEYS, error: null }],
};

const binding: ApprovalBinding = {
  tenant: 'acme',
  remediationId: 'rem-1',
  plan,
  pins: { 'ops/restart': 'abc' },
  policyVersion: 3,
  snapshot: HOSTILE_KEYS,
  expiresAtMs: NOW + 86_400_000,
};

export const approval: Approval = {
  approvalId: 'apr-1',
  bindingHash: bindingHashOf(binding),
  binding,
  requestedAtMs: NOW,
  expiresAtMs: NOW + 86_400_000,
  needed: 1,
  barred: { tom: 'submitted this ticket' },
  consents: [],
  grantedAtMs: null,
  goodUntilMs: null,
  consumedAtMs: null,
  escalatedAtMs: null,
};

export const waiting: RemediationView = {
  remediationId: 'rem-1',
  state: 'awaiting_approval',
  reason: null,
  steps,
  planHash: planHashOf(plan),
  approval,
  order: null,
  audited: false,
  options: [],
};

/** A ticket as it was just taken in. */
export function receivedTicket(parts: Partial<TicketRecord> = {}): TicketRecord {
  return {
    tenant: 'acme',
    ticketId: 'INC-001',
    title: null,
    description: 'Web service not responding',
    category: 'server',
    optedIn: true,
    priority: null,
    requester: null,
    submitter: 'tom',
    targets: [],
    metadata: {},
    status: 'received',
    createdAtMs: NOW,
    updatedAtMs: NOW,
    resolvedAtMs: null,
    assessment: null,
    remediationId: null,
    resolution: null,
    reopenings: [],
    adjudication: null,
    ...parts,
  };
}

/** A ticket that was analysed and waits for an approval. */
export function decidedTicket(parts: Partial<TicketRecord> = {}): TicketRecord {
  return receivedTicket({
    status: 'awaiting_approval',
    metadata: HOSTILE_KEYS,
    remediationId: 'rem-1',
    assessment: {
      analysis,
      reliability,
      decision,
      patternId: 'pat-1',
      similarity: 0.9,
      similarTickets: [{ ticketId: 'INC-000', similarity: 0.91, sharedTerms: ['web', 'respond'] }],
      symptomShown: true,
      occurrences: 3,
      actionTypes: ['restart_service'],
    },
    ...parts,
  });
}

export const tally = {
  occurrences: 3,
  executed: 3,
  succeeded: 3,
  approvedSuccesses: 3,
  failures: 0,
  positive: 2,
  rated: 2,
  meanConfidence: 0.9,
  meanSimilarity: 0.8,
  principals: 1,
};
export const statistics = {
  occurrenceCount: 3,
  positiveFeedbackRate: 1,
  avgReliabilityScore: 78.04,
  autoRemediationSuccessRate: null,
};

const verdicts = [
  { check: 'kill_switch', answer: 'yes', because: 'No halt is in force.', evidence: HOSTILE_KEYS },
] as const;
const passedCheck = {
  tool: 'ops/status',
  passed: true,
  assertions: [{ path: '/up', wanted: 'equals true', found: true, holds: true }],
  error: null,
};
const failedCheck = { ...passedCheck, passed: false, error: 'timeout' };
const end = { reason: 'some_reason', committed: [0], undone: [] };

/** At least one event of every type. */
export const EVENTS: readonly RemediationEvent[] = [
  {
    type: 'proposed',
    category: 'server',
    optedIn: true,
    submitter: 'tom',
    requester: null,
    patternId: 'pat-1',
    similarity: 0.9,
    analysis,
    plan,
    planHash: planHashOf(plan),
    steps,
    standings: [
      {
        actionType: 'restart_service',
        evidence: { confidence: 0.9, positive: 2, rated: 2, succeeded: 3, executed: 3, similarity: 0.9, resolved: 3 },
        tally,
        statistics,
        standing: 'learning',
        reliability,
        lacking: ['2 more occurrences'],
      },
    ],
    reliability,
    decisionInput,
    decision,
    weights: WEIGHTS,
    phase: 'full',
    symptomShown: true,
    policyVersion: 3,
    pins: { 'ops/restart': 'abc' },
    snapshot: HOSTILE_KEYS,
  },
  {
    type: 'approval_requested',
    approvalId: 'apr-1',
    bindingHash: approval.bindingHash,
    binding,
    expiresAtMs: approval.expiresAtMs,
    needed: 2,
    barred: approval.barred,
  },
  { type: 'approval_given', approvalId: 'apr-1', by: 'ana', comment: 'go on.', goodUntilMs: NOW },
  { type: 'approval_refused', approvalId: 'apr-1', by: 'bo', reasonCode: 'wrong_target', comment: null },
  { type: 'approval_attempt_refused', by: 'tom', named: 'apr-0', refusal: 'approval_stale' },
  { type: 'approval_escalated', approvalId: 'apr-1', target: 'on-call' },
  { type: 'approval_escalated', approvalId: 'apr-1', target: null },
  { type: 'claimed', owner: 'owner_1' },
  { type: 'cleared', step: 0, clearanceId: 'clr-1', verdicts },
  {
    type: 'deferred',
    untilMs: NOW,
    reason: 'maintenance_window',
    verdicts: [{ ...verdicts[0], answer: 'deferred', untilMs: NOW }],
  },
  { type: 'approval_consumed', approvalId: 'apr-1' },
  {
    type: 'action_intended',
    step: 0,
    direction: 'do',
    action: 'restart_service',
    tool: 'ops/restart',
    arguments: { serviceName: 'nginx', camelArg: HOSTILE_KEYS },
    targets: ['service:nginx'],
    idempotencyKey: 'k',
    timeoutMs: 1000,
    dedupes: false,
    undoable: false,
    readable: true,
  },
  {
    type: 'action_settled',
    step: 0,
    direction: 'do',
    outcome: 'committed',
    detail: 'restarted.',
    result: HOSTILE_KEYS,
    snapshotAfter: HOSTILE_KEYS,
    tookMs: 12.4,
  },
  {
    type: 'action_settled',
    step: 0,
    direction: 'undo',
    outcome: 'unknown',
    detail: '',
    result: null,
    snapshotAfter: null,
    tookMs: 5,
  },
  {
    type: 'action_settled',
    step: 1,
    direction: 'do',
    outcome: 'failed',
    detail: 'refused',
    result: null,
    snapshotAfter: null,
    tookMs: 5,
  },
  { type: 'reconciled', step: 0, direction: 'do', answer: 'happened', detail: 'seen', mayResend: false },
  { type: 'reconciled', step: 0, direction: 'do', answer: 'did_not_happen', detail: 'not seen', mayResend: true },
  { type: 'reconciled', step: 0, direction: 'do', answer: 'cannot_tell', detail: 'unclear', mayResend: false },
  { type: 'reconciliation_answered', answer: 'roll_back', bindingHash: 'h', by: 'ana', comment: null, steps: [1, 0] },
  { type: 'validated', passed: true, checks: [passedCheck] },
  { type: 'validated', passed: false, checks: [passedCheck, failedCheck] },
  { type: 'validated', passed: true, checks: [] },
  { type: 'stopped', reason: 'halted', verdicts },
  { type: 'rollback_started', reason: 'validation_failed', steps: [1, 0] },
  { type: 'undo_validated', step: 0, passed: true, checks: [passedCheck] },
  { type: 'late_reply', step: 0, direction: 'do', outcome: 'committed', detail: 'done after all' },
  { type: 'succeeded', ...end },
  { type: 'rolled_back', ...end, undone: [0] },
  { type: 'failed', ...end },
  { type: 'needs_reconciliation', ...end },
  { type: 'rejected', ...end },
  { type: 'expired', ...end },
  { type: 'halted', ...end, verdicts },
  { type: 'withdrawn', ...end },
  { type: 'recovered', ...end },
  { type: 'manual', ...end },
  { type: 'suggested', ...end },
  { type: 'superseded', ...end },
];

/** A log with every event. */
export const LOG: readonly LogRow[] = EVENTS.map((event, index) => ({
  tenant: 'acme',
  remediationId: 'rem-1',
  ticketId: 'INC-001',
  seq: index + 1,
  token: null,
  atMs: NOW + index,
  actor: 'remit',
  event,
  previousHash: index === 0 ? '' : `hash-${index - 1}`,
  hash: `hash-${index}`,
}));
