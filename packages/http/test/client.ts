import type { Principal } from '@remit/core';
import { expect } from 'vitest';
import { codesOf } from '../src/describeApi.js';
import { createHandler, type HandlerOptions, ROUTES } from '../src/index.js';
import { problemWire } from '../src/problem.js';
import { type FakeRemit, fakeRemit } from './fakeRemit.js';
import { ana, reader, stranger } from './fixtures.js';
import { throughListener } from './throughListener.js';
import { throughPrism } from './throughPrism.js';

const PEOPLE: Readonly<Record<string, Principal>> = { ana, reader, stranger };

/** Knows people by the token that is their name. */
export function authenticate(request: Request): Principal | null {
  const token = request.headers.get('authorization')?.replace(/^Bearer /, '') ?? '';
  return Object.hasOwn(PEOPLE, token) ? (PEOPLE[token] ?? null) : null;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; null without a body. */
  // The tests look into answers of many shapes.
  readonly body: Readonly<Record<string, unknown>> & {
    readonly items: readonly Readonly<Record<string, unknown>>[];
    readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
    readonly facts: Readonly<Record<string, unknown>>;
    readonly detail: string;
  };
}

export interface Ask {
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: string | Uint8Array | ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whose token; null for none. */
  readonly as?: string | null;
}

export interface Client extends FakeRemit {
  readonly logged: { readonly message: string; readonly details: Readonly<Record<string, unknown>> }[];
  send(method: string, path: string, ask?: Ask): Promise<Reply>;
}

/** The route that an address means under a base path; none elsewhere. */
function routeOf(method: string, path: string, basePath: string) {
  if (!path.startsWith(`${basePath}/`)) return undefined;
  const segments = path
    .slice(basePath.length + 1)
    .replace(/\?.*$/, '')
    .split('/');
  return ROUTES.find(({ method: own, pattern }) => {
    const parts = pattern.split('/').slice(1);
    return (
      own === method &&
      parts.length === segments.length &&
      parts.every((part, i) => part.startsWith('{') || part === segments[i])
    );
  });
}

/** A handler on a fake, asked without a socket. Every success must fit the schema of its route, every refusal RFC 9457. */
export function client(options: Partial<HandlerOptions> = {}): Client {
  const fake = fakeRemit();
  const logged: Client['logged'] = [];
  const logger = {
    error: (details: Readonly<Record<string, unknown>>, message: string) => void logged.push({ message, details }),
  };
  const handler = throughListener(createHandler({ remit: fake.remit, authenticate, logger, ...options }));
  const judged = throughPrism(handler);
  return {
    ...fake,
    logged,
    async send(method, path, { body, raw, headers = {}, as = 'ana' } = {}) {
      // What is sent as it is may be no JSON, or never end: prism reads a body before it hands it on.
      const response = await (raw === undefined ? judged : handler)(
        new Request(`http://remit.test${path}`, {
          method,
          headers: {
            ...(as === null ? {} : { authorization: `Bearer ${as}` }),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          ...(raw === undefined ? {} : { body: raw, duplex: 'half' as const }),
        }),
      );
      const text = await response.text();
      const answer = text === '' ? null : JSON.parse(text);
      expect(response.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
      const route = routeOf(method, path, options.basePath ?? '/api/v1');
      if (response.ok && answer !== null) {
        expect(response.headers.get('content-type')).toBe('application/json');
        if (route && route.success !== 'events') route.success?.parse(answer);
        if (route) expect(route.successes).toContain(response.status);
      }
      if (!response.ok && method !== 'HEAD') {
        expect(response.headers.get('content-type')).toBe('application/problem+json');
        expect(answer).toMatchObject({ status: response.status, trace_id: response.headers.get('x-trace-id') });
        for (const name of ['type', 'title', 'code', 'detail', 'next_step']) expect(answer[name]).toMatch(/\S/);
        problemWire.parse(answer);
        if (route) expect(codesOf(route)).toContain(answer.code);
      }
      return { status: response.status, headers: response.headers, body: answer };
    },
  };
}

/** Asks, expects a refusal with this status and code, and that it changed nothing. */
export async function expectRefusal(
  on: Client,
  ask: readonly [method: string, path: string, ask?: Ask],
  expected: { readonly status: number; readonly code: string },
): Promise<Reply> {
  const before = [...on.changes];
  const reply = await on.send(...ask);
  expect({ status: reply.status, code: reply.body?.['code'] }).toEqual(expected);
  expect(on.changes).toEqual(before);
  return reply;
}
