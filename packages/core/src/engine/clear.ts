import { putOffMs } from '../domain/policy.js';
import type { Intent } from '../domain/remediation.js';
import type { GuardAnswer, Verdict } from '../domain/safety.js';
import { messageOf } from '../errors.js';
import { stepsOf } from './carryOut.js';
import type { EngineContext } from './context.js';
import { decideAgain } from './gather.js';
import type { ClearRequest } from './guard/check.js';
import { toolsOfSteps } from './pins.js';
import { orDefault } from './policyInForce.js';
import type { Run } from './run.js';
import { readTools } from './tools.js';

/* The question before every call: may it be made? */

/** Asks one guard. A host's own that throws has not said yes: the run waits, ever longer, or stops where it is. */
async function ask(
  context: EngineContext,
  guard: EngineContext['guards'][number],
  request: ClearRequest,
): Promise<GuardAnswer> {
  try {
    return await guard.clear(request);
  } catch (error) {
    context.observers.tell('trouble', { where: `guard of ${request.remediationId}`, error });
    const untilMs = request.nowMs + putOffMs(request.remediation.putOff, 'host_guard');
    const because = `The host's guard failed: ${messageOf(error)}`;
    const verdict: Verdict = { check: 'host_guard', answer: 'deferred', because, evidence: null, untilMs };
    return { kind: 'refused', verdict, verdicts: [verdict] };
  }
}

/** Asks the built-in guard and a host's own. The first no holds; the built-in one looks last and gives the clearance. */
export async function clear(context: EngineContext, run: Run, intent: Intent): Promise<GuardAnswer> {
  const { storage } = context;
  const { tenant, ticketId, remediationId, state } = run;
  const { category, patternId, similarity, plan, analysis } = state.proposal;
  const orders = await storage.standingOrders(tenant, { ticketId, category });
  const { policy, version } = orDefault(orders.policy, category);
  const request: ClearRequest = {
    tenant,
    ticketId,
    remediationId,
    remediation: state,
    intent,
    steps: stepsOf(context, run),
    policy,
    policyVersion: version,
    // What a person mended in the meantime may still have to be taken back; what was opted out may not.
    optedIn: orders.ticket?.optedIn === true && (intent.direction === 'undo' || !orders.ticket.isResolvedByPerson),
    nowMs: orders.nowMs,
    leaseUntilMs: run.leaseUntilMs,
    async decideAgain() {
      const ticket = await storage.tickets.find(tenant, ticketId);
      if (!ticket) throw new Error('The ticket is gone.');
      const { confidence } = analysis;
      return decideAgain(context, { analysis: { plan, confidence }, recognition: { patternId, similarity }, ticket });
    },
    readTools: () => readTools(context, tenant, toolsOfSteps(stepsOf(context, run))),
  };
  const verdicts: Verdict[] = [];
  let answer: GuardAnswer | null = null;
  for (const guard of context.guards) {
    answer = await ask(context, guard, request);
    verdicts.push(...answer.verdicts);
    if (answer.kind === 'refused') return { ...answer, verdicts };
  }
  if (!answer) throw new Error('No guard is configured.');
  return { ...answer, verdicts };
}
