import { type Plan, planHashOf } from '../domain/action.js';
import type { Principal } from '../domain/approval.js';
import { resolvePlan } from '../domain/catalogue.js';
import { DONE_AS_PROPOSED } from '../domain/guarantee/trial.js';
import { maySamePerson } from '../domain/identity.js';
import { lessonsByHand } from '../domain/learning.js';
import type { OutcomeFact } from '../domain/pattern.js';
import { shadowLessons } from '../domain/shadow.js';
import type { Agreement, HumanResolution, TicketRecord } from '../domain/ticket.js';
import { RemitError } from '../errors.js';
import { appendOrAgain } from './append.js';
import type { EngineContext } from './context.js';
import { parseResolution } from './parse.js';
import { runChecks, scopesOf } from './reads.js';
import type { ResolutionInput } from './remit.js';
import { follow } from './run.js';
import { withEntries } from './tools.js';

/* A person fixed it: what was waiting ends, and what they did teaches the pattern. */

/** Ends a remediation that has not begun to act. One that acts stops by its own look at the ticket before its next call. */
export async function withdraw(
  context: EngineContext,
  actor: Principal,
  remediationId: string,
  reason: 'resolved_by_person' | typeof DONE_AS_PROPOSED | 'opt_in_withdrawn' | 'ticket_cancelled',
): Promise<void> {
  const { tenant } = actor;
  await appendOrAgain(context, { tenant, remediationId, actor: actor.id }, async ({ state }, stamp) => {
    if (!['proposed', 'awaiting_approval', 'deferred'].includes(state.state)) return { done: null };
    const followed = follow(state, { type: 'end', end: 'withdrawn', reason }, stamp);
    return followed.ok ? { append: followed, result: null } : { done: null };
  });
}

/**
 * Whether what the person did is what was proposed, the fault was there when it was proposed, and the catalogue's own
 * reads say that it worked. A fault that nobody saw proves nothing by being gone.
 */
async function isConfirmed(context: EngineContext, ticket: TicketRecord, plan: Plan): Promise<boolean> {
  const proposed = ticket.assessment?.analysis.plan;
  if (!proposed || !ticket.assessment?.symptomShown || planHashOf(proposed) !== planHashOf(plan)) return false;
  const resolved = resolvePlan(context.catalogue, plan, ticket.tenant);
  if (!resolved.ok) return false;
  const writes = withEntries(context, resolved.actions).filter(({ step }) => step.class !== 'read_only');
  if (writes.length === 0) return false;
  for (const { step, entry } of writes) {
    const results = await runChecks(context, entry.validation, scopesOf(step));
    if (results.length === 0 || results.some(({ passed }) => !passed)) return false;
  }
  return true;
}

/** How what the person did compares with what was proposed. */
function agreementOf(ticket: TicketRecord, plan: Plan): Agreement {
  const proposed = ticket.assessment?.analysis.plan;
  if (!proposed || proposed.actions.length === 0) return 'no_proposal';
  if (plan.actions.length === 0) return 'not_told';
  return planHashOf(proposed) === planHashOf(plan) ? 'same' : 'different';
}

function lessonsOf(ticket: TicketRecord, resolution: HumanResolution): readonly OutcomeFact[] {
  const { actions, resolver: principal, atMs, confirmed } = resolution;
  const said = { principal, atMs, resolved: true, executed: confirmed, succeeded: confirmed, via: 'human' } as const;
  return lessonsByHand(ticket, actions, said);
}

/** Records that a person fixed a ticket. */
export async function resolveTicket(
  context: EngineContext,
  actor: Principal,
  ticket: TicketRecord,
  input: ResolutionInput,
): Promise<TicketRecord> {
  const { text, actions, timeToResolve } = parseResolution(input);
  const unknown = actions.findIndex(({ action }) => !context.catalogue.actions.some(({ name }) => name === action));
  if (unknown >= 0) {
    throw new RemitError('invalid_input', 'The resolution names an action that is not in the catalogue.', {
      faults: [{ pointer: `/actions/${unknown}/action`, detail: 'is not in the catalogue' }],
      nextStep: 'Name an action of the catalogue, or describe what was done in `text` alone.',
    });
  }
  const confirmed = actions.length > 0 && (await isConfirmed(context, ticket, { actions }));
  if (ticket.resolution === null && ticket.remediationId !== null) {
    // Who opens a ticket and fixes it alone proves nothing to the gate.
    const isProof = confirmed && !maySamePerson(actor.id, ticket.submitter);
    await withdraw(context, actor, ticket.remediationId, isProof ? DONE_AS_PROPOSED : 'resolved_by_person');
  }
  const atMs = await context.storage.now();
  const agreement = agreementOf(ticket, { actions });
  const resolution: HumanResolution = { resolver: actor.id, atMs, text, actions, timeToResolve, confirmed, agreement };
  // Another fix than the one shown casts a little doubt on it, until somebody says whether it would have worked.
  const doubted = agreement === 'different' ? shadowLessons(ticket, { agrees: false, by: actor.id, atMs }) : [];
  const facts = [...lessonsOf(ticket, resolution), ...doubted];
  const resolved = await context.storage.tickets.resolve(actor.tenant, ticket.ticketId, resolution, facts);
  switch (resolved.kind) {
    case 'resolved':
      return resolved.record;
    case 'unfinished':
      throw new RemitError('ticket_conflict', 'A remediation of this ticket is running.', {
        nextStep: 'Wait until it has ended, or halt it first.',
      });
    case 'already_resolved':
      throw new RemitError('ticket_closed', 'This ticket is resolved already.', {
        nextStep: 'Give feedback on it, or open a new ticket.',
      });
    case 'not_found':
      throw new RemitError('not_found', `There is no ticket ${ticket.ticketId}.`);
    default:
      return resolved satisfies never;
  }
}
