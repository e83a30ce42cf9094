import { bindingDifferences } from '../domain/approval.js';
import type { Json } from '../domain/canonical.js';
import { type Decision, isMorePermissive } from '../domain/decision.js';
import { GUARD, LEASE, type Policy } from '../domain/policy.js';
import type { CheckResult, Intent, StartedRemediation } from '../domain/remediation.js';
import { blastRadiusFault, type CheckName, haltFor, snapshotDifferences, type Verdict } from '../domain/safety.js';
import { valueAt } from '../domain/template.js';
import { isWindowOpen, nextOpening } from '../domain/window.js';
import type { SlotClaim, Storage } from '../ports/storage.js';
import { changedTools, firstWrites, type ToolState } from './gather.js';
import {
  type CataloguedStep,
  type ReadContext,
  readSnapshots,
  runCheck,
  runChecks,
  sayCheck,
  scopeOf,
} from './reads.js';

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
  /** Computes the decision from today's facts. */
  readonly decideAgain: () => Promise<Decision>;
  readonly readTools: () => Promise<ToolState>;
}

/** What the checks look through. */
export interface GuardContext extends ReadContext {
  readonly storage: Storage;
  readonly settings: ReadContext['settings'] & { readonly actionsPerHourTenant: number };
}

/** One check of the guard. */
export interface GuardCheck {
  readonly check: CheckName;
  look(request: ClearRequest, context: GuardContext): Promise<Verdict>;
}

type Finding = Omit<Verdict, 'check'>;

const yes = (because: string, evidence: Json = null): Finding => ({ answer: 'yes', because, evidence });
const blocked = (because: string, evidence: Json = null): Finding => ({ answer: 'blocked', because, evidence });
const superseded = (because: string, evidence: Json = null): Finding => ({ answer: 'superseded', because, evidence });
const deferred = (untilMs: number, because: string, evidence: Json = null): Finding => ({
  answer: 'deferred',
  because,
  evidence,
  untilMs,
});

function check(
  name: CheckName,
  look: (request: ClearRequest, context: GuardContext) => Promise<Finding> | Finding,
): GuardCheck {
  return {
    check: name,
    async look(request, context) {
      return { check: name, ...(await look(request, context)) };
    },
  };
}

const writesOf = (request: ClearRequest): readonly CataloguedStep[] =>
  request.steps.filter(({ step }) => step.class !== 'read_only');

const currentStep = (request: ClearRequest): CataloguedStep | undefined =>
  request.steps.find(({ step }) => step.step === request.intent.step);

async function lookForHalt({ tenant, remediation }: ClearRequest, { storage }: GuardContext): Promise<Finding> {
  const halt = haltFor(await storage.halts.inForce(tenant), tenant, remediation.proposal.category);
  if (!halt) return yes('No halt is in force.');
  return blocked(`${halt.by} halted ${halt.scope === 'category' ? 'this category' : 'everything'}: ${halt.reason}`, {
    haltId: halt.haltId,
    scope: halt.scope,
  });
}

/** Nobody ordered a stop. */
export const killSwitch = check('kill_switch', lookForHalt);
/** Still nobody: the last look before the yes. */
export const killSwitchAgain = check('kill_switch_again', lookForHalt);

/** The lease is still ours, with the store's clock. */
export const lease = check('lease', async ({ leaseUntilMs }, { storage }) => {
  const nowMs = await storage.now();
  return nowMs < leaseUntilMs
    ? yes('The lease holds.', { untilMs: leaseUntilMs })
    : blocked('The lease of this run is over; another worker may have it.', { untilMs: leaseUntilMs, nowMs });
});

/** The ticket is still opted in, and its category still switched on. */
export const optIn = check('opt_in', ({ optedIn, policy, remediation }) => {
  if (!optedIn) return superseded('The ticket is not opted in any more.');
  if (!policy.enabled) return superseded(`Category ${remediation.proposal.category} is switched off.`);
  return yes('The ticket is opted in and its category is on.');
});

/** Today's facts would not lead to a stricter route. */
export const decisionAgain = check('decision_again', async ({ remediation, decideAgain }) => {
  const { route } = remediation.proposal.decision;
  const now = await decideAgain();
  const evidence = { decided: route, today: now.route, reason: now.reason };
  return isMorePermissive(route, now.route)
    ? superseded(`Decided today, the route would be ${now.route} (${now.reason}), not ${route}.`, evidence)
    : yes(`Decided today, the route would be ${now.route} (${now.reason}).`, evidence);
});

