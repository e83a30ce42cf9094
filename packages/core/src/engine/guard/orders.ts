import type { Catalogue } from '../../domain/action.js';
import { type Approval, bindingDifferences } from '../../domain/approval.js';
import type { Json } from '../../domain/canonical.js';
import { resolvePlan } from '../../domain/catalogue.js';
import { isMorePermissive } from '../../domain/decision.js';
import { STORM_LOOKS_AT, sayDuration } from '../../domain/policy.js';
import type { DecisionBasis } from '../../domain/remediation.js';
import { blastRadiusFault, type Halt, haltFor } from '../../domain/safety.js';
import type { TicketPlan } from '../../domain/ticket.js';
import { callsOf } from '../orderedCalls.js';
import { changedTools, type ToolState } from '../pins.js';
import type { CataloguedStep } from '../reads.js';
import { Waiting } from '../waiting.js';
import { blocked, type ClearRequest, check, type Finding, facts, type GuardContext, superseded, yes } from './check.js';

/* Whether people and policy still want it: halt, opt-in, decision, approval, accepted tools, size. */

const NO_HALT = yes('No halt is in force.');

function lookForHalt(request: ClearRequest, { storage }: GuardContext): Waiting<Finding> {
  return Waiting.for(storage.halts.inForce(request.tenant), (halts) => judgeHalts(request, halts));
}

function judgeHalts({ tenant, remediation }: ClearRequest, halts: readonly Halt[]): Finding {
  const halt = haltFor(halts, tenant, remediation.proposal.category);
  if (!halt) return NO_HALT;
  return blocked(`${halt.by} halted ${halt.scope === 'category' ? 'this category' : 'everything'}: ${halt.reason}`, {
    haltId: halt.haltId,
    scope: halt.scope,
  });
}

/** Nobody ordered a stop. */
export const killSwitch = check('kill_switch', lookForHalt);
/** Still nobody: the last look before the yes. */
export const killSwitchAgain = check('kill_switch_again', lookForHalt);

/** The ticket is still opted in. Withdrawn, nothing more is sent for it, undo calls included. */
export const optIn = check('opt_in', ({ optedIn }) =>
  optedIn ? yes('The ticket is opted in.') : blocked('The ticket is not opted in any more.'),
);

/** Its category is still switched on. */
export const categoryEnabled = check('category_enabled', ({ policy, remediation }) => {
  const { category } = remediation.proposal;
  return policy.enabled ? yes(`Category ${category} is on.`) : superseded(`Category ${category} is switched off.`);
});

/** Where the run goes on by a person's order: the order holds, and still says what was shown. */
export const order = check('order', (request) => {
  const given = request.remediation.order?.approval;
  return given ? lookAtOrder(request, given) : yes('The run goes on by no order.');
});

async function lookAtOrder(request: ClearRequest, given: Approval): Promise<Finding> {
  const { remediation, tenant, remediationId, steps, nowMs, policyVersion } = request;
  const evidence = { approvalId: given.approvalId, bindingHash: given.bindingHash };
  if (given.consumedAtMs !== null) return yes('This run used the order up.', evidence);
  if (given.goodUntilMs === null) return blocked('Not enough people ordered it.', evidence);
  if (nowMs >= given.goodUntilMs) return blocked('The order is too old; it has to be given anew.', evidence);
  const { binding } = given;
  const shown = binding.order;
  if (!shown) return blocked('The order does not say what it orders.', evidence);
  const { accepted } = await request.readTools();
  const pins = Object.fromEntries(Object.keys(binding.pins).map((name) => [name, accepted[name] ?? '']));
  const calls = callsOf({ tenant, remediationId, state: remediation }, steps, shown.calls);
  const differences = bindingDifferences(binding, { ...binding, pins, policyVersion, order: { ...shown, calls } });
  return differences.length === 0
    ? yes(`Ordered by ${given.consents.map(({ by }) => by).join(', ')}.`, evidence)
    : blocked(`What was ordered has changed: ${differences.join(', ')}.`, { ...evidence, differences });
}

/** Today's facts would not lead to a stricter route. */
export const decisionAgain = check('decision_again', (request) =>
  Waiting.for(request.decideAgain(), (today) => compareDecisions(request, today)),
);

