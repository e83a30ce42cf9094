import type { Approval } from '../src/domain/approval.js';
import { decideRoute } from '../src/domain/decision.js';
import { EMPTY_TALLY } from '../src/domain/pattern.js';
import { DEFAULT_POLICY, WEIGHTS } from '../src/domain/policy.js';
import { scoreReliability } from '../src/domain/reliability.js';
import type {
  ApprovalRequest,
  Command,
  Direction,
  Intent,
  Proposal,
  ReconcileAnswer,
  Remediation,
  RemediationEvent,
} from '../src/domain/remediation.js';
import { given, type Told } from '../src/testing/index.js';

/* What happened, in the words of the log. */

/** A proposal with this route and as many undoable writes (or others, by `undoable`). */
export function proposal(route: 'auto' | 'approval' | 'manual' | 'suggest_only' = 'auto', steps = 2): Proposal {
  const actions = Array.from({ length: steps }, (_, n) => ({ action: 'enable', arguments: { service: `s${n}` } }));
  const reliability = scoreReliability({});
  const decisionInput = {
    optedIn: true,
    policy: {
      enabled: DEFAULT_POLICY.enabled,
      requiresApproval: DEFAULT_POLICY.requiresApproval,
      minReliabilityScore: DEFAULT_POLICY.minReliabilityScore,
      criticalAutoApprove: DEFAULT_POLICY.criticalAutoApprove,
    },
    actionClasses: actions.map(() => 'safe_write' as const),
    score: 95,
    standing: 'proven' as const,
    approvedSuccesses: EMPTY_TALLY.approvedSuccesses,
    failures: 0,
    phase: null,
  };
  return {
    category: 'server',
    optedIn: true,
    submitter: 'sue',
    requester: null,
    patternId: 'p',
    similarity: 1,
    analysis: { analyst: 'scripted', summary: '', confidence: 0.9, rootCause: null },
    plan: { actions },
    planHash: 'plan',
    steps: actions.map((action, step) => ({
      ...action,
      step,
      tool: 'ops/enable',
      class: 'safe_write',
      family: 'network',
      targets: [`service:s${step}`],
      targetKeys: [`global/service:s${step}`],
    })),
    standings: [],
    reliability,
    decisionInput,
    decision: { ...decideRoute(decisionInput), route },
    weights: WEIGHTS,
    phase: null,
    symptomShown: true,
    policyVersion: 1,
    pins: {},
    snapshot: {},
  };
}

/** Until when the approval may be answered, and used once it is given. */
export const EXPIRES = 1_000;
export const GOOD_UNTIL = 500;

/** The request that goes out with a proposal. */
export function request(needed = 1, answer?: ReconcileAnswer): ApprovalRequest {
  const binding = {
    tenant: 'acme',
    remediationId: 'r',
    plan: { actions: [] },
    pins: {},
    policyVersion: 1,
    snapshot: {},
    expiresAtMs: EXPIRES,
    ...(answer ? { order: { answer, version: 1, calls: [] } } : {}),
  };
  const barred = { sue: 'submitted this ticket' };
  return { approvalId: 'a1', bindingHash: 'h1', binding, expiresAtMs: EXPIRES, needed, barred };
}

type Event = Told<RemediationEvent>;

export function intent(step: number, direction: Direction = 'do', change: Partial<Intent> = {}): Intent {
  return {
    step,
    direction,
    action: 'enable',
    tool: direction === 'do' ? 'ops/enable' : 'ops/disable',
    arguments: { service: `s${step}` },
    targets: [`service:s${step}`],
    idempotencyKey: `${step}-${direction}`,
    timeoutMs: 500,
    dedupes: false,
    undoable: direction === 'do',
    readable: true,
    ...change,
  };
}

