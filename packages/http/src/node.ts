import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FrameworkRequest, requestOnDemand } from './listenedRequest.js';
import { type Sent, sentOf } from './sent.js';

/** How long a sender may go on sending what nobody reads before the connection is closed, ms. */
const DRAIN_MS = 2_000;

function writeHead(response: Response, res: ServerResponse): void {
  res.statusCode = response.status;
  for (const [name, value] of response.headers) {
    if (name !== 'set-cookie') res.setHeader(name, value);
  }
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) res.setHeader('set-cookie', cookies);
}

/** Resolves when the listener can take more, or is gone. */
async function untilDrained(res: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    res.once('drain', resolve);
    res.once('close', resolve);
  });
}

async function writeBody(response: Response, res: ServerResponse): Promise<void> {
  if (response.body === null) return;
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const giveUp = (): void => void reader.cancel().catch(() => undefined);
  res.once('close', giveUp);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || res.destroyed) return;
      if (!res.write(value)) await untilDrained(res);
    }
  } finally {
    res.off('close', giveUp);
  }
}

/** Lets a sender whose body was refused see the answer: a connection closed at once would lose it. */
async function drain(req: IncomingMessage): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, DRAIN_MS);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    req.once('end', end);
    req.once('close', end);
    req.resume();
  });
}

/** Whether something of the body was left unread: then the connection cannot be used again. */
function isUnread(req: IncomingMessage): boolean {
  return !req.complete && !req.readableEnded && req.method !== 'GET' && req.method !== 'HEAD';
}

/** Sends an answer that is known whole in one piece with its head. */
function sendWhole(res: ServerResponse, { status, headers, unsentBytes }: Sent, text: string | null): void {
  const length = text === null ? unsentBytes : Buffer.byteLength(text);
  if (length === undefined) res.writeHead(status, headers);
  else res.writeHead(status, { ...headers, 'content-length': String(length) });
  if (text === null) res.end();
  else res.end(text);
}

async function sendResponse(req: IncomingMessage, res: ServerResponse, response: Response): Promise<void> {
  writeHead(response, res);
  const isLeft = isUnread(req);
  if (isLeft) res.setHeader('connection', 'close');
  if (req.method !== 'HEAD') await writeBody(response, res);
  if (isLeft) {
    res.flushHeaders();
    await drain(req);
  }
  res.end();
}

async function serve(
  handler: (request: Request) => Promise<Response>,
  req: FrameworkRequest,
  res: ServerResponse,
): Promise<void> {
  const response = await handler(requestOnDemand(req, res));
  const sent = sentOf(response);
  if (res.destroyed) {
    if (typeof sent?.body !== 'string') await response.body?.cancel();
    return;
  }
  const { body = null } = sent ?? {};
  if (sent && (body === null || typeof body === 'string') && !isUnread(req)) sendWhole(res, sent, body);
  else await sendResponse(req, res, response);
}

/**
 * A listener for node:http (and Express, Koa, Fastify, which build on it) that answers with a handler.
 * It takes the whole address where a framework mounted it under a path (`originalUrl`), a body that a parser read
 * already (its bytes in `req.rawBody`, or what it made of them in `req.body`, which no signature covers), and reads any
 * other body only as far as the handler does. Of the request only that is made which somebody asks for; code that hands
 * it on (to `fetch`, into `new Request`) hands on `request.clone()`. A client that disconnects aborts `request.signal`.
 * The promise never rejects.
 */
export function toNodeListener(
  handler: (request: Request) => Promise<Response>,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  return async (req, res) => {
    try {
      await serve(handler, req, res);
    } catch {
      // The handler answers for its own errors; here the connection or the stream of an answer broke.
      if (res.headersSent) res.destroy();
      else {
        res.statusCode = 500;
        res.end();
      }
    }
  };
}
