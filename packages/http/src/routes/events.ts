import { lastEventOf } from '../conditions.js';
import { eventStream } from '../eventStream.js';
import { type Answer, type Call, defineRoute, type Route } from '../route.js';
import { noQuery } from '../wire.js';
import { nothing, ofTicket } from './parameters.js';

/** A stream from behind the event that the reader saw last, or from the end of the outbox. */
async function streamed(
  { remit, actor, request, report }: Call<unknown, unknown, unknown>,
  ofOne: { readonly ticketId?: string },
): Promise<Answer> {
  const seen = lastEventOf(request.headers);
  // Asked before the answer begins: whoever may not read, or names no ticket of theirs, is refused with a status.
  const { last } = await remit.changes(actor, { after: null, ...ofOne });
  const stream = eventStream({
    next: (after, withinMs, signal) => remit.changes(actor, { after, withinMs, signal, ...ofOne }),
    after: seen ?? last,
    ready: seen === null ? last : null,
    signal: request.signal,
    report: (error) => report('sending events', error),
  });
  return {
    status: 200,
    body: null,
    headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' },
    stream,
  };
}

const EVENTS = 'Each event names what happened; read what it names. With Last-Event-ID nothing is missed or repeated.';

/** What happened, as it happens. */
export const EVENTS_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'GET',
    pattern: '/events',
    doc: `Everything that happens, as server-sent events. ${EVENTS}`,
    name: 'streamEvents',
    tag: 'events',
    scopes: ['tickets:read'],
    headers: ['Last-Event-ID'],
    path: nothing,
    query: noQuery,
    body: null,
    success: 'events',
    answer: (call) => streamed(call, {}),
  }),
  defineRoute({
    method: 'GET',
    pattern: '/tickets/{ticket_id}/events',
    doc: `What happens to one ticket, as server-sent events. ${EVENTS}`,
    name: 'streamTicketEvents',
    tag: 'events',
    scopes: ['tickets:read'],
    headers: ['Last-Event-ID'],
    codes: ['not_found'],
    path: ofTicket,
    query: noQuery,
    body: null,
    success: 'events',
    answer: (call) => streamed(call, { ticketId: call.path.ticket_id }),
  }),
];
