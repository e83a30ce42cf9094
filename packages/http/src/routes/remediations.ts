import { defineRoute, type Route } from '../route.js';
import {
  adjudicationBody,
  adjudicationFromWire,
  approvalBody,
  approvalFromWire,
  logRowToWire,
  logRowWire,
  noQuery,
  pageFromWire,
  pageQuery,
  pageWire,
  reconciliationBody,
  reconciliationFromWire,
  ticketToWire,
  ticketWire,
} from '../wire.js';
import { changedTicketWire, okPage, okTicket } from './answers.js';
import { nothing, ofTicket } from './parameters.js';

/** What is done about a ticket, and a person's word on it. */
export const REMEDIATIONS_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'GET',
    pattern: '/approvals',
    doc: 'Tickets that wait for an approval, oldest first.',
    name: 'listApprovals',
    tag: 'approvals',
    scopes: ['tickets:read'],
    sends: ['Link'],
    path: nothing,
    query: pageQuery,
    body: null,
    success: pageWire(ticketWire),
    answer: async (call) => {
      const page = await call.remit.pendingApprovals(call.actor, pageFromWire(call.query));
      return okPage(call, page, ticketToWire);
    },
  }),
  defineRoute({
    method: 'POST',
    pattern: '/tickets/{ticket_id}/approve-remediation',
    doc: "A person's yes or no to exactly what was shown (approval_id and binding_hash).",
    name: 'answerApproval',
    tag: 'approvals',
    scopes: ['remediation:approve', 'remediation:approve:CATEGORY'],
    codes: [
      'not_found',
      'nothing_to_approve',
      'approval_stale',
      'approval_expired',
      'approval_decided',
      'approver_barred',
      'version_conflict',
    ],
    path: ofTicket,
    query: noQuery,
    body: approvalBody,
    success: changedTicketWire,
    // Others answered at the same moment; no version was named, so no precondition failed.
    statuses: { version_conflict: 409 },
    answer: async (call) => {
      const { remit, actor, path, body } = call;
      return okTicket(call, await remit.answerApproval(actor, path.ticket_id, approvalFromWire(body)));
    },
  }),
  defineRoute({
    method: 'POST',
    pattern: '/tickets/{ticket_id}/reconcile',
    doc: 'Ends what is parked: an unknown outcome, or effects that a halt left standing. The old call may still land.',
    name: 'reconcile',
    tag: 'approvals',
    scopes: ['remediation:approve', 'remediation:approve:CATEGORY'],
    codes: [
      'not_found',
      'nothing_to_approve',
      'approval_stale',
      'approver_barred',
      'opt_in_missing',
      'halt_in_force',
      'version_conflict',
    ],
    path: ofTicket,
    query: noQuery,
    body: reconciliationBody,
    success: changedTicketWire,
    statuses: { version_conflict: 409 },
    answer: async (call) => {
      const { remit, actor, path, body } = call;
      return okTicket(call, await remit.reconcile(actor, path.ticket_id, reconciliationFromWire(body)));
    },
  }),
  defineRoute({
    method: 'POST',
    pattern: '/tickets/{ticket_id}/adjudicate',
    doc: 'Shadow mode: says whether the proposal would have worked, where the person who fixed it did something else.',
    name: 'adjudicate',
    tag: 'approvals',
    scopes: ['remediation:approve', 'remediation:approve:CATEGORY'],
    codes: ['not_found', 'nothing_to_adjudicate', 'already_adjudicated', 'approver_barred'],
    path: ofTicket,
    query: noQuery,
    body: adjudicationBody,
    success: changedTicketWire,
    answer: async (call) => {
      const { remit, actor, path, body } = call;
      return okTicket(call, await remit.adjudicate(actor, path.ticket_id, adjudicationFromWire(body)));
    },
  }),
  defineRoute({
    method: 'GET',
    pattern: '/tickets/{ticket_id}/remediation-logs',
    doc: 'All log rows of a ticket, in the order in which they were written.',
    name: 'listRemediationLogs',
    tag: 'tickets',
    scopes: ['tickets:read'],
    codes: ['not_found'],
    path: ofTicket,
    query: noQuery,
    body: null,
    success: pageWire(logRowWire),
    answer: async (call) => {
      const items = await call.remit.logOf(call.actor, call.path.ticket_id);
      return okPage(call, { items, nextCursor: null }, logRowToWire);
    },
  }),
];
