import {
  type Attributes,
  type Context,
  type Meter,
  metrics,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { LogRow, Remit, Storage, TicketRecord } from '@remit/core';
import { follow, NO_TIMELINE, type Stretch, type Timeline } from './timeline.js';
import { contextOf } from './traceparent.js';

/*
 * Spans and metrics from what Remit tells its observers. Everything was stored before it is told here, and nothing here
 * answers: whatever fails changes nothing.
 */

/** Options of {@link observeRemit}. */
export interface ObserveOptions {
  /** Where the trace of a ticket, and the rows before a restart, are read. Default: what was told since the start. */
  readonly storage?: {
    readonly tickets: Pick<Storage['tickets'], 'find'>;
    readonly remediations: Pick<Storage['remediations'], 'load'>;
  };
  /** How much work waits; asked whenever metrics are collected. Default: not measured. */
  readonly waiting?: () => Promise<number>;
  /** Default: the one of the registered provider; without one nothing is recorded. */
  readonly tracer?: Tracer;
  /** Default: likewise. */
  readonly meter?: Meter;
}

/** What was begun with {@link observeRemit}. */
export interface Observing {
  /** Resolves when everything told so far is recorded. */
  settled(): Promise<void>;
  /** Listens no more. */
  stop(): void;
}

const SCOPE = '@remit/telemetry-otel';
/** Tickets and remediations that are remembered; of others the store is asked. */
const REMEMBERED = 10_000;

/** Keeps the newest ones. */
class Memory<Value> {
  readonly #kept = new Map<string, Value>();

  get(key: string): Value | undefined {
    return this.#kept.get(key);
  }

  set(key: string, value: Value): void {
    this.#kept.delete(key);
    this.#kept.set(key, value);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > REMEMBERED && oldest !== undefined) this.#kept.delete(oldest);
  }
}

function instruments(meter: Meter) {
  const seconds = {
    unit: 's',
    advice: { explicitBucketBoundaries: [0.01, 0.1, 1, 10, 60, 600, 3_600, 14_400, 86_400] },
  };
  return {
    decisions: meter.createCounter('remit.decisions', { description: 'Decisions by route and reason.' }),
    outcomes: meter.createCounter('remit.outcomes', { description: 'Ends of remediations.' }),
    refusals: meter.createCounter('remit.guard.refusals', { description: 'Noes of the guard, by check and answer.' }),
    approvals: meter.createHistogram('remit.approval.duration', { ...seconds, description: 'From request to answer.' }),
    calls: meter.createHistogram('remit.tool.duration', { ...seconds, description: 'Calls of tools.' }),
    waiting: meter.createObservableGauge('remit.queue.depth', { description: 'Work that waits for its turn.' }),
  };
}

const SPAN_NAMES: Readonly<Record<Exclude<Stretch['kind'], 'end' | 'tool_call'>, string>> = {
  decision: 'remit.decision',
  guard: 'remit.guard',
  approval: 'remit.approval',
  validation: 'remit.validation',
};

function nameOf({ kind, words }: Stretch): string {
  if (kind === 'tool_call') return `execute_tool ${words['gen_ai.tool.name']}`;
  return kind === 'end' ? 'remit.end' : SPAN_NAMES[kind];
}

/**
 * Records spans (submission, decision, guard, approval, each tool call, validation) in the trace of the request that
 * handed the ticket in, and metrics. Attributes name what is in the catalogue and the policy; never a ticket's text, an
 * argument or a secret.
 */
export function observeRemit(remit: Pick<Remit, 'events'>, options: ObserveOptions = {}): Observing {
  const { storage, waiting } = options;
  const tracer = options.tracer ?? trace.getTracer(SCOPE);
  const measure = instruments(options.meter ?? metrics.getMeter(SCOPE));
  const contexts = new Memory<Promise<Context>>();
  const timelines = new Memory<Promise<Timeline>>();
  const pending = new Set<Promise<unknown>>();

  function keep(work: Promise<unknown>): void {
    // A store that does not answer costs spans, nothing else.
    const done = work.catch(() => undefined).finally(() => pending.delete(done));
    pending.add(done);
  }

  function contextOfTicket(tenant: string, ticketId: string): Promise<Context> {
    const key = JSON.stringify([tenant, ticketId]);
    const found =
      contexts.get(key) ??
      (storage?.tickets.find(tenant, ticketId) ?? Promise.resolve(null)).then(
        (ticket) => contextOf(ticket?.traceparent),
        () => contextOf(undefined),
      );
    contexts.set(key, found);
    return found;
  }

  function onTicket(ticket: TicketRecord): void {
    const { tenant, ticketId, category, optedIn, createdAtMs } = ticket;
    const parent = contextOf(ticket.traceparent);
    const attributes = {
      'remit.tenant': tenant,
      'remit.ticket.id': ticketId,
      'remit.category': category,
      'remit.opted_in': optedIn,
    };
    const span = tracer.startSpan('remit.submit', { startTime: createdAtMs, attributes }, parent);
    span.end(createdAtMs);
    // Without a trace of the caller, what follows is told under the submission.
    const own = ticket.traceparent === undefined ? trace.setSpan(parent, span) : parent;
    contexts.set(JSON.stringify([tenant, ticketId]), Promise.resolve(own));
  }

  async function timelineBefore({ tenant, remediationId, seq }: LogRow): Promise<Timeline> {
    if (seq === 1 || !storage) return NO_TIMELINE;
    const loaded = await storage.remediations.load(tenant, remediationId);
    const earlier = (loaded?.rows ?? []).filter((row) => row.seq < seq);
    return earlier.reduce<Timeline>((timeline, row) => follow(timeline, row).after, NO_TIMELINE);
  }

  function count({ kind, words, fromMs, toMs }: Stretch): void {
    const took = Math.max(0, toMs - fromMs) / 1000;
    const { 'remit.check': check, 'remit.answer': answer, ...rest } = words;
    if (kind === 'decision') measure.decisions.add(1, words);
    if (kind === 'approval') measure.approvals.record(took, words);
    if (kind === 'tool_call') measure.calls.record(took, words);
    if (kind === 'end') measure.outcomes.add(1, { 'remit.state': rest['remit.state'] ?? '' });
    const isNo = (kind === 'guard' || kind === 'end') && answer !== undefined && answer !== 'yes';
    if (isNo) measure.refusals.add(1, { 'remit.check': check ?? '', 'remit.answer': answer });
  }

  async function record(row: LogRow, stretches: readonly Stretch[]): Promise<void> {
    for (const stretch of stretches) count(stretch);
    const parent = await contextOfTicket(row.tenant, row.ticketId);
    for (const stretch of stretches) {
      const attributes: Attributes = {
        'remit.tenant': row.tenant,
        'remit.ticket.id': row.ticketId,
        'remit.remediation.id': row.remediationId,
        ...(stretch.kind === 'tool_call' ? { 'gen_ai.operation.name': 'execute_tool' } : {}),
        ...stretch.words,
        ...(stretch.error === null ? {} : { 'error.type': stretch.error }),
      };
      const span = tracer.startSpan(nameOf(stretch), { startTime: stretch.fromMs, attributes }, parent);
      if (stretch.error !== null) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end(stretch.toMs);
    }
  }

  function onRow(row: LogRow): void {
    const key = JSON.stringify([row.tenant, row.remediationId]);
    const before = timelines.get(key) ?? timelineBefore(row).catch(() => NO_TIMELINE);
    const followed = before.then((timeline) => follow(timeline, row));
    timelines.set(
      key,
      followed.then(({ after }) => after),
    );
    keep(followed.then(({ stretches }) => record(row, stretches)));
  }

  if (waiting) measure.waiting.addCallback(async (result) => result.observe(await waiting()));
  remit.events.on('ticket_received', onTicket);
  remit.events.on('remediation_event', onRow);
  return {
    async settled() {
      while (pending.size > 0) await Promise.all(pending);
    },
    stop() {
      remit.events.off('ticket_received', onTicket);
      remit.events.off('remediation_event', onRow);
    },
  };
}
