import { type ApiEvent, type Listening, listen } from './events.js';
import type { AnswerOf, ApiMethod, AskArguments, ItemOf, ListPath, PathOf } from './operations.js';
import { problemOf } from './problem.js';

/** Options of {@link createClient}. */
export interface ClientOptions {
  /** Address of the API with its base path, such as `https://remit.example/api/v1`; in a browser `/api/v1` will do. */
  readonly baseUrl: string;
  /** Bearer token, or how to get one for each request; undefined sends none. Default: none is sent. */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>);
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: the platform's. */
  readonly fetch?: typeof globalThis.fetch;
}

/** What a route answered. */
export interface ApiReply<Body> {
  readonly status: number;
  readonly body: Body;
  /** Version of what was read, for `If-Match`; null where there is none. */
  readonly etag: string | null;
  /** The id under which the server's log has the request. */
  readonly traceId: string | null;
  readonly headers: Headers;
}

type Call<Method extends ApiMethod> = <Path extends PathOf<Method>>(
  path: Path,
  ...ask: AskArguments<Method, Path>
) => Promise<ApiReply<AnswerOf<Method, Path>>>;

/** The API with the types of its routes. Calls reject with an {@link ApiProblem} when the server refuses. */
export interface ApiClient {
  readonly get: Call<'get'>;
  readonly post: Call<'post'>;
  readonly put: Call<'put'>;
  readonly patch: Call<'patch'>;
  readonly delete: Call<'delete'>;
  /** Every item of a list, page after page, as long as the reader goes on. */
  pages<Path extends ListPath>(path: Path, ...ask: AskArguments<'get', Path>): AsyncGenerator<ItemOf<Path>, void>;
  /** What happens, as it happens; see {@link ApiEvent}. It comes back by itself when the line breaks. */
  events(listening?: Listening): AsyncGenerator<ApiEvent, void>;
}

interface Ask {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly header?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** The address of a route: each part is encoded whole, a slash in an id included. */
function addressOf(baseUrl: string, pattern: string, { path = {}, query = {} }: Ask): string {
  const place = pattern.replace(/\{(\w+)\}/g, (_, name: string) => {
    const part = path[name];
    if (part === undefined || part === '') throw new TypeError(`${pattern} needs path.${name}.`);
    return encodeURIComponent(part);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return `${baseUrl.replace(/\/+$/, '')}${place}${search.size === 0 ? '' : `?${search}`}`;
}

function givenOf(headers: Ask['header'] = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/**
 * A client of Remit's API, typed by its routes; it needs nothing but `fetch`, so it runs in browsers and in Node.
 * @throws TypeError (from a call) when a part of the path is missing.
 */
export function createClient(options: ClientOptions): ApiClient {
  const { baseUrl, token, headers = {} } = options;
  const send = options.fetch ?? globalThis.fetch.bind(globalThis);

  async function request(method: string, pattern: string, ask: Ask): Promise<Response> {
    const bearer = typeof token === 'function' ? await token() : token;
    return send(addressOf(baseUrl, pattern, ask), {
      method,
      headers: {
        accept: 'application/json, application/problem+json',
        ...headers,
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(ask.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...givenOf(ask.header),
      },
      ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }),
      ...(ask.signal === undefined ? {} : { signal: ask.signal }),
    });
  }

  async function call(method: string, pattern: string, ask: Ask = {}): Promise<ApiReply<unknown>> {
    const response = await request(method, pattern, ask);
    if (!response.ok) throw await problemOf(response);
    return {
      status: response.status,
      body: response.status === 204 ? null : await response.json(),
      etag: response.headers.get('etag'),
      traceId: response.headers.get('x-trace-id'),
      headers: response.headers,
    };
  }

  async function* pages(pattern: string, ask: Ask = {}): AsyncGenerator<unknown, void> {
    let cursor = ask.query?.['cursor'];
    for (;;) {
      const { body } = await call('GET', pattern, { ...ask, query: { ...ask.query, cursor } });
      const page = body as { readonly items: readonly unknown[]; readonly next_cursor: string | null };
      yield* page.items;
      if (page.next_cursor === null) return;
      cursor = page.next_cursor;
    }
  }

  function events(listening: Listening = {}): AsyncGenerator<ApiEvent, void> {
    const { ticketId } = listening;
    const pattern = ticketId === undefined ? '/events' : '/tickets/{ticket_id}/events';
    const path = ticketId === undefined ? {} : { ticket_id: ticketId };
    const accept = 'text/event-stream, application/problem+json';
    return listen(
      (header, signal) =>
        request('GET', pattern, { path, header: { accept, ...header }, ...(signal === undefined ? {} : { signal }) }),
      listening,
    );
  }

  // The types of a call are those of the routes; what is sent is the same for all.
  const withMethod = (method: string) => (pattern: string, ask?: Ask) => call(method, pattern, ask);
  return {
    get: withMethod('GET') as Call<'get'>,
    post: withMethod('POST') as Call<'post'>,
    put: withMethod('PUT') as Call<'put'>,
    patch: withMethod('PATCH') as Call<'patch'>,
    delete: withMethod('DELETE') as Call<'delete'>,
    pages: pages as ApiClient['pages'],
    events,
  };
}
