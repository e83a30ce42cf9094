import { z } from 'zod';
import { describeApi } from '../describeApi.js';
import { Problem } from '../problem.js';
import { defineRoute, type Route } from '../route.js';
import { noQuery } from '../wire.js';
import { ok } from './answers.js';
import { nothing } from './parameters.js';

const healthWire = z
  .strictObject({
    status: z.enum(['ok', 'degraded']),
    store: z.strictObject({ state: z.literal('ok') }),
    /** `behind` when work was there for a minute and nobody took it. */
    queue: z.strictObject({ state: z.enum(['working', 'behind', 'stopped']) }),
    /** `failing` after three failures in a row; `not_asked` when no ticket needed it since the start. */
    analyst: z.strictObject({ state: z.enum(['ok', 'failing', 'not_asked']) }),
  })
  .meta({ id: 'Health', description: 'How store, queue and analyst are.' });

/** What the service says of itself. */
export const DESCRIPTION_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'GET',
    pattern: '/openapi.json',
    doc: 'This description of the API (OpenAPI 3.1).',
    name: 'getOpenApi',
    tag: 'service',
    scopes: [],
    path: nothing,
    query: noQuery,
    body: null,
    success: z.looseObject({ openapi: z.string() }),
    answer: async ({ routes, basePath }) => ok(describeApi(routes, { basePath })),
  }),
  {
    method: 'GET',
    pattern: '/health',
    doc: 'How the service is: store, queue and analyst. 503 while the store cannot be reached. Needs no authentication.',
    name: 'getHealth',
    tag: 'service',
    scopes: [],
    isPublic: true,
    path: nothing,
    query: noQuery,
    body: null,
    success: healthWire,
    successes: [200],
    headers: [],
    sends: [],
    codes: [],
    statuses: {},
    answer: async ({ remit }) => {
      const { status, store, queue, analyst } = await remit.health();
      // What the store said is for the log: this answer is for anybody.
      if (status === 'down')
        throw new Problem('storage_unavailable', 'The store gave no answer.', { cause: store.error });
      return ok({ status, store: { state: store.state }, queue, analyst });
    },
  },
];
