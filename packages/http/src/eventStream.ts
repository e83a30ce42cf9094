import type { OutboxEvent, OutboxPart } from '@remit/core';
import { eventToData } from './wire/event.js';

/** What a stream of events is made of. */
export interface EventSource {
  /** What comes after an event; waits for it at most this long, ms. */
  readonly next: (after: number, withinMs: number, signal: AbortSignal) => Promise<OutboxPart>;
  /** The last event that the reader has seen. */
  readonly after: number;
  /** Where the outbox ended when the stream was opened; told to a reader who has seen nothing yet. */
  readonly ready: number | null;
  /** Ends the stream. */
  readonly signal: AbortSignal;
  /** Told why a stream broke. */
  readonly report: (error: unknown) => void;
}

/** A comment goes out when nothing else did for this long, ms: proxies and readers see that the line lives. */
const HEARTBEAT_MS = 15_000;

/** A stream ends after this time, ms; the reader comes back where it was, and is authenticated anew. */
const LIFE_MS = 15 * 60_000;

/** A reader whose line broke comes back after this time, ms. */
const RETRY_MS = 2_000;

interface Message {
  readonly event: string;
  readonly id: number;
  readonly data: unknown;
}

const lines = ({ event, id, data }: Message): string => `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;

const eventLines = (event: OutboxEvent): string =>
  lines({ event: event.type, id: event.seq, data: eventToData(event) });

/** What a part says to a reader who has seen everything up to a number: its events, or that some are gone. */
function say(
  after: number,
  { events, upTo, first, last }: OutboxPart,
): { readonly text: string; readonly after: number } {
  // Numbers below the first are gone; numbers above the last were never given: another store, or one that was restored.
  if (after < first - 1 || after > last) {
    return { text: lines({ event: 'reset', id: last, data: { first, last } }), after: last };
  }
  return { text: events.map(eventLines).join(''), after: Math.max(after, upTo) };
}

/**
 * Server-sent events from the outbox, as fast as the reader takes them. Each has its number as `id`, so that a reader
 * who comes back with `Last-Event-ID` misses nothing and gets nothing twice. `ready` is sent first to a new reader;
 * `reset` when events were missed that are gone.
 */
export function eventStream(source: EventSource): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const gone = new AbortController();
  const giveUp = (): void => gone.abort();
  source.signal.addEventListener('abort', giveUp, { once: true });
  if (source.signal.aborted) giveUp();
  const endsAt = performance.now() + LIFE_MS;
  let { after } = source;
  /** The reader went away: the stream is closed already, and nothing may be done with it. */
  let isLeft = false;
  let greeting: string | null = `retry: ${RETRY_MS}\n`;
  greeting += source.ready === null ? '\n' : lines({ event: 'ready', id: source.ready, data: { last: source.ready } });

  async function pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (greeting !== null) {
      controller.enqueue(encoder.encode(greeting));
      greeting = null;
      return;
    }
    if (gone.signal.aborted || performance.now() >= endsAt) {
      source.signal.removeEventListener('abort', giveUp);
      controller.close();
      return;
    }
    const said = say(after, await source.next(after, HEARTBEAT_MS, gone.signal));
    if (isLeft) return;
    after = said.after;
    controller.enqueue(encoder.encode(said.text === '' ? ': alive\n\n' : said.text));
  }

  return new ReadableStream<Uint8Array>(
    {
      pull: (controller) =>
        pull(controller).catch((error: unknown) => {
          giveUp();
          if (isLeft) return;
          source.report(error);
          // An end, not a fault: the reader comes back, and what it missed is still there.
          controller.close();
        }),
      cancel: () => {
        isLeft = true;
        source.signal.removeEventListener('abort', giveUp);
        giveUp();
      },
    },
    { highWaterMark: 0 },
  );
}
