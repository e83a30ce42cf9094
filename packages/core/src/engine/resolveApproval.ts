import {
  type Approval,
  barredBecause,
  bindingDifferences,
  goodUntil,
  hasApproveScope,
  inApproverGroups,
  type Principal,
} from '../domain/approval.js';
import type { Policy } from '../domain/policy.js';
import { isEnd, type Refusal, replay, type Stamp, type StartedRemediation } from '../domain/remediation.js';
import type { TicketRecord } from '../domain/ticket.js';
import { type ErrorCode, RemitError } from '../errors.js';
import type { Append, LoadedRemediation } from '../ports/storage.js';
import type { EngineContext } from './context.js';
import { policyInForce } from './gather.js';
import { parseAnswer } from './parse.js';
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

/** A remediation's log and the state it tells. */
export interface FoundRemediation {
  readonly loaded: LoadedRemediation;
  readonly state: StartedRemediation;
}

/** Loads a remediation as its state. */
export async function loadState(
  context: EngineContext,
  tenant: string,
  remediationId: string,
): Promise<FoundRemediation | null> {
  const loaded = await context.storage.remediations.load(tenant, remediationId);
  const state = loaded ? replay(loaded.rows) : null;
  return loaded && state && state.state !== 'none' ? { loaded, state } : null;
}

/** @throws RemitError `forbidden` when the principal may not answer for this category; otherwise the policy in force. */
export async function requireApprover(context: EngineContext, actor: Principal, category: string): Promise<Policy> {
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
async function logAttempt(
  context: EngineContext,
  actor: Principal,
  loaded: LoadedRemediation,
  state: StartedRemediation,
  attempt: { readonly named: string; readonly refusal: string },
): Promise<void> {
  if (!state.approval) return;
  const stamp = { atMs: await context.storage.now(), actor: actor.id };
  const followed = follow(state, { type: 'refuse_attempt', ...attempt }, stamp);
  if (followed.ok) await appendUnleased(context, actor.tenant, loaded, stamp, followed);
}

/** Appends rows that need no lease, and tells observers; false when somebody else wrote first. */
export async function appendUnleased(
  context: EngineContext,
  tenant: string,
  loaded: LoadedRemediation,
  stamp: Stamp,
  { events, projection, facts = [] }: Pick<Append, 'events' | 'projection'> & Partial<Pick<Append, 'facts'>>,
): Promise<boolean> {
  const { remediationId, version: expectedVersion } = loaded;
  const row = { tenant, remediationId, expectedVersion, token: null, ...stamp, events, projection, facts };
  const appended = await context.storage.remediations.append(row);
  if (appended.kind !== 'appended') return false;
  for (const stored of appended.rows) context.observers.tell('remediation_event', stored);
  return true;
}

function isRunnable(state: StartedRemediation): boolean {
  return !isEnd(state.state) && state.state !== 'awaiting_approval';
}

/** Two answers at the same moment: the loser reads again; it gives up only if this goes on and on. */
const ATTEMPTS = 10;

/** Stores a person's answer to the open approval of a ticket. */
export async function answerApproval(
  context: EngineContext,
  actor: Principal,
  ticket: TicketRecord,
  input: ApprovalAnswer,
): Promise<void> {
  const answer = parseAnswer(input);
  const policy = await requireApprover(context, actor, ticket.category);
  const { storage, queue } = context;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const found = ticket.remediationId === null ? null : await loadState(context, actor.tenant, ticket.remediationId);
    if (!found) {
      const { code, message, nextStep } = REFUSED.nothing_to_approve as NonNullable<
        (typeof REFUSED)['nothing_to_approve']
      >;
      throw new RemitError(code, message, { nextStep });
    }
    const { loaded, state } = found;
    const { approvalId, bindingHash, comment, reasonCode } = answer;
    const stamp = { atMs: await storage.now(), actor: actor.id };
    const goodUntilMs = goodUntil(stamp.atMs, policy.maintenanceWindows);
    const command = answer.approve
      ? ({ type: 'approve', approvalId, bindingHash, comment, goodUntilMs } as const)
      : ({ type: 'reject', approvalId, bindingHash, comment, reasonCode } as const);
    const followed = follow(state, command, stamp);
    if (!followed.ok) {
      await logAttempt(context, actor, loaded, state, { named: approvalId, refusal: followed.refused });
      const differs = await differencesFrom(context, ticket, state.approval, answer);
      throw refusal(followed.refused, state, actor, answer, differs);
    }
    if (followed.events.length === 0) return;
    if (!(await appendUnleased(context, actor.tenant, loaded, stamp, followed))) continue;
    const { remediationId: id } = loaded;
    if (isRunnable(followed.after)) await queue.wake({ kind: 'remediation', tenant: actor.tenant, id });
    return;
  }
  throw new RemitError('version_conflict', 'Others kept answering at the same moment.', { nextStep: 'Try again.' });
}