/** Where the route wants one: a person's yes to exactly this, unused and in time. */
export const approval = check('approval', async (request) => {
  const { remediation, nowMs } = request;
  if (remediation.proposal.decision.route !== 'approval') return yes('The route needs no approval.');
  const { approval: given } = remediation;
  if (!given || given.grantedAtMs === null || given.goodUntilMs === null) return blocked('Nobody approved it.');
  const evidence = { approvalId: given.approvalId, bindingHash: given.bindingHash };
  if (given.consumedAtMs !== null) {
    // A consumed approval stays valid for the run that consumed it, and for no other.
    return remediation.state === 'executing'
      ? yes('This run consumed the approval.', evidence)
      : blocked('The approval was used before.', evidence);
  }
  if (nowMs >= given.goodUntilMs) return superseded('The approval is too old; it is asked for anew.', evidence);
  const { accepted } = await request.readTools();
  const pins = Object.fromEntries(Object.keys(given.binding.pins).map((name) => [name, accepted[name] ?? '']));
  const plan = {
    actions: remediation.proposal.steps.map(({ action, arguments: args }) => ({ action, arguments: args })),
  };
  const now = { ...given.binding, plan, pins, policyVersion: request.policyVersion };
  const differences = bindingDifferences(given.binding, now);
  if (differences.length > 0) {
    return superseded(`What was approved has changed: ${differences.join(', ')}.`, { ...evidence, differences });
  }
  return yes(`Approved by ${given.consents.map(({ by }) => by).join(', ')}.`, evidence);
});

/** The tools are the ones an operator accepted. */
export const toolPins = check('tool_pins', async ({ steps, readTools }) => {
  const state = await readTools();
  if (state.now === null) return blocked('The tools could not be looked at.');
  const changed = changedTools(steps, state);
  return changed.length === 0
    ? yes('All tools are as accepted.')
    : blocked(`Changed since an operator accepted them: ${changed.join(', ')}.`, { changed });
});

/** A maintenance window is open, where the policy has some. */
export const maintenanceWindow = check('maintenance_window', ({ policy, nowMs }) => {
  const { maintenanceWindows } = policy;
  if (maintenanceWindows.length === 0) return yes('The policy has no maintenance windows.');
  if (maintenanceWindows.some((window) => isWindowOpen(window, nowMs))) return yes('A maintenance window is open.');
  const opensMs = nextOpening(maintenanceWindows, nowMs);
  if (opensMs === null) return blocked('No maintenance window opens within the next eight days.');
  return deferred(opensMs, `The next maintenance window opens at ${new Date(opensMs).toISOString()}.`);
});

/** No freeze is on. */
export const freezePeriod = check('freeze_period', ({ policy, nowMs }) => {
  const freeze = policy.freezePeriods.find(({ fromMs, toMs }) => nowMs >= fromMs && nowMs < toMs);
  return freeze
    ? deferred(freeze.toMs, `Frozen until ${new Date(freeze.toMs).toISOString()}: ${freeze.reason}`)
    : yes('No freeze is on.');
});

/** All targets are ours alone. */
export const targetLock = check('target_lock', async (request, { storage }) => {
  const keys = [...new Set(writesOf(request).flatMap(({ step }) => step.targetKeys))].sort();
  const locked = await storage.locks.take(request.tenant, request.remediationId, keys);
  if (locked.kind === 'taken') return yes(`Locked: ${keys.join(', ')}.`, { keys });
  const { targetKey, remediationId } = locked.holder;
  return deferred(request.nowMs + LEASE.ms, `Another remediation holds ${targetKey}.`, { targetKey, remediationId });
});

/** The plan is small enough. */
export const blastRadius = check('blast_radius', ({ remediation }) => {
  const fault = blastRadiusFault(remediation.proposal.steps);
  return fault === null ? yes('The plan is small enough.') : blocked(fault);
});

const told = (results: readonly CheckResult[]): string => results.map(sayCheck).join(' ');
const asJson = (results: readonly CheckResult[]): Json => JSON.parse(JSON.stringify(results)) as Json;

/** Where the catalogue asks for one, a backup is there, verified and fresh. */
export const backup = check('backup', async (request, context) => {
  for (const { step, entry } of writesOf(request)) {
    if (!entry.backup) continue;
    const { agePath, maxAgeSeconds } = entry.backup;
    const result = await runCheck(context, entry.backup, scopeOf(step));
    const age = valueAt(result.value, agePath);
    const evidence = { age: age ?? null, maxAgeSeconds, check: asJson([result]) };
    if (!result.passed) return blocked(`No proof of a good backup. ${sayCheck(result)}`, evidence);
    if (typeof age !== 'number' || !(age >= 0 && age <= maxAgeSeconds)) {
      return blocked(`The backup is ${JSON.stringify(age ?? null)} s old; ${maxAgeSeconds} s are allowed.`, evidence);
    }
  }
  return yes('Every backup that the catalogue asks for is there, verified and fresh.');
});

