import { barredFrom, bindingHashOf, type OrderShown } from '../domain/approval.js';
import { APPROVAL } from '../domain/policy.js';
import {
  type LogRow,
  type ReconcileAnswer,
  reconcileAnswers,
  type StartedRemediation,
  stepsToTakeBack,
} from '../domain/remediation.js';
import type { FoundRemediation } from './append.js';
import type { EngineContext } from './context.js';
import { callsOf } from './orderedCalls.js';
import { policyInForce } from './policyInForce.js';
import type { ReconciliationOption } from './remit.js';
import { withEntries } from './tools.js';

/* What people are shown about a parked remediation, and what exactly each of their answers is bound to. */

/** Rows that say who asked or agreed, and nothing about the run: they leave what is shown as it is. */
function saysNothingOfRun({ event }: LogRow): boolean {
  return (
    event.type === 'approval_attempt_refused' ||
    event.type === 'approval_given' ||
    (event.type === 'approval_requested' && event.binding.order !== undefined)
  );
}

/** What an answer would send. */
function wantedBy(state: StartedRemediation, answer: ReconcileAnswer) {
  if (answer === 'roll_back') return stepsToTakeBack(state).map((step) => ({ step, direction: 'undo' as const }));
  if (answer === 'send_again' && state.inFlight) return [state.inFlight.intent];
  return [];
}

/** When what is shown since a moment has to be asked for anew: it is good for as long as any request, then again. */
function expiresAt(sinceMs: number, nowMs: number): number {
  const times = Math.floor(Math.max(0, nowMs - sinceMs) / APPROVAL.expireAfterMs) + 1;
  return sinceMs + times * APPROVAL.expireAfterMs;
}

/** The ways out of a parked remediation, each as a request that an answer has to name. */
export async function reconciliationOptions(
  context: EngineContext,
  { loaded, state }: FoundRemediation,
): Promise<readonly ReconciliationOption[]> {
  const answers = reconcileAnswers(state);
  const last = loaded.rows.findLast((row) => !saysNothingOfRun(row));
  if (answers.length === 0 || !last) return [];
  const { tenant, remediationId } = loaded;
  const { proposal } = state;
  const { policy, version: policyVersion } = await policyInForce(context, tenant, proposal.category);
  const accepted = await context.storage.pins.accepted(tenant, context.executor.name);
  const steps = withEntries(context, proposal.steps);
  const expiresAtMs = expiresAt(last.atMs, await context.storage.now());
  const editors = steps.flatMap(({ entry }) => entry.editedBy ?? []);
  const barred = barredFrom(proposal, editors, policy);
  const common = {
    tenant,
    remediationId,
    plan: { actions: proposal.steps.map(({ action, arguments: args }) => ({ action, arguments: args })) },
    pins: Object.fromEntries(Object.keys(proposal.pins).map((name) => [name, accepted[name] ?? ''])),
    policyVersion,
    snapshot: { decision: proposal.snapshot, afterOwnSteps: { ...state.snapshotsAfter } },
    expiresAtMs,
  };
  return answers.map((answer) => {
    const wanted = wantedBy(state, answer);
    const order: OrderShown = {
      answer,
      version: last.seq,
      calls: callsOf({ tenant, remediationId, state }, steps, wanted),
    };
    const binding = { ...common, order };
    const bindingHash = bindingHashOf(binding);
    const open = state.order?.approval.bindingHash === bindingHash ? state.order.approval : null;
    const needed = answer === 'send_again' || answer === 'roll_back' ? policy.approvers : 1;
    return {
      answer,
      bindingHash,
      steps: wanted.map(({ step }) => step),
      binding,
      expiresAtMs,
      needed,
      barred,
      consents: open?.consents ?? [],
    };
  });
}
