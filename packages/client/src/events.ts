import { ApiProblem, problemOf } from './problem.js';
import type { OutboxEvent } from './schema.js';

/** Something that happened. `ready` says from where on; `reset`: events were missed that are gone, so read anew. */
export type ApiEvent =
  | { readonly type: 'ready' | 'reset'; readonly id: number; readonly event: null }
  | { readonly type: 'event'; readonly id: number; readonly event: OutboxEvent };

/** What to listen to. */
export interface Listening {
  /** Only what is about this ticket. Default: everything. */
  readonly ticketId?: string;
  /** The id of the last event that was seen. Default: begin with what happens from now on. */
  readonly after?: number;
  /** Ends the listening. */
  readonly signal?: AbortSignal;
  /** First and longest pause before coming back after the line broke, ms. Default 2,000 and 30,000. */
  readonly pauseMs?: { readonly first: number; readonly longest: number };
}

interface Message {
  readonly name: string;
  readonly id: string;
  readonly data: string;
}

/** One block of lines as a message; null for comments. */
function messageOf(block: string): Message | null {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).replace(/^ /, '');
    const before = fields.get(name);
    fields.set(name, name === 'data' && before !== undefined ? `${before}\n${value}` : value);
  }
  const data = fields.get('data');
  return data === undefined ? null : { name: fields.get('event') ?? 'message', id: fields.get('id') ?? '', data };
}

/** The messages of a stream, as they come. */
async function* messagesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Message, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const message = messageOf(block);
        if (message) yield message;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function eventOf({ name, id, data }: Message): ApiEvent {
  if (name === 'ready' || name === 'reset') return { type: name, id: Number(id), event: null };
  return { type: 'event', id: Number(id), event: JSON.parse(data) as OutboxEvent };
}

/** Resolves after a time, or at once when nobody listens any more. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(end, ms);
    function end(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    }
    signal?.addEventListener('abort', end);
  });
}

/** Whether asking again cannot help: the server understood, and said no. */
function isFinal(error: unknown): boolean {
  return error instanceof ApiProblem && error.status < 500 && error.status !== 408 && error.status !== 429;
}

/**
 * Events, over as many connections as it takes: after a broken line it goes on behind the last event it yielded, so
 * that none is missed or repeated. Ends when the signal says so; throws an {@link ApiProblem} when the server refuses.
 */
export async function* listen(
  connect: (headers: Readonly<Record<string, string>>, signal: AbortSignal | undefined) => Promise<Response>,
  { after, signal, pauseMs = { first: 2_000, longest: 30_000 } }: Listening,
): AsyncGenerator<ApiEvent, void> {
  let last = after;
  let waitMs = pauseMs.first;
  while (!signal?.aborted) {
    try {
      const response = await connect(last === undefined ? {} : { 'last-event-id': String(last) }, signal);
      if (!response.ok || response.body === null) throw await problemOf(response);
      for await (const message of messagesOf(response.body)) {
        const event = eventOf(message);
        last = event.id;
        waitMs = pauseMs.first;
        yield event;
        if (signal?.aborted) return;
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (isFinal(error)) throw error;
      waitMs = Math.min(waitMs * 2, pauseMs.longest);
    }
    await pause(waitMs, signal);
  }
}