export const proposed = (route: Parameters<typeof proposal>[0] = 'auto', steps = 2): Event => ({
  what: { type: 'proposed', ...proposal(route, steps) },
});
export const asked = (needed = 1): Event => ({ what: { type: 'approval_requested', ...request(needed) } });
export const yesFrom = (by: string, atMs = 10): Event => ({
  what: { type: 'approval_given', approvalId: 'a1', by, comment: null, goodUntilMs: GOOD_UNTIL },
  actor: by,
  atMs,
});
export const noFrom = (by: string): readonly Event[] => [
  { what: { type: 'approval_refused', approvalId: 'a1', by, reasonCode: 'other', comment: null }, actor: by },
  over('rejected', []),
];
export const putOff = (untilMs = 50): Event => ({
  what: { type: 'deferred', untilMs, reason: 'rate_slots', verdicts: [] },
});
export const intended = (step: number, direction: Direction = 'do', change: Partial<Intent> = {}): Event => ({
  what: { type: 'action_intended', ...intent(step, direction, change) },
});
export const settled = (
  step: number,
  outcome: 'committed' | 'failed' | 'unknown' = 'committed',
  direction: Direction = 'do',
): Event => ({
  what: { type: 'action_settled', step, direction, outcome, detail: '', result: null, snapshotAfter: {}, tookMs: 1 },
});
export const done = (step: number, change: Partial<Intent> = {}): readonly Event[] => [
  intended(step, 'do', change),
  settled(step),
];
export const rollingBack = (...steps: readonly number[]): Event => ({
  what: { type: 'rollback_started', reason: 'validation_failed', steps },
});
export const over = (
  type: Extract<RemediationEvent, { committed: readonly number[] }>['type'],
  committed: readonly number[] = [0],
): Event => ({ what: { type, reason: 'test', committed, undone: [] } });

/** Commands as they are asked at 100 ms by bo. */
export const ask = (what: Command, actor = 'bo', atMs = 100): Told<Command> => ({ what, actor, atMs });
export const approve = {
  type: 'approve' as const,
  approvalId: 'a1',
  bindingHash: 'h1',
  comment: null,
  goodUntilMs: GOOD_UNTIL,
} satisfies Command;
export const reject = {
  type: 'reject' as const,
  approvalId: 'a1',
  bindingHash: 'h1',
  reasonCode: 'other' as const,
  comment: null,
} satisfies Command;
export const settle = (
  outcome: 'committed' | 'failed' | 'unknown',
  heldBack: Extract<Command, { type: 'settle' }>['heldBack'] = null,
): Command => ({
  type: 'settle',
  outcome,
  detail: '',
  result: null,
  snapshotAfter: {},
  tookMs: 1,
  heldBack,
});
export const reconcile = (answer: 'happened' | 'did_not_happen' | 'cannot_tell'): Command => ({
  type: 'reconcile',
  answer,
  detail: 'looked',
});
export const intend = (step: number, direction: Direction = 'do', change: Partial<Intent> = {}): Command => ({
  type: 'intend',
  intent: intent(step, direction, change),
  clearanceId: 'c',
  verdicts: [],
});
const looked = (passed: boolean) => [{ tool: 'ops/status', passed, assertions: [], error: null }];
export const validate = (passed: boolean): Command => ({ type: 'validate', checks: looked(passed) });
export const validateUndo = (step: number, passed: boolean): Command => ({
  type: 'validate_undo',
  step,
  checks: looked(passed),
});
export const answer = (what: ReconcileAnswer): Command => ({
  type: 'answer_reconciliation',
  answer: what,
  bindingHash: 'shown',
  shown: { ...request(1, what), approvalId: 'o1', bindingHash: 'shown' },
  comment: null,
  goodUntilMs: GOOD_UNTIL,
});
/** An order that enough people gave. */
export const granted: Approval = {
  ...request(1, 'roll_back'),
  approvalId: 'o1',
  bindingHash: 'shown',
  requestedAtMs: 0,
  consents: [{ by: 'bo', atMs: 0, comment: null }],
  grantedAtMs: 0,
  goodUntilMs: GOOD_UNTIL,
  escalatedAtMs: null,
  consumedAtMs: null,
};
export const stop: Command = { type: 'stop', reason: 'opt_in', verdicts: [] };

/** The state that a log tells. */
export function stateOf(...history: readonly Event[]): Remediation {
  return given(...history)
    .when(ask({ type: 'late_reply', step: 0, direction: 'do', outcome: 'unknown', detail: '' }))
    .leadsTo('late_reply');
}
