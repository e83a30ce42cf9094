import { describe, expect, test } from 'vitest';
import { type ApiEvent, ApiProblem, createClient } from '../src/index.js';

const event = (seq: number): string =>
  `event: ticket_received\nid: ${seq}\ndata: ${JSON.stringify({ seq, type: 'ticket_received' })}\n\n`;

/** A server whose connections each send a few chunks and then break or end. */
function server(connections: readonly (readonly string[] | Response)[]) {
  const asked: (string | null)[] = [];
  const fetch: typeof globalThis.fetch = async (...init) => {
    const request = new Request(...init);
    asked.push(request.headers.get('last-event-id'));
    const now = connections[asked.length - 1];
    if (now === undefined) throw new TypeError('fetch failed');
    if (now instanceof Response) return now;
    const chunks = [...now];
    return new Response(
      new ReadableStream<Uint8Array>({
        pull(controller) {
          const chunk = chunks.shift();
          if (chunk === undefined) controller.close();
          else if (chunk === 'break') controller.error(new Error('reset'));
          else controller.enqueue(new TextEncoder().encode(chunk));
        },
      }),
    );
  };
  return { asked, api: createClient({ baseUrl: 'http://remit.test/api/v1', token: 'ana', fetch }) };
}

const pauseMs = { first: 1, longest: 2 };

async function take(events: AsyncGenerator<ApiEvent, void>, count: number): Promise<readonly string[]> {
  const seen: string[] = [];
  for await (const { type, id } of events) {
    seen.push(`${type} ${id}`);
    if (seen.length === count) break;
  }
  return seen;
}

describe('events', () => {
  test('go on behind the last one after the line broke, ended or was not there', async () => {
    const down = Response.json({}, { status: 503 });
    const { api, asked } = server([
      ['event: ready\nid: 4\ndata: {}\n\n', event(5), 'event: ticket_', 'break'],
      down,
      [': alive\n\n', event(6)],
      ['event: reset\nid: 9\ndata: {}\n\n'],
      [event(10)],
    ]);
    expect(await take(api.events({ pauseMs }), 5)).toEqual(['ready 4', 'event 5', 'event 6', 'reset 9', 'event 10']);
    expect(asked).toEqual([null, '5', '5', '6', '9']);
  });

  test('are put together from pieces, wherever a piece ends', async () => {
    const text = event(1) + event(2);
    const { api, asked } = server([[...text]]);
    expect(await take(api.events({ after: 0 }), 2)).toEqual(['event 1', 'event 2']);
    expect(asked).toEqual(['0']);
  });

  test('end with what the server refuses', async () => {
    const problem = { code: 'forbidden', detail: 'No.', next_step: 'Ask.' };
    const { api } = server([Response.json(problem, { status: 403 })]);
    await expect(take(api.events({ pauseMs }), 1)).rejects.toBeInstanceOf(ApiProblem);
  });

  test('end when nobody listens any more', async () => {
    const { api } = server([]);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 5);
    expect(await take(api.events({ signal: stop.signal, pauseMs }), 1)).toEqual([]);
  });
});