/** The fault is still there on every target the plan is about to touch for the first time. */
export const symptom = check('symptom', async (request, context) => {
  for (const { step, entry } of firstWrites(request.steps)) {
    if (!entry.symptom) {
      // Without a way to see the fault nothing is ever automatic; a person may still say yes.
      if (request.remediation.proposal.decision.route === 'approval') continue;
      return blocked(`${step.action} has no symptom read.`);
    }
    const result = await runCheck(context, entry.symptom, scopeOf(step));
    if (result.error !== null) return blocked(told([result]), asJson([result]));
    if (!result.passed) {
      return { answer: 'recovered', because: `The fault is gone. ${told([result])}`, evidence: asJson([result]) };
    }
  }
  return yes('The fault is there.');
});

/** The prechecks of the action that comes next hold. */
export const prechecks = check('prechecks', async (request, context) => {
  const current = currentStep(request);
  if (!current) return blocked('The action is not in the catalogue any more.');
  const results = await runChecks(context, current.entry.prechecks, scopeOf(current.step));
  const failed = results.filter(({ passed }) => !passed);
  if (failed.length > 0) return blocked(told(failed), asJson(failed));
  return yes(results.length === 0 ? 'The catalogue asks for no prechecks.' : told(results), asJson(results));
});

/** The targets are as they were when it was decided. */
export const snapshot = check('snapshot', async (request, context) => {
  const shown = request.remediation.proposal.snapshot;
  const now = await readSnapshots(context, request.steps);
  for (const { step, entry } of request.steps) {
    if (!entry.snapshot) continue;
    const before = valueAt(shown, `/${step.step}`) ?? null;
    const after = now[step.step] ?? null;
    const moved = snapshotDifferences(before, after, entry.snapshot.tolerances);
    const evidence = { step: step.step, before, now: after, moved };
    if (moved.length > 0) return superseded(`The target changed since the decision: ${moved.join(', ')}.`, evidence);
  }
  return yes('The targets are as they were at the decision.');
});

/** The target is as our own last step left it. */
export const snapshotAfterOwnStep = check('snapshot', async (request, context) => {
  const current = currentStep(request);
  if (!current?.entry.snapshot) return yes('The catalogue asks for no snapshot.');
  const { step } = current.step;
  const before = valueAt(request.remediation.snapshotsAfter[step - 1] ?? null, `/${step}`) ?? null;
  // A resend of the first step has no own step before it: then the decision's snapshot is what it must match.
  const expected = step === 0 ? (valueAt(request.remediation.proposal.snapshot, '/0') ?? null) : before;
  const now = (await readSnapshots(context, [current]))[step] ?? null;
  const moved = snapshotDifferences(expected, now, current.entry.snapshot.tolerances);
  const evidence = { step, before: expected, now, moved };
  return moved.length === 0
    ? yes('The target is as our own last step left it.', evidence)
    : blocked(`The target changed since our own last step: ${moved.join(', ')}.`, evidence);
});

function slotClaims(request: ClearRequest, tenantLimit: number): readonly SlotClaim[] {
  const { remediation, tenant, policy } = request;
  const { category, patternId } = remediation.proposal;
  const writes = writesOf(request);
  const loops = new Map<string, SlotClaim>();
  const perTarget = new Map<string, number>();
  for (const { step } of writes) {
    for (const target of step.targetKeys) {
      const key = `${target} ${step.action}`;
      loops.set(key, { scope: 'loop', key, amount: 1, limit: GUARD.loopAllowed, windowMs: GUARD.loopWindowMs });
      perTarget.set(target, (perTarget.get(target) ?? 0) + 1);
    }
  }
  const amount = writes.length;
  const windowMs = GUARD.rateWindowMs;
  return [
    ...loops.values(),
    { scope: 'tenant', key: tenant, amount, limit: tenantLimit, windowMs },
    { scope: 'category', key: category, amount, limit: policy.maxActionsPerHour, windowMs },
    ...[...perTarget].map(
      ([key, writesThere]): SlotClaim => ({
        scope: 'target',
        key,
        amount: writesThere,
        limit: GUARD.actionsPerHourTarget,
        windowMs,
      }),
    ),
    { scope: 'pattern', key: patternId, amount, limit: GUARD.actionsPerHourPattern, windowMs },
  ];
}

/** There is room for the whole plan under every limit; taken here, last, all at once. */
export const rateSlots = check('rate_slots', async (request, { storage, settings }) => {
  const claims = slotClaims(request, settings.actionsPerHourTenant);
  const reserved = await storage.slots.reserve(request.tenant, request.remediationId, claims);
  if (reserved.kind === 'reserved')
    return yes('There is room under every limit.', { writes: writesOf(request).length });
  const { claim, taken, untilMs } = reserved;
  const evidence = { scope: claim.scope, key: claim.key, taken, limit: claim.limit };
  if (claim.scope === 'loop') {
    return blocked(
      `${claim.key} was remediated ${taken} times within 24 h; a person has to look at the cause.`,
      evidence,
    );
  }
  const full = `${taken} of ${claim.limit} actions of this ${claim.scope} are used up within the hour.`;
  return untilMs === null
    ? blocked(`${full} The plan alone is larger than the limit.`, evidence)
    : deferred(untilMs, full, evidence);
});
