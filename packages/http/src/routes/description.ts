import { z } from 'zod';
import { describeApi } from '../describeApi.js';
import { defineRoute, type Route } from '../route.js';
import { noQuery } from '../wire.js';
import { ok } from './answers.js';
import { nothing } from './parameters.js';

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
    doc: 'Says that the service answers; needs no authentication.',
    name: 'getHealth',
    tag: 'service',
    scopes: [],
    isPublic: true,
    path: nothing,
    query: noQuery,
    body: null,
    success: z.strictObject({ status: z.literal('ok') }),
    successes: [200],
    headers: [],
    sends: [],
    codes: [],
    statuses: {},
    answer: async () => ok({ status: 'ok' }),
  },
];
