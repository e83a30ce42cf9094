import {
  type Approval,
  barredBecause,
  bindingDifferences,
  goodUntil,
  hasApproveScope,
  inApproverGroups,
  type Principal,
} from '../domain/approval.js';
import { lessonsOf } from '../domain/learning.js';
import type { Policy } from '../domain/policy.js';
import { isEnd, type Refusal, type StartedRemediation } from '../domain/remediation.js';
import type { TicketRecord } from '../domain/ticket.js';
import { type ErrorCode, RemitError } from '../errors.js';
import { appendOrAgain, appendUnleased, type FoundRemediation } from './append.js';
import { requirePrincipal } from './authorise.js';
import type { EngineContext } from './context.js';
import { parseAnswer } from './parse.js';
import { policyInForce } from './policyInForce.js';
import { silencedVotes, silenceVotes } from './recordFeedback.js';
import type { ApprovalAnswer } from './remit.js';
import { follow } from './run.js';

/* A person answers: yes lets the runner go on from where the decision stopped, no ends the remediation. */

const REFUSED: Partial<Record<Refusal, { code: ErrorCode; message: string; nextStep: string }>> = {
  nothing_to_approve: {
    code: 'nothing_to_approve',
    message: 'This ticket has nothing to approve.',
    nextStep: 'Look at the ticket: its decision says who acts.',
  },
  approval_stale: {
    code: 'approval_stale',
    message: 'The answer names another approval than the one that is open.',
    nextStep: 'Read the ticket again and answer what it shows now.',
  },
  approval_expired: {
    code: 'approval_expired',
    message: 'The approval request has expired.',
    nextStep: 'Hand the ticket in again, or fix it by hand.',
  },
  already_decided: {
    code: 'approval_decided',
    message: 'This approval was answered before.',
    nextStep: 'Read the ticket: its log says who answered what.',
  },
  approver_barred: {
    code: 'approver_barred',
    message: 'You may not answer this approval.',
    nextStep: 'Ask somebody else who holds remediation:approve.',
  },
};

/** @throws RemitError `forbidden` when the principal may not answer for this category; otherwise the policy in force. */
export async function requireApprover(context: EngineContext, actor: Principal, category: string): Promise<Policy> {
  requirePrincipal(actor);
  const { policy } = await policyInForce(context, actor.tenant, category);
  if (!hasApproveScope(actor, category)) {
    throw new RemitError('forbidden', `${actor.id} may not approve in category ${category}.`, {
      nextStep: `Ask an administrator for the scope remediation:approve:${category}.`,
      facts: { scope: `remediation:approve:${category}` },
    });
  }
  if (!inApproverGroups(actor, policy)) {
    throw new RemitError('forbidden', `${actor.id} is in none of the groups that approve in category ${category}.`, {
      nextStep: `Ask a member of ${policy.approverGroups.join(', ')}.`,
      facts: { groups: policy.approverGroups },
    });
  }
  return policy;
}

/** What changed between the request the answer names and the open one; which id differs when there is no such request. */
async function differencesFrom(
  context: EngineContext,
  ticket: TicketRecord,
  open: Approval | null,
  named: { readonly approvalId: string; readonly bindingHash: string },
): Promise<readonly string[]> {
  const log = await context.storage.remediations.logOf(ticket.tenant, ticket.ticketId);
  const shown = log
    .map(({ event }) => event)
    .find((event) => event.type === 'approval_requested' && event.bindingHash === named.bindingHash);
  if (open && shown?.type === 'approval_requested') return bindingDifferences(shown.binding, open.binding);
  return open?.approvalId === named.approvalId ? ['bindingHash'] : ['approvalId'];
}

function refusal(
  refused: Refusal,
  state: StartedRemediation,
  actor: Principal,
  answer: ApprovalAnswer,
  differs: readonly string[],
): RemitError {
  const known = REFUSED[refused];
  if (!known) return new RemitError('internal', `The answer was refused: ${refused}.`);
  const { approval } = state;
  const barred = approval ? barredBecause(approval.barred, actor.id) : null;
  const message = barred === null ? known.message : `${known.message.slice(0, -1)}: ${actor.id} ${barred}.`;
  const shown = { approvalId: approval?.approvalId, bindingHash: approval?.bindingHash };
  const named = { approvalId: answer.approvalId, bindingHash: answer.bindingHash };
  const facts = refused === 'approval_stale' ? { differs, open: shown, named } : {};
  return new RemitError(known.code, message, { nextStep: known.nextStep, facts });
}

/** Keeps that somebody tried, whatever came of it. A lost race for the row is no reason to fail. */
export async function logAttempt(
  context: EngineContext,
  actor: Principal,
  { loaded, state }: FoundRemediation,
  attempt: { readonly named: string; readonly refusal: string },
): Promise<void> {
  const stamp = { atMs: await context.storage.now(), actor: actor.id };
  const followed = follow(state, { type: 'refuse_attempt', ...attempt }, stamp);
  if (followed.ok) await appendUnleased(context, loaded, stamp, followed);
}

function isRunnable(state: StartedRemediation): boolean {
  return !isEnd(state.state) && state.state !== 'awaiting_approval';
}

function nothingToApprove(): RemitError {
  return new RemitError('nothing_to_approve', 'This ticket has nothing to approve.', {
    nextStep: 'Look at the ticket: its decision says who acts.',
  });
}

/** Stores a person's answer to the open approval of a ticket. */
export async function answerApproval(
  context: EngineContext,
  actor: Principal,
  ticket: TicketRecord,
  input: ApprovalAnswer,
): Promise<void> {
  const answer = parseAnswer(input);
  const policy = await requireApprover(context, actor, ticket.category);
  const { tenant } = actor;
  const { remediationId } = ticket;
  if (remediationId === null) throw nothingToApprove();
  const who = { tenant, remediationId, actor: actor.id };
  const runs = await appendOrAgain(context, who, async ({ loaded, state }, stamp) => {
    const { approvalId, bindingHash, comment, reasonCode } = answer;
    const goodUntilMs = goodUntil(stamp.atMs, policy.maintenanceWindows);
    const command = answer.approve
      ? ({ type: 'approve', approvalId, bindingHash, comment, goodUntilMs } as const)
      : ({ type: 'reject', approvalId, bindingHash, comment, reasonCode } as const);
    const followed = follow(state, command, stamp);
    if (!followed.ok) {
      await logAttempt(context, actor, { loaded, state }, { named: approvalId, refusal: followed.refused });
      const differs = await differencesFrom(context, ticket, state.approval, answer);
      throw refusal(followed.refused, state, actor, answer, differs);
    }
    if (followed.events.length === 0) return { done: false };
    const silenced = answer.approve ? await silencedVotes(context, ticket, actor.id) : [];
    const learned = isEnd(followed.after.state) ? lessonsOf(followed.after, loaded, stamp.atMs) : [];
    const facts = [...silenced, ...learned];
    return { append: { ...followed, facts }, result: isRunnable(followed.after) };
  });
  if (runs === null) throw nothingToApprove();
  if (answer.approve) await silenceVotes(context, ticket, actor.id);
  if (runs) await context.queue.wake({ kind: 'remediation', tenant, id: remediationId });
}
