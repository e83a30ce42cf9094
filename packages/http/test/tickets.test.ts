import { describe, expect, test } from 'vitest';
import { client, expectRefusal } from './client.js';
import { HOSTILE_KEYS } from './fixtures.js';

const T = '/api/v1/tickets';
const body = { ticket_id: 'INC-100', description: 'Web service not responding', category: 'server' };

describe('POST /tickets', () => {
  test('takes the ticket of the seed in and answers 201 with its address', async () => {
    const on = client();
    const reply = await on.send('POST', T, { body: { ...body, enable_auto_remediation: true } });
    expect(reply.status).toBe(201);
    expect(reply.headers.get('location')).toBe('/api/v1/tickets/INC-100');
    expect(reply.body).toMatchObject({
      ...body,
      enable_auto_remediation: true,
      status: 'received',
      submitter: 'ana',
      analysis: null,
      reliability_score: null,
      confidence_level: null,
      breakdown: null,
      factors: null,
      remediation_decision: null,
      remediation: null,
      similar_tickets: [],
      warnings: [],
    });
    expect(on.changes).toEqual(['ticket INC-100']);
  });

  test('opts in only when asked to', async () => {
    const reply = await client().send('POST', T, { body });
    expect(reply.body).toMatchObject({ enable_auto_remediation: false });
  });

  test('keeps ids with slashes and Unicode verbatim and encodes them in the address', async () => {
    const on = client();
    const reply = await on.send('POST', T, { body: { ...body, ticket_id: 'INC/7 é☃%' } });
    const location = reply.headers.get('location') ?? '';
    expect(location).toBe('/api/v1/tickets/INC%2F7%20%C3%A9%E2%98%83%25');
    expect((await on.send('GET', location)).body['ticket_id']).toBe('INC/7 é☃%');
  });

  test('answers 200 for the same ticket again and 409 for other content', async () => {
    const on = client();
    await on.send('POST', T, { body });
    expect((await on.send('POST', T, { body })).status).toBe(200);
    const other = { body: { ...body, description: 'Something else' } };
    await expectRefusal(on, ['POST', T, other], { status: 409, code: 'ticket_conflict' });
  });

  test('keeps unknown fields in metadata, names them, and leaves a misspelt opt-in off', async () => {
    const extra = { enableAutoRemediation: true, assigned_to: { nameOf: 'bo' }, metadata: HOSTILE_KEYS };
    const reply = await client().send('POST', T, { body: { ...body, ...extra } });
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({
      enable_auto_remediation: false,
      metadata: { ...HOSTILE_KEYS, enableAutoRemediation: true, assigned_to: { nameOf: 'bo' } },
    });
    const warnings = reply.body['warnings'] as { pointer: string; detail: string }[];
    expect(warnings.map(({ pointer }) => pointer)).toEqual(['/enableAutoRemediation', '/assigned_to']);
    expect(warnings[0]?.detail).toMatch(/opts nothing in.*enable_auto_remediation/);
  });

  test('never lets an unknown field replace what metadata says', async () => {
    const reply = await client().send('POST', T, { body: { ...body, source: 'a', metadata: { source: 'b' } } });
    expect(reply.body['metadata']).toEqual({ source: 'b' });
    expect(JSON.stringify(reply.body['warnings'])).toContain('dropped');
  });

  test('waits for the decision when asked to, at most 30 s', async () => {
    const on = client();
    const reply = await on.send('POST', T, { body, headers: { prefer: 'respond-async, wait=600' } });
    expect(reply.status).toBe(201);
    expect(reply.headers.get('preference-applied')).toBe('wait=30');
    expect(reply.body['status']).toBe('suggested');
    expect(on.asked).toEqual([{ ticketId: 'INC-100', timeoutMs: 30_000 }]);
  });

  test('does not wait without being asked, and says what was stored when waiting is not possible', async () => {
    const on = client();
    expect((await on.send('POST', T, { body })).headers.has('preference-applied')).toBe(false);
    const writer = { id: 'w', tenant: 'acme', scopes: ['tickets:write'] };
    const limited = client({ authenticate: () => writer });
    const reply = await limited.send('POST', T, { body, headers: { prefer: 'wait=5' } });
    expect([reply.status, reply.body['status']]).toEqual([201, 'received']);
    expect(reply.headers.has('preference-applied')).toBe(false);
    expect(limited.logged).toHaveLength(1);
  });

  test('tells all faults at once, each with its place and a sentence', async () => {
    const bad = { description: '', category: 7, enable_auto_remediation: 'true', targets: ['a', 1], metadata: [] };
    const on = client();
    const reply = await expectRefusal(on, ['POST', T, { body: bad }], { status: 400, code: 'invalid_input' });
    expect(reply.body.errors).toEqual([
      { pointer: '/ticket_id', detail: '"ticket_id" is missing.' },
      { pointer: '/description', detail: '"description" must not be empty.' },
      { pointer: '/category', detail: '"category" must be a text; it is 7.' },
      { pointer: '/enable_auto_remediation', detail: '"enable_auto_remediation" must be true or false; it is "true".' },
      { pointer: '/targets/1', detail: '"targets.1" must be a text; it is 1.' },
      { pointer: '/metadata', detail: '"metadata" must be an object; it is [].' },
    ]);
  });

  test('refuses ids that no address can hold', async () => {
    for (const ticket_id of ['.', '..']) {
      const ask = { body: { ...body, ticket_id } };
      const reply = await expectRefusal(client(), ['POST', T, ask], { status: 400, code: 'invalid_input' });
      expect(reply.body.errors[0]?.pointer).toBe('/ticket_id');
    }
  });

  test('tells faults that core finds with the names of the wire', async () => {
    const ask = { body: { ...body, description: 'x'.repeat(1_000_000) } };
    const reply = await expectRefusal(client(), ['POST', T, ask], { status: 400, code: 'invalid_input' });
    expect(reply.body.errors).toEqual([
      { pointer: '/description', detail: '"description" must have at most 100000 characters.' },
    ]);
  });

  test('names the known categories when one is unknown', async () => {
    const ask = { body: { ...body, category: 'toaster' } };
    const reply = await expectRefusal(client(), ['POST', T, ask], { status: 400, code: 'unknown_category' });
    expect(reply.body.facts['known_categories']).toContain('network');
    expect(reply.body['next_step']).toContain('network');
    expect(reply.body.errors[0]?.pointer).toBe('/category');
  });

  test('needs the scope to opt in', async () => {
    const on = client({ authenticate: () => ({ id: 'w', tenant: 'acme', scopes: ['tickets:write'] }) });
    const ask = { body: { ...body, enable_auto_remediation: true } };
    await expectRefusal(on, ['POST', T, ask], { status: 403, code: 'forbidden' });
  });
});

