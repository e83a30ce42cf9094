import { type Attributes, SpanStatusCode } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { type Catalogue, createRemit, type Principal, type Remit, runbookAnalyst } from '@remit/core';
import { memoryStorage, recordingExecutor, shiftedClock } from '@remit/core/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { observeRemit, tracedAnalyst } from '../src/index.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const TRACEPARENT = `00-${TRACE}-b7ad6b7169203331-01`;
const SECRET_TEXT = 'service web not responding, says the letter of Mrs. Rossi';
const status = { tool: 'ops/status', arguments: { service: '$target' } };
const catalogue: Catalogue = {
  actions: [
    {
      name: 'restart_service',
      title: 'Restart a service',
      tool: 'ops/restart',
      class: 'safe_write',
      family: 'restart',
      categories: ['server'],
      arguments: z.strictObject({ service: z.string() }),
      targets: [{ kind: 'service', argument: '/service' }],
      allowedTargets: ['service:web'],
      timeoutMs: 500,
      idempotent: true,
      dedupes: false,
      symptom: { ...status, expect: [{ path: '/up', equals: false }] },
      prechecks: [],
      snapshot: { ...status, fields: ['/up'] },
      validation: [{ ...status, expect: [{ path: '/up', equals: true }] }],
      validationWithinMs: 50,
      irreversible: 'starting again is its own remedy',
    },
  ],
  runbooks: [
    {
      name: 'service-down',
      title: 'A service is down',
      categories: ['server'],
      symptomTexts: ['service not responding'],
      steps: [{ action: 'restart_service', arguments: { service: '$target' } }],
    },
  ],
};

const person = (id: string): Principal => ({
  id,
  tenant: 'acme',
  scopes: ['tickets:read', 'tickets:write', 'tickets:opt_in', 'feedback:write', 'remediation:approve'],
});

const started: Remit[] = [];
afterEach(async () => {
  for (const remit of started.splice(0)) await remit.close();
});

async function observed() {
  let up = true;
  const clock = shiftedClock();
  const storage = memoryStorage({ clock });
  const spans = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const tracer = tracerProvider.getTracer('test');
  const executor = recordingExecutor({
    'ops/status': { readOnly: true, run: () => ({ up }) },
    'ops/restart': {
      run: () => {
        up = true;
        return { restarted: 'web' };
      },
    },
  });
  const analyst = tracedAnalyst(runbookAnalyst(), tracer);
  const remit = createRemit({ storage, executor, catalogue, clock, analyst });
  started.push(remit);
  const observe = () =>
    observeRemit(remit, { storage, tracer, meter: meterProvider.getMeter('test'), waiting: async () => 3 });
  const observing = observe();
  await remit.start();
  /** Sums and counts of an instrument, with what they are about. */
  async function measured(name: string): Promise<readonly (readonly [Attributes, unknown])[]> {
    exporter.reset();
    await reader.forceFlush();
    const all = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
    return all
      .filter(({ descriptor }) => descriptor.name === name)
      .flatMap(({ dataPoints }) =>
        dataPoints.map(
          ({ attributes, value }) => [attributes, typeof value === 'object' ? value.count : value] as const,
        ),
      );
  }
  async function submit(ticketId: string, traceparent: string | null = TRACEPARENT) {
    up = false;
    const about = { description: SECRET_TEXT, category: 'server', targets: ['service:web'], optedIn: true };
    await remit.submitTicket(person('monitoring'), { ticketId, ...about, traceparent });
    return remit.whenAtRest(person('ana'), ticketId, 5_000);
  }
  /** Enough of the kind that the next one is worth asking about. */
  async function learn() {
    for (const [ticketId, fixer, voter] of [
      ['OLD-1', 'bo', 'cy'],
      ['OLD-2', 'di', 'ed'],
    ] as const) {
      const { remediation } = await submit(ticketId, null);
      if (remediation?.state === 'awaiting_approval') break;
      const actions = [{ action: 'restart_service', arguments: { service: 'web' } }];
      up = true;
      await remit.resolveTicket(person(fixer), ticketId, { text: 'restarted', actions });
      await remit.recordFeedback(person(voter), { ticketId, feedbackType: 'positive', rating: 5 });
      clock.advance(25 * 3_600_000);
    }
  }
  async function approve(ticketId: string) {
    const { remediation } = await remit.ticket(person('ana'), ticketId);
    const { approvalId = '', bindingHash = '' } = remediation?.approval ?? {};
    await remit.answerApproval(person('ana'), ticketId, { approve: true, approvalId, bindingHash });
    return remit.whenAtRest(person('ana'), ticketId, 5_000);
  }
  return { remit, clock, spans, observe, observing, measured, submit, learn, approve };
}

