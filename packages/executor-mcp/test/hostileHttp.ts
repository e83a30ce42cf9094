import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request for a tool as the server received it. */
export interface Arrived {
  readonly tool: string;
  readonly token: string | undefined;
  readonly meta: Readonly<Record<string, unknown>>;
}

/** An MCP server over HTTP that misbehaves in every way that a real one or a gateway before it might. */
export interface HostileHttp {
  readonly url: string;
  readonly arrived: readonly Arrived[];
  /** Requests that were no POST of a call: lists, handshakes, streams. */
  readonly others: readonly string[];
  /** Forgets every session, as a server does that was started anew. */
  forgetSessions(): void;
  close(): Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>> & {
    readonly name?: string;
    readonly _meta?: Record<string, unknown>;
  };
}

const shape = { type: 'object', properties: { size: { type: 'number' } }, required: ['size'] };
const text = (words: string, more: object = {}) => ({ content: [{ type: 'text', text: words }], ...more });
const STATUSES = [400, 401, 403, 404, 429, 500, 502, 503];
const NAMES = [
  ...['good', 'stream', 'progress', 'reset', 'cut', 'cutWithId', 'hang', 'late', 'redirect', 'huge', 'hugeStream'],
  ...['garbage', 'html', 'empty', 'fails', 'misshapen', 'asks', 'accepted', 'signIn'],
  ...STATUSES.map((status) => `status${status}`),
];

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

/** Starts one on a free loopback port. */
export async function hostileHttp(): Promise<HostileHttp> {
  const arrived: Arrived[] = [];
  const others: string[] = [];
  const waiting = new Map<unknown, (result: unknown) => void>();
  let session = 0;
  let known = '';
  let token = 'first';

  const json = (response: ServerResponse, value: unknown, status = 200, headers: Record<string, string> = {}) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
  const event = (value: unknown, id?: string) =>
    `${id === undefined ? '' : `id: ${id}\n`}event: message\ndata: ${JSON.stringify(value)}\n\n`;
  const stream = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' });

  function call(id: number, { params }: Message, response: ServerResponse): void {
    const name = String(params?.name);
    const result = (value: unknown) => ({ jsonrpc: '2.0', id, result: value });
    if (name.startsWith('status')) return void json(response, { error: 'no' }, Number(name.slice('status'.length)));
    const deeds: Readonly<Record<string, () => unknown>> = {
      good: () => json(response, result(text('done'))),
      stream: () => stream(response).end(event(result(text('done')))),
      progress: () => {
        const progressToken = params?._meta?.['progressToken'];
        const told = { progressToken, progress: 1, total: 2, message: 'half-way' };
        stream(response).write(event({ jsonrpc: '2.0', method: 'notifications/progress', params: told }));
        response.end(event(result(text('done'))));
      },
      reset: () => response.socket?.destroy(),
      cut: () => stream(response).end(': nothing follows\n\n'),
      cutWithId: () => stream(response).end('id: 1\nretry: 10\ndata: \n\n'),
      hang: () => {},
      late: () => {
        stream(response).flushHeaders();
        waiting.set(id, (value) => response.end(event(result(value))));
      },
      redirect: () => response.writeHead(307, { location: '/mcp' }).end(),
      huge: () => json(response, result(text('x'.repeat(11 * 1024 * 1024)))),
      hugeStream: () => stream(response).end(event(result(text('x'.repeat(11 * 1024 * 1024))))),
      garbage: () => response.writeHead(200, { 'content-type': 'application/json' }).end('{no json'),
      html: () => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Log in</h1>'),
      empty: () => json(response, result({})),
      fails: () => json(response, result(text('disk on fire', { isError: true }))),
      misshapen: () => json(response, result(text('', { structuredContent: { size: 'big' } }))),
      asks: () => {
        const ask = { jsonrpc: '2.0', id: 'e', method: 'elicitation/create', params: { message: 'password?' } };
        stream(response).write(event(ask));
        response.end(event(result(text('went on without'))));
      },
      accepted: () => response.writeHead(202).end(),
      signIn: () => {
        token = 'second';
        const resource = `Bearer resource_metadata="${url}/.well-known/oauth-protected-resource"`;
        json(response, { error: 'expired' }, 401, { 'www-authenticate': resource });
      },
    };
    deeds[name]?.();
  }

  function answerOAuth(path: string, response: ServerResponse): boolean {
    if (path.includes('oauth-protected-resource')) {
      json(response, { resource: `${url}/mcp`, authorization_servers: [url] });
    } else if (path.includes('oauth-authorization-server') || path.includes('openid-configuration')) {
      json(response, {
        issuer: url,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
        response_types_supported: ['code'],
        grant_types_supported: ['client_credentials'],
        token_endpoint_auth_methods_supported: ['client_secret_basic'],
      });
    } else if (path === '/token') json(response, { access_token: token, token_type: 'Bearer', expires_in: 60 });
    else return false;
    return true;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const body = await bodyOf(request);
    if (answerOAuth(path, response)) return;
    if (request.method !== 'POST') {
      others.push(String(request.method));
      response.writeHead(405).end();
      return;
    }
    const message = JSON.parse(body) as Message;
    const { id, method } = message;
    if (method === 'tools/call' && id !== undefined) {
      const bearer = request.headers.authorization?.replace('Bearer ', '');
      arrived.push({ tool: String(message.params?.name), token: bearer, meta: message.params?._meta ?? {} });
      if (request.headers['mcp-session-id'] !== known) return void json(response, { error: 'no session' }, 404);
      return call(id, message, response);
    }
    others.push(method ?? 'answer');
    if (method === 'initialize') {
      session += 1;
      known = `session-${session}`;
      const serverInfo = { name: 'hostile', version: '0' };
      const result = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo };
      json(response, { jsonrpc: '2.0', id, result }, 200, { 'mcp-session-id': known });
    } else if (method === 'tools/list') {
      if (request.headers['mcp-session-id'] !== known) return void json(response, { error: 'no session' }, 404);
      const tools = NAMES.map((name) => {
        const more = name === 'misshapen' ? { outputSchema: shape } : {};
        return { name, inputSchema: { type: 'object' }, ...more };
      });
      json(response, { jsonrpc: '2.0', id, result: { tools } });
    } else {
      if (method === 'notifications/cancelled') waiting.get(message.params?.['requestId'])?.(text('at last'));
      response.writeHead(202).end();
    }
  }

  const server: Server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${url}/mcp`,
    arrived,
    others,
    forgetSessions: () => {
      known = 'nobody knows';
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
