import { putOffMs } from '../domain/policy.js';
import type { Intent } from '../domain/remediation.js';
import type { GuardAnswer, Verdict } from '../domain/safety.js';
import { messageOf } from '../errors.js';
import { stepsOf } from './carryOut.js';
import type { EngineContext } from './context.js';
import { decideAgain, policyInForce } from './gather.js';
import type { ClearRequest } from './guard/check.js';
import type { Run } from './run.js';
import { readTools, toolsOfSteps } from './tools.js';

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
  const { tenant, ticketId, remediationId, state } = run;
  const ticket = await context.storage.tickets.find(tenant, ticketId);
  const { policy, version } = await policyInForce(context, tenant, state.proposal.category);
  const { patternId, similarity, plan, analysis } = state.proposal;
  const matter = { analysis: { plan, confidence: analysis.confidence }, recognition: { patternId, similarity } };
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
    optedIn: ticket?.optedIn === true && (intent.direction === 'undo' || ticket.resolution === null),
    nowMs: await context.storage.now(),
    leaseUntilMs: run.leaseUntilMs,
    decideAgain: () =>
      ticket ? decideAgain(context, { ...matter, ticket }) : Promise.reject(new Error('The ticket is gone.')),
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
