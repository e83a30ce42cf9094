import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createHandler, ROUTES } from '../src/index.js';
import { SCOPES } from './fixtures.js';
import { world } from './servedWorld.js';

/* Hostile requests at every route of a real Remit: FUZZ_REQUESTS=20000 npx vitest run packages/http/test/fuzz.test.ts */

const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 400);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '.',
    '..',
    '%2e%2e/',
    '\0',
    '__proto__',
    'constructor',
    '\ud800',
    "'; drop table tickets; --",
    'INC-1',
  ),
);
const value = fc.oneof(fc.jsonValue(), text, fc.constantFrom('server', 'positive', 'seed', 1e308, -1, 2 ** 53));
const NAMES = [
  ...new Set(ROUTES.flatMap(({ body }) => (body && 'shape' in body ? Object.keys(body.shape as object) : []))),
];
const body = fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), text), value, { maxKeys: 12 });
const header = fc.constantFrom('if-match', 'prefer', 'idempotency-key', 'last-event-id', 'origin', 'traceparent');

const ask = fc.record({
  route: fc.constantFrom(...ROUTES.filter(({ success }) => success !== 'events')),
  ids: fc.array(text, { minLength: 2, maxLength: 2 }),
  query: fc.dictionary(fc.constantFrom('limit', 'cursor', 'days', 'status', 'category', 'x'), text, { maxKeys: 3 }),
  body: fc.oneof(
    body.map((given) => JSON.stringify(given)),
    fc.string({ maxLength: 60 }),
  ),
  headers: fc.dictionary(header, fc.string({ unit: 'grapheme-ascii', maxLength: 20 }), { maxKeys: 3 }),
});

/** Waiting for a decision is no part of what is tried here. */
const withoutWait = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).filter(([name, said]) => name !== 'prefer' || !said.includes('wait')));

describe('hostile requests', () => {
  test(`${REQUESTS} of them: none is answered with 500, none with a stack`, { timeout: 600_000 }, async () => {
    const { remit } = await world();
    const logged: unknown[] = [];
    const handler = createHandler({
      remit,
      authenticate: () => ({ id: 'mallory', tenant: 'acme', scopes: SCOPES }),
      logger: { error: (_, details) => void logged.push(details) },
    });
    const property = fc.asyncProperty(ask, async ({ route, ids, query, body: sent, headers }) => {
      const [id = ''] = ids;
      const encoded = encodeURIComponent(id.replace(/\p{Surrogate}/gu, '?'));
      const path = route.pattern.replace(/\{\w+\}/g, () => encoded);
      const search = new URLSearchParams(query).toString();
      const response = await handler(
        new Request(`http://remit.test/api/v1${path}?${search}`, {
          method: route.method,
          headers: { ...withoutWait(headers), authorization: 'Bearer m', 'content-type': 'application/json' },
          ...(route.method === 'GET' || route.method === 'DELETE' ? {} : { body: sent }),
        }),
      );
      const answer = await response.text();
      expect({ status: response.status < 500, logged }, `${route.method} ${path} ${sent}`).toEqual({
        status: true,
        logged: [],
      });
      expect(answer).not.toMatch(/node_modules|\.ts:\d+|at \w+ \(/);
    });
    await fc.assert(property, { numRuns: REQUESTS, seed: SEED, endOnFailure: true });
  });
});
