import type { Logger } from '../ports/logger.js';
import type { Observers } from './observe.js';

/** The trace id of a W3C traceparent; undefined without one. */
function traceIdOf(traceparent: string | undefined): string | undefined {
  return traceparent?.split('-')[1];
}

/** Tells a logger what observers are told: ids and states, never what a ticket, a tool or a model said. */
export function logEvents({ emitter }: Pick<Observers, 'emitter'>, logger: Logger): void {
  const say = (facts: Readonly<Record<string, unknown>>, message: string): void => logger.info?.(facts, message);
  emitter.on('ticket_received', ({ tenant, ticketId, traceparent }) => {
    say({ tenant, ticket_id: ticketId, trace_id: traceIdOf(traceparent) }, 'A ticket was taken in.');
  });
  emitter.on('ticket_reopened', ({ tenant, ticketId, traceparent }) => {
    say({ tenant, ticket_id: ticketId, trace_id: traceIdOf(traceparent) }, 'A ticket was reopened.');
  });
  emitter.on('incident_reported', ({ ticket: { tenant, ticketId, traceparent }, said, result, reason, by }) => {
    const facts = { tenant, ticket_id: ticketId, trace_id: traceIdOf(traceparent), said, result, reason, by };
    say(facts, 'Another system reported an incident.');
  });
  emitter.on('remediation_event', ({ tenant, ticketId, remediationId, seq, event: { type } }) => {
    say({ tenant, ticket_id: ticketId, remediation_id: remediationId, seq, type }, 'A row was written.');
  });
  emitter.on('halt_raised', ({ haltId, tenant }) => say({ tenant, halt_id: haltId }, 'A halt was raised.'));
  emitter.on('halt_lifted', ({ haltId, tenant, by }) => say({ tenant, halt_id: haltId, by }, 'A halt was lifted.'));
  emitter.on('policy_changed', ({ tenant, category, version, by }) => {
    say({ tenant, category, version, by }, 'A policy was changed.');
  });
  emitter.on('trouble', ({ where, error }) => logger.error({ where, error }, 'Something failed; Remit went on.'));
}
