import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Leftover, markTaken } from './rawBody.js';
import { wholeBodyOf } from './wholeBody.js';

/** How long a sender may go on sending what nobody reads before the connection is closed, ms. */
const DRAIN_MS = 2_000;

/** What frameworks add to a request of node:http. */
interface FrameworkRequest extends IncomingMessage {
  /** The whole address when the listener is mounted under a path. */
  readonly originalUrl?: string;
  /** What a body parser made of the body. */
  readonly body?: unknown;
  /** The bytes of the body, where a body parser was told to keep them. */
  readonly rawBody?: unknown;
}

/** What is known of the body without reading it. */
type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'stream' }
  /** Somebody read it before; `leftover` is null when its bytes were kept. */
  | { readonly kind: 'taken'; readonly bytes: Uint8Array; readonly leftover: Leftover | null };

function toBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
}

const isBytes = (value: unknown): boolean => typeof value === 'string' || value instanceof Uint8Array;

/** Whether there was a body at all. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function bodyOf(req: FrameworkRequest): Body {
  if (req.method === 'GET' || req.method === 'HEAD') return { kind: 'none' };
  const { rawBody, body } = req;
  if (isBytes(rawBody)) return { kind: 'taken', bytes: toBytes(rawBody), leftover: null };
  // Some parsers leave `{}` for bodies that they did not touch: those are still to be read.
  if (!req.readableDidRead) return { kind: 'stream' };
  if (body !== undefined) return { kind: 'taken', bytes: toBytes(body), leftover: isBytes(body) ? null : 'value' };
  if (req.readableEnded && hasBody(req)) return { kind: 'taken', bytes: new Uint8Array(), leftover: 'nothing' };
  return { kind: 'stream' };
}

/** Reads on only when somebody asks; giving up leaves the connection open for the answer. */
function streamOf(req: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = req.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(new Uint8Array(value));
      },
      async cancel() {
        await chunks.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

function headersOf(req: IncomingMessage, body: Body): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers)) {
    // HTTP/2 has pseudo headers, which are none.
    if (value === undefined || name.startsWith(':')) continue;
    for (const one of Array.isArray(value) ? value : [value]) headers.append(name, one);
  }
  if (body.kind === 'taken') {
    // The parser took these off: what is left is plain and has its own length.
    for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) headers.delete(name);
  }
  return headers;
}

function urlOf(req: FrameworkRequest): string {
  const address = req.originalUrl ?? req.url ?? '/';
  const path = /^https?:\/\//i.test(address) ? address.replace(/^https?:\/\/[^/?#]*/i, '') : address;
  const rooted = path.startsWith('/') ? path : `/${path}`;
  const isEncrypted = 'encrypted' in req.socket && req.socket.encrypted === true;
  const origin = `${isEncrypted ? 'https' : 'http'}://${req.headers.host ?? 'localhost'}`;
  // A Host header can be anything; the path must get through all the same.
  return URL.canParse(origin + rooted) ? origin + rooted : `http://localhost${rooted}`;
}

function toRequest(req: FrameworkRequest, signal: AbortSignal): Request {
  const body = bodyOf(req);
  const init: RequestInit = { method: req.method ?? 'GET', headers: headersOf(req, body), signal };
  if (body.kind === 'taken') init.body = body.bytes as Uint8Array<ArrayBuffer>;
  if (body.kind === 'stream') Object.assign(init, { body: streamOf(req), duplex: 'half' });
  const request = new Request(urlOf(req), init);
  if (body.kind === 'taken' && body.leftover) markTaken(request, body.leftover);
  return request;
}

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

async function serve(
  handler: (request: Request) => Promise<Response>,
  req: FrameworkRequest,
  res: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  res.once('close', () => {
    if (!res.writableFinished) gone.abort(new Error('The client disconnected.'));
  });
  const response = await handler(toRequest(req, gone.signal));
  if (res.destroyed) {
    await response.body?.cancel();
    return;
  }
  writeHead(response, res);
  const isUnread = !req.complete && !req.readableEnded && req.method !== 'GET' && req.method !== 'HEAD';
  if (isUnread) res.setHeader('connection', 'close');
  const whole = wholeBodyOf(response);
  if (whole !== null && !isUnread) {
    res.end(whole);
    return;
  }
  if (req.method !== 'HEAD') await writeBody(response, res);
  if (isUnread) {
    res.flushHeaders();
    await drain(req);
  }
  res.end();
}

/**
 * A listener for node:http (and Express, Koa, Fastify, which build on it) that answers with a handler.
 * It takes the whole address where a framework mounted it under a path (`originalUrl`), a body that a parser read
 * already (its bytes in `req.rawBody`, or what it made of them in `req.body`, which no signature covers), and reads any
 * other body only as far as the handler does. A client that disconnects aborts
 * `request.signal`. The promise never rejects.
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
