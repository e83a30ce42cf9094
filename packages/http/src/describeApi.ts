import {
  createDocument,
  type oas31,
  type ZodOpenApiContentObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import { PROBLEMS, type ProblemCode, problemWire } from './problem.js';
import type { HeededHeader, Route, SentHeader } from './route.js';
import { outboxEventWire } from './wire/event.js';

/** Version of the wire, as in the base path. */
const API_VERSION = '1.0.0';

const INTRODUCTION = `Decides, for every IT ticket, whether an AI may fix it by itself, must ask a person first, or must
leave it alone; carries the fix out; proves what happened; earns or loses autonomy.

Every refusal is \`application/problem+json\` (RFC 9457) with a stable \`code\`. Everything is keyed by tenant: another
tenant's ids are 404. Which credentials are taken is up to the host; a bearer token is the usual one.`;

const TAGS: Readonly<Record<string, string>> = {
  tickets: 'Handing tickets in, looking at them, opting in and out.',
  approvals: 'What waits for a person.',
  feedback: 'What people say about the result.',
  patterns: 'What was learned.',
  stats: 'How tickets fared.',
  policies: 'What each category allows.',
  events: 'What happened, as it happens.',
  catalogue: 'Which tools are accepted as they are defined.',
  halt: 'Stopping all writes.',
  service: 'The service itself.',
};

/** The header that every answer has. */
const TRACE = 'X-Trace-Id';

const SENT: Readonly<Record<SentHeader | typeof TRACE | 'WWW-Authenticate', string>> = {
  [TRACE]: 'The id under which the log has this request; 32 hexadecimal digits.',
  'WWW-Authenticate': 'How to authenticate.',
  ETag: 'The version; a change names it in If-Match.',
  Link: 'The next page, with rel="next"; absent on the last.',
  Location: 'Where the new resource is.',
};

const HEEDED: Readonly<Record<HeededHeader, { readonly description: string; readonly required: boolean }>> = {
  'If-Match': { description: 'The ETag of the version that the change is made to, such as `"3"`.', required: true },
  'Idempotency-Key': {
    description: 'A repeat of the request under the same key, within a day, gets the first answer again.',
    required: false,
  },
  'Last-Event-ID': {
    description: 'The id of the last event that was seen; what came after it is sent.',
    required: false,
  },
  Prefer: { description: '`wait=N` waits up to N seconds, at most 30, for the decision.', required: false },
};

/** Every code that a route can refuse with. */
export function codesOf(route: Route): readonly ProblemCode[] {
  const codes: ProblemCode[] = ['invalid_input', 'internal', 'storage_unavailable', ...route.codes];
  if (!route.isPublic) codes.push('unauthenticated', 'invalid_configuration', 'rate_limited');
  if (route.method !== 'GET') codes.push('cross_site');
  if (route.method === 'POST') codes.push('idempotency_running', 'idempotency_mismatch');
  if (route.scopes.length > 0) codes.push('forbidden');
  if (route.body) codes.push('payload_too_large', 'unsupported_media_type', 'request_timeout', 'raw_body_missing');
  return [...new Set(codes)];
}

/** The status of a code at a route. */
export function statusOf(route: Route | undefined, code: ProblemCode): number {
  const own: Partial<Record<ProblemCode, number>> = route?.statuses ?? {};
  return own[code] ?? PROBLEMS[code].status;
}

function refusalsOf(route: Route): ZodOpenApiOperationObject['responses'] {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codesOf(route)) {
    const status = statusOf(route, code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const sorted = [...byStatus].sort(([a], [b]) => a - b);
  return Object.fromEntries(
    sorted.map(([status, codes]) => [
      String(status),
      {
        description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
        headers: headersOf(status === 401 ? ['WWW-Authenticate'] : []),
        content: { 'application/problem+json': { schema: problemWire } },
      },
    ]),
  );
}

/** References to the named headers, and to the one that every answer has. */
function headersOf(names: readonly (keyof typeof SENT)[]): oas31.HeadersObject {
  return Object.fromEntries([TRACE, ...names].map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

const EVENTS = {
  type: 'string',
  description: 'Messages; the data of each is an OutboxEvent in JSON.',
  contentMediaType: 'application/json',
  contentSchema: { $ref: '#/components/schemas/OutboxEvent' },
} as oas31.SchemaObject;

function contentOf(success: Route['success']): ZodOpenApiContentObject | null {
  if (success === null) return null;
  return success === 'events'
    ? { 'text/event-stream': { schema: EVENTS } }
    : { 'application/json': { schema: success } };
}

function successesOf(route: Route): ZodOpenApiOperationObject['responses'] {
  const headers = headersOf(route.sends);
  const content = contentOf(route.success);
  const SAY: Readonly<Record<number, string>> = {
    200: 'Done.',
    201: 'Created.',
    204: 'Done; there is nothing to say.',
  };
  return Object.fromEntries(
    route.successes.map((status) => [
      String(status),
      { description: SAY[status] ?? 'Done.', headers, ...(content ? { content } : {}) },
    ]),
  );
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const scopes = route.scopes.map((scope) => `\`${scope}\``).join(' or ');
  const heeded: readonly HeededHeader[] =
    route.method === 'POST' ? [...route.headers, 'Idempotency-Key'] : route.headers;
  const parameters = heeded.map((name) => ({
    name,
    in: 'header' as const,
    ...HEEDED[name],
    schema: { type: 'string' as const },
  }));
  const taken = route.body ?? route.rawBody;
  return {
    operationId: route.name,
    summary: route.doc.replace(/[.:;].*$/s, ''),
    description: scopes === '' ? route.doc : `${route.doc} Scope: ${scopes}.`,
    tags: [route.tag],
    security: route.isPublic ? [] : [{ bearer: [] }],
    // In an extension: what stands behind a scheme in `security` are scopes of OAuth to most tools.
    ...(route.scopes.length > 0 ? { 'x-scopes': [...route.scopes] } : {}),
    requestParams: { path: route.path, query: route.query },
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(taken ? { requestBody: { required: true, content: { 'application/json': { schema: taken } } } } : {}),
    responses: { ...successesOf(route), ...refusalsOf(route) },
  };
}

const described = new WeakMap<readonly Route[], Map<string, oas31.OpenAPIObject>>();

/**
 * The API as an OpenAPI 3.1 document, made of the route table. `basePath` (default `/api/v1`) becomes its server.
 * The same table and base path answer the same object.
 */
export function describeApi(
  routes: readonly Route[],
  { basePath = '/api/v1' }: { readonly basePath?: string } = {},
): oas31.OpenAPIObject {
  const known = described.get(routes) ?? new Map<string, oas31.OpenAPIObject>();
  described.set(routes, known);
  const before = known.get(basePath);
  if (before) return before;
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    paths[route.pattern] = { ...paths[route.pattern], [route.method.toLowerCase()]: operationOf(route) };
  }
  const document = createDocument(
    {
      openapi: '3.1.1',
      info: {
        title: 'Remit',
        version: API_VERSION,
        description: INTRODUCTION,
        contact: { name: 'Whoever operates this server' },
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: basePath === '' ? '/' : basePath }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      security: [{ bearer: [] }],
      paths,
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
        schemas: { OutboxEvent: outboxEventWire },
        headers: Object.fromEntries(
          Object.entries(SENT).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
        ),
      },
    },
    {
      override: ({ jsonSchema }) => {
        // To zod a list that code must not change; to OpenAPI a field that a request must not have.
        delete jsonSchema.readOnly;
        // The text of a whole number in a query is described as the number.
        if (jsonSchema.type === 'integer') delete jsonSchema.pattern;
      },
    },
  );
  known.set(basePath, document);
  return document;
}