describe('what is observed of a ticket that is mended', () => {
  it('is one trace, that of the request it came with, from submission to validation', async () => {
    const { learn, submit, approve, clock, spans, observing, measured } = await observed();
    await learn();
    spans.reset();
    expect((await submit('INC-1')).remediation?.state).toBe('awaiting_approval');
    clock.advance(90_000);
    expect((await approve('INC-1')).remediation?.state).toBe('succeeded');
    await observing.settled();
    const got = spans.getFinishedSpans();
    expect(new Set(got.map((span) => span.spanContext().traceId))).toEqual(new Set([TRACE]));
    const names = [...new Set(got.map(({ name }) => name))].sort();
    expect(names).toEqual([
      'execute_tool ops/restart',
      'remit.analysis',
      'remit.approval',
      'remit.decision',
      'remit.end',
      'remit.guard',
      'remit.submit',
      'remit.validation',
    ]);
    const call = got.find(({ name }) => name === 'execute_tool ops/restart');
    expect(call?.attributes).toMatchObject({
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'ops/restart',
      'remit.outcome': 'committed',
      'remit.ticket.id': 'INC-1',
    });
    const approval = got.find(({ name }) => name === 'remit.approval');
    expect(approval && approval.endTime[0] - approval.startTime[0]).toBeGreaterThanOrEqual(90);
    const said = JSON.stringify(got.map(({ name, attributes, events }) => [name, attributes, events]));
    for (const word of ['Rossi', 'responding', 'restarted', '"web"', 'service:web']) expect(said).not.toContain(word);
    expect(await measured('remit.outcomes')).toContainEqual([{ 'remit.state': 'succeeded' }, 1]);
    expect(await measured('remit.approval.duration')).toEqual([[{ 'remit.answer': 'approved' }, 1]]);
    expect(await measured('remit.queue.depth')).toEqual([[{}, 3]]);
    const decisions = await measured('remit.decisions');
    expect(decisions.map(([{ 'remit.route': route }]) => route)).toEqual(
      expect.arrayContaining(['manual', 'approval']),
    );
    const [[words, calls] = [{}, 0]] = await measured('remit.tool.duration');
    expect([words, calls]).toEqual([
      { 'gen_ai.tool.name': 'ops/restart', 'remit.direction': 'do', 'remit.outcome': 'committed' },
      1,
    ]);
  });

  it('goes on in the same trace where another process takes over, with the times of before', async () => {
    const { learn, submit, approve, clock, spans, observe, observing } = await observed();
    await learn();
    await submit('INC-1');
    await observing.settled();
    observing.stop();
    spans.reset();
    const later = observe();
    clock.advance(3_600_000);
    await approve('INC-1');
    await later.settled();
    const got = spans.getFinishedSpans();
    expect(new Set(got.map((span) => span.spanContext().traceId))).toEqual(new Set([TRACE]));
    const approval = got.find(({ name }) => name === 'remit.approval');
    expect(approval && approval.endTime[0] - approval.startTime[0]).toBeGreaterThanOrEqual(3_600);
    expect(got.some(({ status: { code } }) => code === SpanStatusCode.ERROR)).toBe(false);
  });
});

describe('an analyst that fails', () => {
  it('is told as an error, and the error goes on', async () => {
    const spans = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
    const broken = tracedAnalyst(
      { name: 'broken', analyze: () => Promise.reject(new TypeError(SECRET_TEXT)) },
      provider.getTracer('test'),
    );
    const ticket = { tenant: 'acme', ticketId: 'T', category: 'server', traceparent: TRACEPARENT };
    const input = { ticket } as unknown as Parameters<typeof broken.analyze>[0];
    await expect(broken.analyze(input, { signal: AbortSignal.timeout(1_000) })).rejects.toThrow(TypeError);
    const [span] = spans.getFinishedSpans();
    expect([span?.status.code, span?.attributes['error.type'], span?.spanContext().traceId]).toEqual([
      SpanStatusCode.ERROR,
      'TypeError',
      TRACE,
    ]);
    expect(JSON.stringify(span?.attributes)).not.toContain('Rossi');
  });
});
