import type { IncomingMessage, ServerResponse } from 'node:http';
import { type BridgedRequest, LEFTOVER, type Leftover, PLAIN_PATH, READ_WHOLE } from './bridgedRequest.js';
import { type BodyLimits, lateBody, tooLarge } from './readJson.js';
import { standIn } from './standIn.js';

/** What frameworks add to a request of node:http. */
export interface FrameworkRequest extends IncomingMessage {
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

/** The bytes of a body, read no further than the limit and no longer than the time; what is left stays unread. */
function readWhole(req: IncomingMessage, { limit, timeoutMs }: BodyLimits): Promise<Uint8Array> {
  // A parser came to the end of a body that was empty: there will be no other end.
  if (req.readableEnded) return Promise.resolve(new Uint8Array());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (): void => {
      clearTimeout(timer);
      req.off('data', take).off('end', finish).off('error', fail).off('close', breakOff);
    };
    const giveUp = (error: unknown): void => {
      stop();
      req.pause();
      reject(error);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.byteLength;
      if (size > limit) giveUp(tooLarge(limit));
      else chunks.push(chunk);
    };
    const finish = (): void => {
      stop();
      const [first] = chunks;
      resolve(chunks.length === 1 && first ? first : Buffer.concat(chunks, size));
    };
    const fail = (error: Error): void => giveUp(error);
    const breakOff = (): void => giveUp(new Error('The connection was closed before the whole body had come.'));
    const timer = setTimeout(() => giveUp(lateBody()), timeoutMs);
    req.on('data', take).on('end', finish).on('error', fail).on('close', breakOff);
    if (req.destroyed) breakOff();
  });
}

/** Headers that are not those of what is left when a parser took a body: that is plain, and has its own length. */
const OF_TAKEN: readonly string[] = ['content-encoding', 'content-length', 'transfer-encoding'];

/** The headers of a request of node:http; a `Headers` is made of them when more than one by one is asked for. */
class ListenedHeaders {
  readonly #req: IncomingMessage;
  readonly #body: Body;
  #real: Headers | null = null;

  constructor(req: IncomingMessage, body: Body) {
    this.#req = req;
    this.#body = body;
  }

  get(name: string): string | null {
    if (this.#real) return this.#real.get(name);
    const small = name.toLowerCase();
    const given = this.#req.headers;
    if (!Object.hasOwn(given, small) || this.#isHidden(small)) return null;
    const value = given[small];
    return (Array.isArray(value) ? value.join(', ') : value) ?? null;
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }

  #isHidden(name: string): boolean {
    // HTTP/2 has pseudo headers, which are none.
    return name.startsWith(':') || (this.#body.kind === 'taken' && OF_TAKEN.includes(name));
  }

  #make(): Headers {
    const headers = new Headers();
    for (const [name, value] of Object.entries(this.#req.headers)) {
      if (value === undefined || this.#isHidden(name)) continue;
      for (const one of Array.isArray(value) ? value : [value]) headers.append(name, one);
    }
    return headers;
  }

  static realOf(headers: unknown): Headers {
    const self = headers as ListenedHeaders;
    self.#real ??= self.#make();
    return self.#real;
  }
}
standIn(ListenedHeaders.prototype, new Headers(), ListenedHeaders.realOf);

function addressOf(req: FrameworkRequest): string {
  const address = req.originalUrl ?? req.url ?? '/';
  const path = /^https?:\/\//i.test(address) ? address.replace(/^https?:\/\/[^/?#]*/i, '') : address;
  return path.startsWith('/') ? path : `/${path}`;
}

function urlOf(req: FrameworkRequest): string {
  const rooted = addressOf(req);
  const isEncrypted = 'encrypted' in req.socket && req.socket.encrypted === true;
  const origin = `${isEncrypted ? 'https' : 'http'}://${req.headers.host ?? 'localhost'}`;
  // A Host header can be anything; the path must get through all the same.
  return URL.canParse(origin + rooted) ? origin + rooted : `http://localhost${rooted}`;
}

/** A path that a URL would not change, and without a query. */
const PLAIN = /^(?:\/[\w~@:-]+)+$/;

/** A request of node:http; a `Request` is made of it when somebody asks for more than most do. */
class ListenedRequest implements BridgedRequest {
  readonly #req: FrameworkRequest;
  readonly #res: ServerResponse;
  readonly #body: Body;
  #headers: ListenedHeaders | null = null;
  #gone: AbortController | null = null;
  #real: Request | null = null;

  constructor(req: FrameworkRequest, res: ServerResponse) {
    this.#req = req;
    this.#res = res;
    this.#body = bodyOf(req);
  }

  get method(): string {
    return this.#req.method ?? 'GET';
  }

  get url(): string {
    return this.#real?.url ?? urlOf(this.#req);
  }

  get headers(): Headers {
    if (this.#real) return this.#real.headers;
    this.#headers ??= new ListenedHeaders(this.#req, this.#body);
    return this.#headers as unknown as Headers;
  }

  /** Aborts when the client goes away before it was answered. */
  get signal(): AbortSignal {
    if (this.#gone) return this.#gone.signal;
    const gone = new AbortController();
    const res = this.#res;
    const note = (): void => {
      if (!res.writableFinished) gone.abort(new Error('The client disconnected.'));
    };
    if (res.destroyed) note();
    else res.once('close', note);
    this.#gone = gone;
    return gone.signal;
  }

  get [LEFTOVER](): Leftover | null {
    return this.#body.kind === 'taken' ? this.#body.leftover : null;
  }

  get [PLAIN_PATH](): string | null {
    const path = addressOf(this.#req);
    return PLAIN.test(path) ? path : null;
  }

  [READ_WHOLE](limits: BodyLimits): Promise<Uint8Array> | null {
    if (this.#real) return null;
    if (this.#body.kind === 'stream') return readWhole(this.#req, limits);
    const bytes = this.#body.kind === 'taken' ? this.#body.bytes : new Uint8Array();
    return bytes.byteLength > limits.limit ? Promise.reject(tooLarge(limits.limit)) : Promise.resolve(bytes);
  }

  #make(): Request {
    const body = this.#body;
    const headers = new Headers(this.headers);
    const init: RequestInit = { method: this.method, headers, signal: this.signal };
    if (body.kind === 'taken') init.body = body.bytes as Uint8Array<ArrayBuffer>;
    if (body.kind === 'stream') Object.assign(init, { body: streamOf(this.#req), duplex: 'half' });
    return new Request(this.url, init);
  }

  static realOf(request: unknown): Request {
    const self = request as ListenedRequest;
    self.#real ??= self.#make();
    return self.#real;
  }
}
standIn(ListenedRequest.prototype, new Request('http://localhost/'), ListenedRequest.realOf);

/** A request of node:http as a `Request`, of which only that is made which somebody asks for. */
export function requestOnDemand(req: FrameworkRequest, res: ServerResponse): Request {
  return new ListenedRequest(req, res) as unknown as Request;
}
