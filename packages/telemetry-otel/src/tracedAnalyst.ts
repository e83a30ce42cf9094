import { context, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import type { Analyst } from '@remit/core';
import { contextOf } from './traceparent.js';

/** An analyst whose work is a span `remit.analysis` in the trace of the ticket; what it calls is recorded below it. */
export function tracedAnalyst(analyst: Analyst, tracer: Tracer = trace.getTracer('@remit/telemetry-otel')): Analyst {
  return {
    ...analyst,
    name: analyst.name,
    async analyze(input, options) {
      const { tenant, ticketId, category, traceparent } = input.ticket;
      const parent = contextOf(traceparent);
      const attributes = {
        'remit.tenant': tenant,
        'remit.ticket.id': ticketId,
        'remit.category': category,
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': analyst.name,
      };
      const span = tracer.startSpan('remit.analysis', { attributes }, parent);
      try {
        return await context.with(trace.setSpan(parent, span), () => analyst.analyze(input, options));
      } catch (error) {
        span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown');
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    },
  };
}
