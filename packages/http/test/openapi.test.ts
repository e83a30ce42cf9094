import { readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';
import { describe, expect, test } from 'vitest';
import { describeApi, PROBLEMS, ROUTES } from '../src/index.js';
import { client } from './client.js';

/*
 * The description of the API and the types of its client are made of the route table and committed.
 * `UPDATE_OPENAPI=1 npx vitest run packages/http/test/openapi.test.ts` writes both anew.
 */

const DOCUMENT = new URL('../../../docs/openapi.json', import.meta.url);
const TYPES = new URL('../../client/src/schema.ts', import.meta.url);
const isUpdate = process.env['UPDATE_OPENAPI'] === '1';
const ADVICE = 'If this is meant: UPDATE_OPENAPI=1 npx vitest run packages/http/test/openapi.test.ts';

interface Operation {
  readonly operationId: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  /** One is enough. */
  readonly 'x-scopes'?: readonly string[];
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, { readonly description?: string }>> };
}

const document = structuredClone(describeApi(ROUTES)) as unknown as Described;
const { schemas } = document.components;

/** Refusals are all the same to a client: a problem that it throws. */
function withoutRefusals(whole: typeof document): string {
  const copy = structuredClone(whole) as {
    paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
  };
  for (const operation of Object.values(copy.paths).flatMap((path) => Object.values(path))) {
    operation.responses = Object.fromEntries(Object.entries(operation.responses).filter(([status]) => status < '300'));
  }
  return JSON.stringify(copy);
}

/** Whether a committed file is as it would be made now; with UPDATE_OPENAPI it is made. */
function expectCommitted(file: URL, text: string): void {
  if (isUpdate) writeFileSync(file, text);
  expect(
    readFileSync(file, 'utf8') === text,
    `${file.pathname.split('/').at(-1)} is not what the routes say. ${ADVICE}`,
  ).toBe(true);
}

/** Generated types with what the API's description says of each schema, and a word on the three that hold them all. */
function explained(types: string): string {
  const described = (line: string, name: string): string =>
    schemas[name] ? `/** ${schemas[name].description} */\n${line}` : line;
  return types
    .replace(/^export type (\w+) =/gm, described)
    .replace('export interface paths', '/** Routes by their path, then by method. */\nexport interface paths')
    .replace(
      'export interface components',
      '/** Everything that has a name of its own. */\nexport interface components',
    )
    .replace('export interface operations', '/** Routes by their name. */\nexport interface operations');
}

describe('the description of the API', () => {
  test('says of every schema what it is', () => {
    const named = Object.entries(schemas);
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter(([, { description = '' }]) => description.length < 15).map(([name]) => name)).toEqual([]);
  });

  test('is committed as the routes say', () => {
    expectCommitted(DOCUMENT, `${JSON.stringify(document, null, 2)}\n`);
  });

  test("is what the client's types are made of", async () => {
    const types = await openapiTS(withoutRefusals(document), {
      alphabetize: true,
      rootTypes: true,
      rootTypesNoSchemaPrefix: true,
    });
    expectCommitted(
      TYPES,
      `/* Made of the API's description; packages/http/test/openapi.test.ts says how. */\n\n${explained(astToString(types))}`,
    );
  });

  test('is served to whoever is known, with the base path of this server', async () => {
    const on = client({ basePath: '/ops/remit' });
    const { status, body } = await on.send('GET', '/ops/remit/openapi.json');
    expect([status, body['servers']]).toEqual([200, [{ url: '/ops/remit' }]]);
    expect(Object.keys(body['paths'] as object)).toEqual(Object.keys(document.paths));
    expect((await on.send('GET', '/ops/remit/openapi.json', { as: null })).status).toBe(401);
  });

  test('has every route, under a name of its own', () => {
    const operations = ROUTES.map(({ method, pattern }) => document.paths[pattern]?.[method.toLowerCase()]);
    expect(operations.every((operation) => operation !== undefined)).toBe(true);
    const ids = operations.map((operation) => operation?.operationId);
    expect(new Set(ids).size).toBe(ROUTES.length);
  });

  test('says which scopes let a caller pass, and that /health needs none', () => {
    const of = (path: string, method: string) => {
      const { security, 'x-scopes': scopes } = document.paths[path]?.[method] ?? {};
      return { security, scopes };
    };
    expect(of('/tickets', 'post')).toEqual({ security: [{ bearer: [] }], scopes: ['tickets:write'] });
    expect(of('/halt', 'post')).toEqual({ security: [{ bearer: [] }], scopes: ['halt', 'halt:raise'] });
    expect(of('/openapi.json', 'get')).toEqual({ security: [{ bearer: [] }], scopes: undefined });
    expect(of('/health', 'get')).toEqual({ security: [], scopes: undefined });
  });

  test('names every status that a refusal can have', () => {
    const { responses = {} } = document.paths['/policies/{category}']?.['put'] ?? {};
    expect(Object.keys(responses).join(' ')).toBe('200 400 401 403 404 408 412 413 415 428 429 500 503');
    expect(Object.keys(PROBLEMS).length).toBeGreaterThan(20);
  });
});
