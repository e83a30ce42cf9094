import { type Remit, RemitError, type TicketView } from '@remit/core';
import { DESCRIPTION } from '../earned.js';
import { person } from '../people.js';
import { happen } from './world.js';

/* Monitoring that hands in tickets and people who answer, vote and accept, for hours, on a store that goes away at times. */

/** One ticket to hand in. */
export interface Handed {
  readonly tenant: string;
  readonly ticketId: string;
  readonly category: string;
  readonly service: string;
}

/** What was done, and what is still open. */
export interface Crowd {
  readonly acknowledged: readonly Handed[];
  /** Tickets that still want something, by tenant and id. */
  readonly open: ReadonlyMap<string, Handed>;
  readonly approved: number;
  readonly rejected: number;
  readonly accepted: number;
  /** Tickets that got a vote which was acknowledged. */
  readonly voted: number;
  /** Errors that say something else than that the store was away or somebody was faster. */
  readonly odd: readonly string[];
  handIn(ticket: Handed): Promise<void>;
  /** One round over what is open. */
  act(): Promise<void>;
}

/** What may happen to people when others act at the same time. */
const USUAL: readonly string[] = [
  'approval_stale',
  'approval_expired',
  'approval_decided',
  'nothing_to_approve',
  'version_conflict',
  'halt_in_force',
];
const REJECTED_EVERY = 5;
const UNVOTED_EVERY = 3;
const ACCEPTED_EVERY = 2;
const AT_ONCE = 60;
const AGAIN_AFTER_MS = 500;

/** A moment. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The crowd of some tenants. */
export function crowdOf(remit: Remit, folder: string, storeIsAway: () => boolean): Crowd {
  const acknowledged: Handed[] = [];
  const open = new Map<string, Handed>();
  const odd: string[] = [];
  const counts = { approved: 0, rejected: 0, accepted: 0, voted: 0 };
  let [answers, ends, parked] = [0, 0, 0];

  /** Null when it did not work for a usual reason. */
  async function attempt<T>(work: () => Promise<T>): Promise<T | null> {
    const wasAway = storeIsAway();
    try {
      return await work();
    } catch (error) {
      const usual = RemitError.is(error) && USUAL.includes(error.code);
      if (!usual && !wasAway && !storeIsAway()) odd.push(error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  async function answer({ tenant, ticketId }: Handed, { remediation }: TicketView): Promise<void> {
    const request = remediation?.approval;
    if (!request) return;
    answers += 1;
    const approve = answers % REJECTED_EVERY !== 0;
    const { approvalId, bindingHash } = request;
    const approver = person(tenant, `gil-${answers % 3}`, 'remediation:approve');
    const done = await attempt(() => remit.answerApproval(approver, ticketId, { approve, approvalId, bindingHash }));
    if (done) counts[approve ? 'approved' : 'rejected'] += 1;
  }

  async function accept({ tenant, ticketId }: Handed, { remediation }: TicketView): Promise<boolean> {
    const option = remediation?.options.find(({ answer }) => answer === 'accept');
    if (!option) return true;
    parked += 1;
    // The others stay parked, with their locks: somebody is on leave.
    if (parked % ACCEPTED_EVERY !== 0) return true;
    const approver = person(tenant, 'hana', 'remediation:approve');
    const order = { answer: 'accept', bindingHash: option.bindingHash } as const;
    const done = await attempt(() => remit.reconcile(approver, ticketId, order));
    if (done) counts.accepted += 1;
    return done !== null;
  }

  async function vote({ tenant, ticketId }: Handed): Promise<boolean> {
    ends += 1;
    if (ends % UNVOTED_EVERY === 0) return true;
    const voter = person(tenant, `voter-${ends}`, 'feedback:write');
    const done = await attempt(() => remit.recordFeedback(voter, { ticketId, feedbackType: 'positive' }));
    if (done) counts.voted += 1;
    return done !== null;
  }

  /** Whether nobody has to look at it any more. */
  async function look(ticket: Handed): Promise<boolean> {
    const reader = person(ticket.tenant, 'rita');
    const view = await attempt(() => remit.ticket(reader, ticket.ticketId));
    if (!view) return false;
    const { status } = view.ticket;
    if (status === 'awaiting_approval') await answer(ticket, view);
    if (status === 'resolved') return vote(ticket);
    if (status === 'needs_human') return accept(ticket, view);
    return status === 'closed' || status === 'suggested';
  }

  let turn = 0;
  return {
    acknowledged,
    open,
    odd,
    get approved() {
      return counts.approved;
    },
    get rejected() {
      return counts.rejected;
    },
    get accepted() {
      return counts.accepted;
    },
    get voted() {
      return counts.voted;
    },
    async handIn(ticket) {
      const { tenant, ticketId, category, service } = ticket;
      happen(folder, service, { what: 'broke', atMs: Date.now() });
      const monitoring = person(tenant, 'monitoring', 'tickets:write', 'tickets:opt_in');
      const input = { ticketId, description: DESCRIPTION, category, optedIn: true, metadata: { service } };
      const targets = [`service:${service}`];
      // As a monitoring system would: again until it is acknowledged.
      while (!(await attempt(() => remit.submitTicket(monitoring, { ...input, targets })))) await pause(AGAIN_AFTER_MS);
      acknowledged.push(ticket);
      open.set(`${tenant}/${ticketId}`, ticket);
    },
    async act() {
      const all = [...open];
      const from = all.length === 0 ? 0 : (turn * AT_ONCE) % all.length;
      turn = from + AT_ONCE >= all.length ? 0 : turn + 1;
      const looks = all.slice(from, from + AT_ONCE).map(async ([key, ticket]) => {
        if (await look(ticket)) open.delete(key);
      });
      await Promise.all(looks);
    },
  };
}