describe('GET /tickets', () => {
  test('shows one ticket with score, breakdown, decision and approval', async () => {
    const { status, body: ticket } = await client().send('GET', `${T}/INC-001`);
    expect(status).toBe(200);
    expect(ticket).toMatchObject({
      reliability_score: 87.5,
      confidence_level: 'high',
      breakdown: { ai_confidence: '92%', human_validation: '85%', success_history: '90%', pattern_recognition: '82%' },
      factors: { ai_confidence: 92.4, human_validation: 85, success_history: 90, pattern_recognition: 82 },
      remediation_decision: { route: 'approval', reason: 'policy_requires_approval', requires_approval: true },
      similar_tickets: [{ ticket_id: 'INC-000', similarity: 0.91, shared_terms: ['web', 'respond'] }],
      created_at: '2026-01-31T22:00:00.000Z',
      resolved_at: null,
      remediation: {
        id: 'rem-1',
        state: 'awaiting_approval',
        plan: { actions: [{ action: 'restart_service', class: 'safe_write', targets: ['service:nginx'] }] },
        approval: { approval_id: 'apr-1', needed: 1, approvals: [], expires_at: '2026-02-01T22:00:00.000Z' },
      },
    });
    const because = (ticket['remediation_decision'] as { because: { inputs: object; sentence: string }[] }).because;
    expect(because.at(-1)).toMatchObject({ rule: 11, applies: true, inputs: { requires_approval: true } });
    expect(because.map(({ sentence }) => sentence)).toContain('The ticket opted in.');
    expect(JSON.stringify(because)).toContain('min_reliability_score');
  });

  test('leaves the keys of JSON that a caller owns as they are', async () => {
    const { body: ticket } = await client().send('GET', `${T}/INC-001`);
    expect(ticket['metadata']).toEqual(HOSTILE_KEYS);
    const { analysis, remediation } = ticket as unknown as {
      analysis: { plan: { actions: { arguments: unknown }[] }; observations: { value: unknown }[] };
      remediation: { plan: { actions: { arguments: unknown }[] }; approval: { shown: { snapshot: unknown } } };
    };
    const args = { serviceName: 'nginx', camelArg: HOSTILE_KEYS };
    expect(analysis.plan.actions[0]?.arguments).toEqual(args);
    expect(analysis.observations[0]?.value).toEqual(HOSTILE_KEYS);
    expect(remediation.plan.actions[0]?.arguments).toEqual(args);
    expect(remediation.approval.shown.snapshot).toEqual(HOSTILE_KEYS);
  });

  test('finds ids with slashes and Unicode', async () => {
    const { status, body: ticket } = await client().send('GET', `${T}/INC%2F001%20%C3%BC`);
    expect([status, ticket['ticket_id']]).toEqual([200, 'INC/001 ü']);
  });

  test('knows nothing of other tenants and unknown ids', async () => {
    await expectRefusal(client(), ['GET', `${T}/nope`], { status: 404, code: 'not_found' });
    await expectRefusal(client(), ['GET', `${T}/INC-001`, { as: 'stranger' }], { status: 404, code: 'not_found' });
  });

  test('lists a page with a link to the next', async () => {
    const on = client();
    const reply = await on.send('GET', `${T}?limit=1&status=awaiting_approval&category=server&cursor=abc`);
    expect(on.asked).toEqual([{ limit: 1, cursor: 'abc', status: 'awaiting_approval', category: 'server' }]);
    expect(reply.body.items[0]).toMatchObject({ ticket_id: 'INC-001', remediation_id: 'rem-1' });
    expect(reply.body['next_cursor']).toBe('next one');
    expect(reply.headers.get('link')).toContain('cursor=next+one');
    await on.send('GET', T);
    expect(on.asked[1]).toEqual({ limit: 50, cursor: null });
  });

  test('tells every fault of a query', async () => {
    const ask = ['GET', `${T}?limit=0&status=open&category=a&category=b`] as const;
    const reply = await expectRefusal(client(), ask, { status: 400, code: 'invalid_input' });
    expect(reply.body.errors.map(({ pointer }) => pointer)).toEqual(['/limit', '/status', '/category']);
    expect(reply.body.errors[0]?.detail).toBe('In the query, "limit" must be at least 1; it is "0".');
    expect(reply.body.errors[2]?.detail).toBe('In the query, "category" was given more than once.');
  });
});
