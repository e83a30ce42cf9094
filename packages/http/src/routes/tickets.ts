import { z } from 'zod';
import { waitOf } from '../conditions.js';
import { defineRoute, type Route } from '../route.js';
import { traceparentOf } from '../trace.js';
import {
  acknowledgementToWire,
  acknowledgementWire,
  feedbackBody,
  feedbackFromWire,
  feedbackToWire,
  feedbackWire,
  noQuery,
  optInBody,
  pageFromWire,
  pageWire,
  receiptToWire,
  receiptWire,
  reopenBody,
  resolutionBody,
  resolutionFromWire,
  similarQuery,
  similarTicketsWire,
  similarToWire,
  submittedWire,
  ticketBody,
  ticketFromWire,
  ticketItemToWire,
  ticketItemWire,
  ticketsQuery,
  ticketToWire,
  ticketWire,
} from '../wire.js';
import { changedTicketWire, mayRead, ok, okPage, okTicket, whenDecided } from './answers.js';
import { nothing, ofTicket } from './parameters.js';

/** Handing tickets in, looking at them, and what people say about them. */
export const TICKETS_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'POST',
    pattern: '/tickets',
    doc: 'Takes a ticket in; `Prefer: wait=N` waits up to N seconds (at most 30) for the decision.',
    name: 'submitTicket',
    tag: 'tickets',
    scopes: ['tickets:write'],
    successes: [201, 200],
    headers: ['Prefer'],
    codes: ['unknown_category', 'ticket_conflict'],
    sends: ['Location'],
    path: nothing,
    query: noQuery,
    body: ticketBody,
    success: z.union([submittedWire, acknowledgementWire.extend({ warnings: submittedWire.shape.warnings })]),
    answer: async (call) => {
      const { remit, actor, basePath, body, request } = call;
      const { input, warnings } = ticketFromWire(body);
      const submitted = await remit.submitTicket(actor, { ...input, ...traceparentOf(request.headers) });
      const seconds = waitOf(request.headers);
      const { view, waited } = await whenDecided(call, submitted, seconds);
      return {
        status: submitted.created ? 201 : 200,
        body: { ...(mayRead(actor) ? ticketToWire(view) : acknowledgementToWire(view)), warnings },
        headers: {
          location: `${basePath}/tickets/${encodeURIComponent(input.ticketId)}`,
          ...(waited ? { 'preference-applied': `wait=${seconds}` } : {}),
        },
      };
    },
  }),
  defineRoute({
    method: 'GET',
    pattern: '/tickets',
    doc: 'Lists tickets, newest first.',
    name: 'listTickets',
    tag: 'tickets',
    scopes: ['tickets:read'],
    codes: ['unknown_category'],
    sends: ['Link'],
    path: nothing,
    query: ticketsQuery,
    body: null,
    success: pageWire(ticketItemWire),
    answer: async (call) => {
      const { remit, actor, query } = call;
      const { status, category } = query;
      const page = await remit.tickets(actor, {
        ...pageFromWire(query),
        ...(status === undefined ? {} : { status }),
        ...(category === undefined ? {} : { category }),
      });
      return okPage(call, page, ticketItemToWire);
    },
  }),
  defineRoute({
    method: 'GET',
    pattern: '/tickets/{ticket_id}',
    doc: 'One ticket with its analysis, reliability, decision and latest remediation.',
    name: 'getTicket',
    tag: 'tickets',
    scopes: ['tickets:read'],
    codes: ['not_found'],
    path: ofTicket,
    query: noQuery,
    body: null,
    success: ticketWire,
    answer: async ({ remit, actor, path }) => ok(ticketToWire(await remit.ticket(actor, path.ticket_id))),
  }),
  defineRoute({
    method: 'PATCH',
    pattern: '/tickets/{ticket_id}',
    doc: 'Opts a ticket in or out. Out ends pending work before its next write; in decides anew.',
    name: 'setOptIn',
    tag: 'tickets',
    scopes: ['tickets:write'],
    codes: ['not_found', 'ticket_closed'],
    path: ofTicket,
    query: noQuery,
    body: optInBody,
    success: changedTicketWire,
    answer: async (call) => {
      const { remit, actor, path, body } = call;
      return okTicket(call, await remit.setOptIn(actor, path.ticket_id, body.enable_auto_remediation));
    },
  }),
  defineRoute({
    method: 'POST',
    pattern: '/tickets/{ticket_id}/resolve',
    doc: 'A person fixed it: ends pending work of the ticket before its next write.',
    name: 'resolveTicket',
    tag: 'tickets',
    scopes: ['tickets:write'],
    codes: ['not_found', 'ticket_conflict', 'ticket_closed'],
    path: ofTicket,
    query: noQuery,
    body: resolutionBody,
    success: changedTicketWire,
    answer: async (call) => {
      const { remit, actor, path, body } = call;
      return okTicket(call, await remit.resolveTicket(actor, path.ticket_id, resolutionFromWire(body)));
    },
  }),
  defineRoute({
    method: 'POST',
    pattern: '/tickets/{ticket_id}/reopen',
    doc: 'It is broken still, or again: a person has to look. Within 7 days the fix counts as a failure.',
    name: 'reopenTicket',
    tag: 'tickets',
    scopes: ['tickets:write'],
    codes: ['not_found', 'ticket_not_resolved'],
    path: ofTicket,
    query: noQuery,
    body: reopenBody,
    success: changedTicketWire,
    answer: async (call) => {
      const { remit, actor, path, body } = call;
      return okTicket(call, await remit.reopenTicket(actor, path.ticket_id, { reason: body.reason ?? null }));
    },
  }),
  defineRoute({
    method: 'POST',
    pattern: '/tickets/{ticket_id}/cancel',
    doc: 'Nobody wants it worked on any more: ends what waits, and closes the ticket.',
    name: 'cancelTicket',
    tag: 'tickets',
    scopes: ['tickets:write'],
    codes: ['not_found', 'ticket_conflict', 'ticket_closed'],
    path: ofTicket,
    query: noQuery,
    body: null,
    success: changedTicketWire,
    answer: async (call) => okTicket(call, await call.remit.cancelTicket(call.actor, call.path.ticket_id)),
  }),
  defineRoute({
    method: 'POST',
    pattern: '/feedback',
    doc: "Records the caller's feedback on a ticket; one vote per author and ticket, the last wins.",
    name: 'giveFeedback',
    tag: 'feedback',
    scopes: ['feedback:write'],
    successes: [201, 200],
    codes: ['not_found'],
    path: nothing,
    query: noQuery,
    body: feedbackBody,
    success: receiptWire,
    answer: async ({ remit, actor, body }) => {
      const { input, warnings } = feedbackFromWire(body);
      const receipt = await remit.recordFeedback(actor, input);
      return {
        status: receipt.replaced ? 200 : 201,
        body: receiptToWire(receipt, { warnings, maySee: mayRead(actor) }),
      };
    },
  }),
  defineRoute({
    method: 'GET',
    pattern: '/tickets/{ticket_id}/feedback',
    doc: 'All feedback on a ticket, oldest first.',
    name: 'listFeedback',
    tag: 'feedback',
    scopes: ['tickets:read'],
    codes: ['not_found'],
    path: ofTicket,
    query: noQuery,
    body: null,
    success: pageWire(feedbackWire),
    answer: async (call) => {
      const items = await call.remit.feedbackOf(call.actor, call.path.ticket_id);
      return okPage(call, { items, nextCursor: null }, feedbackToWire);
    },
  }),
  defineRoute({
    method: 'GET',
    pattern: '/tickets/{ticket_id}/similar',
    doc: 'Earlier tickets that are alike, most alike first, with the terms they share.',
    name: 'listSimilarTickets',
    tag: 'tickets',
    scopes: ['tickets:read'],
    codes: ['not_found'],
    path: ofTicket,
    query: similarQuery,
    body: null,
    success: similarTicketsWire,
    answer: async ({ remit, actor, path, query }) =>
      ok({ items: (await remit.similarTickets(actor, path.ticket_id, query)).map(similarToWire) }),
  }),
];
