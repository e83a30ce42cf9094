import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/* A server on loopback that speaks the Messages API and answers by a script, one step for each request. */

export interface Sent {
  readonly headers: IncomingMessage['headers'];
  readonly body: {
    readonly model: string;
    readonly system: readonly { readonly text: string; readonly cache_control?: unknown }[];
    readonly messages: readonly { readonly role: string; readonly content: string }[];
    readonly output_config?: { readonly format?: { readonly schema?: unknown } };
  };
}

/** What is done about one request. */
export type Step = (response: ServerResponse, sent: Sent) => void;

const USAGE = { input_tokens: 100, output_tokens: 20, cache_read_input_tokens: 1000, cache_creation_input_tokens: 0 };

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_1', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Says a text, or a value as JSON. */
export function says(value: unknown, stopReason = 'end_turn'): (response: ServerResponse) => void {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return (response: ServerResponse) =>
    json(response, 200, {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [{ type: 'text', text }],
      stop_reason: stopReason,
      stop_sequence: null,
      usage: USAGE,
    });
}

/** Answers with an HTTP status. The client is told not to wait before it tries again. */
export function status(code: number): Step {
  const body = { type: 'error', error: { type: 'some_error', message: `status ${code}` } };
  return (response) => json(response, code, body, { 'retry-after-ms': '1' });
}

/** Answers 200 with a body that is no JSON. */
export const malformed: Step = (response) => json(response, 200, '{"id": "msg_1", "content": [');

/** Accepts the request and never answers. */
export const hangs: Step = () => {};

/** Breaks the connection. */
export const resets: Step = (response) => void response.socket?.resetAndDestroy();

/** Starts one; the last step is repeated. */
export async function messagesApi(steps: readonly Step[]) {
  const sent: Sent[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const step = steps[Math.min(sent.length, steps.length - 1)];
    const asked: Sent = { headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) };
    sent.push(asked);
    step?.(response, asked);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    baseURL: `http://127.0.0.1:${port}`,
    sent,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