function compareDecisions({ remediation }: ClearRequest, today: DecisionBasis): Finding {
  const { route } = remediation.proposal.decision;
  const now = today.decision;
  const evidence: Json = { decided: route, today: facts(today) };
  // Sending again on a person's order is an approval: it stands for route `approval`, and for no other.
  const orderedBy = remediation.order ? remediation.doubt?.orderedBy : null;
  if (orderedBy && !isMorePermissive('approval', now.route)) {
    return yes(
      `${orderedBy} ordered it to be sent again; today's route would be ${now.route} (${now.reason}).`,
      evidence,
    );
  }
  return isMorePermissive(route, now.route)
    ? superseded(`Decided today, the route would be ${now.route} (${now.reason}), not ${route}.`, evidence)
    : yes(`Decided today, the route would be ${now.route} (${now.reason}).`, evidence);
}

/** Where the route wants one: a person's yes to exactly this, unused and in time. */
export const approval = check('approval', (request) =>
  request.remediation.proposal.decision.route === 'approval'
    ? lookAtApproval(request)
    : yes('The route needs no approval.'),
);

async function lookAtApproval(request: ClearRequest): Promise<Finding> {
  const { remediation, nowMs } = request;
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
}

/** The tools are the ones an operator accepted. */
export const toolPins = check('tool_pins', ({ steps, readTools }) =>
  Waiting.for(readTools(), (state) => compareTools(steps, state)),
);

function compareTools(steps: readonly CataloguedStep[], state: ToolState): Finding {
  if (state.now === null) return blocked('The tools could not be looked at.');
  const changed = changedTools(steps, state);
  if (changed.length === 0) return yes('All tools are as accepted.');
  const { unreachable = {} } = state.now;
  const out = Object.entries(unreachable).map(([server, because]) => `${server} could not be asked: ${because}`);
  const gone = changed.filter((name) => Object.hasOwn(unreachable, name.slice(0, Math.max(0, name.indexOf('/')))));
  const others = changed.filter((name) => !gone.includes(name));
  const moved = others.length === 0 ? [] : [`Changed since an operator accepted them: ${others.join(', ')}.`];
  return blocked([...moved, ...out].join(' '), { changed: others, unreachable });
}

/** The targets that an earlier ticket of the pattern was about, by its proposed plan. */
function targetsOf({ plan, ticketId }: TicketPlan, tenant: string, catalogue: Catalogue): string {
  const resolved = plan ? resolvePlan(catalogue, plan, tenant) : null;
  return resolved?.ok ? [...new Set(resolved.actions.flatMap(({ targets }) => targets))].sort().join() : ticketId;
}

/**
 * No storm: fewer tickets of the pattern on different targets than the limit, within its window. Tickets with the same targets
 * collapse by themselves: the second one waits for the lock and then finds the fault gone.
 */
export const stormGuard = check('storm_guard', (request, context) => {
  const { patternId } = request.remediation.proposal;
  const asked = context.storage.patterns.plansOf(request.tenant, patternId, { limit: STORM_LOOKS_AT });
  return Waiting.for(asked, (tickets) => judgeStorm(request, tickets, context));
});

function judgeStorm(
  { tenant, nowMs }: ClearRequest,
  tickets: readonly TicketPlan[],
  { catalogue, settings: { limits } }: GuardContext,
): Finding {
  const recent = tickets.filter(({ createdAtMs }) => createdAtMs > nowMs - limits.stormWindowMs);
  const groups = new Set(recent.map((ticket) => targetsOf(ticket, tenant, catalogue)));
  const evidence = { tickets: recent.length, differentTargets: groups.size };
  if (groups.size < limits.stormFrom) return yes('No storm of this pattern.', evidence);
  const within = sayDuration(limits.stormWindowMs);
  return blocked(
    `${recent.length} tickets of this pattern within ${within} on ${groups.size} targets: a storm.`,
    evidence,
  );
}

/** The plan is small enough. */
export const blastRadius = check('blast_radius', ({ remediation }, { settings }) => {
  const fault = blastRadiusFault(remediation.proposal.steps, settings.limits);
  return fault === null ? yes('The plan is small enough.') : blocked(fault);
});
