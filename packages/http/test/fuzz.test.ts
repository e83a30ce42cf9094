import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createHandler, ROUTES } from '../src/index.js';
import { SCOPES } from './fixtures.js';
import { type Ask, requests } from './schemaArbitrary.js';
import { world } from './servedWorld.js';

/* Requests as the description of the API has them, and hostile ones, at every route of a real Remit: FUZZ_REQUESTS=20000 npx vitest run packages/http/test/fuzz.test.ts */

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

const hostile: Arbitrary<Ask> = fc
  .record({
    route: fc.constantFrom(...ROUTES.filter(({ success }) => success !== 'events')),
    id: text,
    query: fc.dictionary(fc.constantFrom('limit', 'cursor', 'days', 'status', 'category', 'x'), text, { maxKeys: 3 }),
    body: fc.oneof(
      body.map((given) => JSON.stringify(given)),
      fc.string({ maxLength: 60 }),
    ),
    headers: fc.dictionary(header, fc.string({ unit: 'grapheme-ascii', maxLength: 20 }), { maxKeys: 3 }),
  })
  .map(({ route: { method, pattern }, id, query, body: sent, headers }) => {
    const encoded = encodeURIComponent(id.replace(/\p{Surrogate}/gu, '?'));
    const path = `${pattern.replace(/\{\w+\}/g, () => encoded)}?${new URLSearchParams(query)}`;
    return { method, path, headers, body: method === 'GET' || method === 'DELETE' ? null : sent };
  });

/** Waiting for a decision is no part of what is tried here. */
const withoutWait = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(headers).filter(([name, said]) => name.toLowerCase() !== 'prefer' || !said.includes('wait')),
  );

describe('requests at random', () => {
  test(`${REQUESTS} of them: none is answered with 500, none with a stack`, { timeout: 600_000 }, async () => {
    const { remit } = await world();
    const logged: unknown[] = [];
    const handler = createHandler({
      remit,
      authenticate: () => ({ id: 'mallory', tenant: 'acme', scopes: SCOPES }),
      logger: { error: (details) => void logged.push(details) },
    });
    const statuses = new Set<number>();
    const property = fc.asyncProperty(fc.oneof(hostile, requests), async ({ method, path, headers, body: sent }) => {
      const response = await handler(
        new Request(`http://remit.test/api/v1${path}`, {
          method,
          headers: { ...withoutWait(headers), authorization: 'Bearer m', 'content-type': 'application/json' },
          body: sent,
        }),
      );
      const answer = await response.text();
      statuses.add(response.status);
      expect({ status: response.status < 500, logged }, `${method} ${path} ${sent}`).toEqual({
        status: true,
        logged: [],
      });
      expect(answer).not.toMatch(/node_modules|\.ts:\d+|at \w+ \(/);
    });
    await fc.assert(property, { numRuns: REQUESTS, seed: SEED, endOnFailure: true });
    // They get somewhere, and not only to the door.
    expect([...statuses]).toEqual(expect.arrayContaining([200, 201, 400, 404]));
  });
});
