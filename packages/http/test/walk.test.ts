import type { Principal } from '@remit/core';
import { describe, expect, test } from 'vitest';
import { ROUTES, type Route } from '../src/index.js';
import { client } from './client.js';
import { SCOPES } from './fixtures.js';
import { world } from './servedWorld.js';

/* Walks the route table against a real Remit: what holds for every route holds for one that is added later. */

const BODIES: Readonly<Record<string, object>> = {
  submitTicket: { ticket_id: 'W-1', description: 'x', category: 'server' },
  setOptIn: { enable_auto_remediation: false },
  resolveTicket: { text: 'restarted it' },
  reopenTicket: {},
  giveFeedback: { ticket_id: 'W-0', feedback_type: 'positive' },
  answerApproval: { approve: true, approval_id: 'a', binding_hash: 'b' },
  reconcile: { answer: 'accept', binding_hash: 'b' },
  adjudicate: { would_have_worked: true },
  renamePattern: { title: 'x' },
  mergePattern: { into: 'x' },
  splitPattern: { title: 'x', ticket_ids: ['W-0'] },
  undoPatternChange: { undoes: 'x' },
  promote: { name: 'x', title: 'x', steps: [] },
  setPolicy: {},
  setPhase: { phase: null },
  acceptTools: { pins: { 'ops/restart': 'x' } },
  halt: { reason: 'x' },
};

/** Routes whose path names something of a tenant, and routes whose body does. */
const NAMING = ROUTES.filter(
  ({ pattern, name, isPublic }) => !isPublic && (/\{(?!category)/.test(pattern) || name === 'giveFeedback'),
);
const WITH_SCOPES = ROUTES.filter(({ scopes }) => scopes.length > 0);

const pathOf = ({ pattern }: Route, id: string): string =>
  `/api/v1${pattern.replace('{category}', 'server').replace(/\{\w+\}/, encodeURIComponent(id))}`;

function askOf(route: Route) {
  return { ...(route.body ? { body: BODIES[route.name] } : {}), headers: { 'if-match': '"0"' } };
}

const rows = (routes: readonly Route[]) => routes.map((route) => [`${route.method} ${route.pattern}`, route] as const);

/** One Remit for all, asked by somebody with these scopes. */
async function asking(scopes: readonly string[], tenant = 'acme') {
  const { remit } = await world();
  const submitter = { id: 'monitoring', tenant, scopes: SCOPES };
  await remit.submitTicket(submitter, { ticketId: 'W-0', description: 'x', category: 'server' });
  const actor: Principal = { id: 'walker', tenant, scopes };
  return client({ remit, authenticate: (request) => (request.headers.has('authorization') ? actor : null) });
}

describe('every route', () => {
  test('that takes a body has one here', () => {
    const missing = ROUTES.filter(({ body, name }) => body !== null && !Object.hasOwn(BODIES, name));
    expect(missing.map(({ name }) => name)).toEqual([]);
    expect(NAMING.length).toBeGreaterThan(12);
  });

  test('but /health and signed messages need authentication; only the description of the API needs no scope besides', () => {
    expect(ROUTES.filter(({ isPublic }) => isPublic).map(({ name }) => name)).toEqual(['ingest', 'getHealth']);
    const open = ROUTES.filter(({ isPublic, scopes }) => !isPublic && scopes.length === 0);
    expect(open.map(({ name }) => name)).toEqual(['getOpenApi']);
  });

  test.each(rows(WITH_SCOPES))('%s is 403 with every scope but its own', async (_, route) => {
    const others = SCOPES.filter((scope) => !route.scopes.includes(scope));
    const on = await asking(others);
    const { status, body } = await on.send(route.method, pathOf(route, 'W-0'), askOf(route));
    expect([status, body['code']]).toEqual([403, 'forbidden']);
  });

  test.each(rows(ROUTES.filter(({ isPublic }) => !isPublic)))('%s is 401 without credentials', async (_, route) => {
    const on = await asking(SCOPES);
    const { status } = await on.send(route.method, pathOf(route, 'W-0'), { ...askOf(route), as: null });
    expect(status).toBe(401);
  });
});

describe("another tenant's ids", () => {
  test.each(rows(NAMING))('%s answers 404, as for what does not exist', async (_, route) => {
    const w = await world();
    const as = (tenant: string) =>
      client({ remit: w.remit, authenticate: () => ({ id: 'walker', tenant, scopes: SCOPES }) });
    await as('acme').send('POST', '/api/v1/tickets', { body: { ...BODIES['submitTicket'], ticket_id: 'W-0' } });
    const halt = await as('acme').send('POST', '/api/v1/halt', { body: { reason: 'x' } });
    await w.remit.idle();
    const patterns = await as('acme').send('GET', '/api/v1/patterns');
    const ids: Readonly<Record<string, unknown>> = {
      '/tickets': 'W-0',
      '/halt': halt.body['halt_id'],
      '/patterns': patterns.body.items[0]?.['pattern_id'],
    };
    const id = ids[`/${route.pattern.split('/')[1]}`] ?? 'W-0';
    const ask = askOf(route);
    const foreign = await as('globex').send(route.method, pathOf(route, String(id)), ask);
    const absent = await as('globex').send(route.method, pathOf(route, 'nobody has this'), {
      ...ask,
      ...(route.name === 'giveFeedback' ? { body: { ...BODIES['giveFeedback'], ticket_id: 'nobody has this' } } : {}),
    });
    expect([foreign.status, absent.status]).toEqual([404, 404]);
  });
});
