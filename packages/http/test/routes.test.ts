import { describe, expect, test } from 'vitest';
import { client, expectRefusal } from './client.js';
import { approval, HOSTILE_KEYS } from './fixtures.js';

const A = '/api/v1';

/** The feedback of the seed, word for word. */
const SEED_FEEDBACK = {
  ticket_id: 'INC-001',
  feedback_type: 'positive',
  rating: 5,
  was_helpful: true,
  resolution_accurate: true,
  actions_worked: true,
  comment: 'Perfect! Service is back up.',
  what_worked: 'The service restart fixed it',
  what_didnt_work: null,
  suggestions: 'Could add health check step',
  actual_resolution: 'Had to increase memory instead',
  time_to_resolve: 30.0,
};

describe('similar tickets', () => {
  test('are shown with the terms they share; a limit that is none is refused', async () => {
    const on = client();
    const { status, body } = await on.send('GET', `${A}/tickets/INC-001/similar?limit=1`);
    expect(status).toBe(200);
    expect(body).toEqual({ items: [{ ticket_id: 'INC-0', similarity: 0.9, shared_terms: ['web'] }] });
    for (const limit of ['0', '51', 'x']) {
      expect((await on.send('GET', `${A}/tickets/INC-001/similar?limit=${limit}`)).status).toBe(400);
    }
    expect((await on.send('GET', `${A}/tickets/none/similar`)).status).toBe(404);
  });
});

describe('feedback', () => {
  test('takes the feedback of the seed and shows it again, unchanged', async () => {
    const on = client();
    const first = await on.send('POST', `${A}/feedback`, { body: SEED_FEEDBACK });
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({
      feedback: { ...SEED_FEEDBACK, author: 'ana', value: 1, verdict: 'positive' },
      replaced: false,
      counted: true,
      reliability_score: 87.5,
      warnings: [],
    });
    const second = await on.send('POST', `${A}/feedback`, { body: { ...SEED_FEEDBACK, rating: 1 } });
    expect([second.status, second.body['replaced']]).toEqual([200, true]);
    const { body } = await on.send('GET', `${A}/tickets/INC-001/feedback`);
    expect(body.items).toHaveLength(1);
    expect(body.items[0]).toMatchObject({ ...SEED_FEEDBACK, rating: 1 });
  });

  test('needs no more than the ticket and a word', async () => {
    const body = { ticket_id: 'INC-001', feedback_type: 'neutral' };
    const reply = await client().send('POST', `${A}/feedback`, { body });
    expect(reply.body).toMatchObject({ feedback: { rating: null, comment: null, verdict: 'neutral' } });
  });

  test('names fields that it does not know', async () => {
    const body = { ...SEED_FEEDBACK, actions_wroked: false };
    const reply = await client().send('POST', `${A}/feedback`, { body });
    expect(JSON.stringify(reply.body['warnings'])).toContain('actions_wroked');
  });

  test.each([
    [{ rating: 7 }, '/rating', '"rating" must be at most 5; it is 7.'],
    [{ rating: 0 }, '/rating', '"rating" must be at least 1; it is 0.'],
    [{ rating: 4.5 }, '/rating', '"rating" must be a whole number; it is 4.5.'],
    [{ rating: '5' }, '/rating', '"rating" must be a number; it is "5".'],
    [
      { feedback_type: 'great' },
      '/feedback_type',
      '"feedback_type" must be one of positive, negative, neutral; it is "great".',
    ],
    [{ time_to_resolve: -1 }, '/time_to_resolve', '"time_to_resolve" must be at least 0; it is -1.'],
    [{ was_helpful: 'yes' }, '/was_helpful', '"was_helpful" must be true or false; it is "yes".'],
  ])('refuses %j', async (part, pointer, detail) => {
    const ask = { body: { ...SEED_FEEDBACK, ...part } };
    const reply = await expectRefusal(client(), ['POST', `${A}/feedback`, ask], { status: 400, code: 'invalid_input' });
    expect(reply.body.errors).toEqual([{ pointer, detail }]);
  });

  test('needs a ticket and the scope', async () => {
    const nobody = { body: { ...SEED_FEEDBACK, ticket_id: 'nope' } };
    await expectRefusal(client(), ['POST', `${A}/feedback`, nobody], { status: 404, code: 'not_found' });
    const asReader = { body: SEED_FEEDBACK, as: 'reader' };
    await expectRefusal(client(), ['POST', `${A}/feedback`, asReader], { status: 403, code: 'forbidden' });
    await expectRefusal(client(), ['GET', `${A}/tickets/nope/feedback`], { status: 404, code: 'not_found' });
  });
});

describe('approval', () => {
  const path = `${A}/tickets/INC-001/approve-remediation`;
  const yes = { approve: true, approval_id: approval.approvalId, binding_hash: approval.bindingHash };

  test('passes a yes and a no on, exactly as said', async () => {
    const on = client();
    expect((await on.send('POST', path, { body: { ...yes, comment: 'go' } })).status).toBe(200);
    const no = { ...yes, approve: false, reason_code: 'wrong_target' };
    expect((await on.send('POST', path, { body: no })).status).toBe(200);
    const { approvalId, bindingHash } = approval;
    expect(on.changes.map((change) => JSON.parse(change.slice('answer '.length)))).toEqual([
      { approve: true, approvalId, bindingHash, comment: 'go' },
      { approve: false, approvalId, bindingHash, comment: null, reasonCode: 'wrong_target' },
    ]);
  });

  test('lists what waits', async () => {
    const { body } = await client().send('GET', `${A}/approvals`);
    expect(body.items[0]).toMatchObject({ remediation: { approval: { binding_hash: approval.bindingHash } } });
  });

  test('refuses another binding hash and says how it differs', async () => {
    const ask = { body: { ...yes, binding_hash: 'other' } };
    const reply = await expectRefusal(client(), ['POST', path, ask], { status: 409, code: 'approval_stale' });
    expect(reply.body.facts).toEqual({
      differs: ['binding_hash'],
      open: { approval_id: 'apr-1', binding_hash: approval.bindingHash },
      named: { approval_id: 'apr-1', binding_hash: 'other' },
    });
  });

  test('refuses an answer to nothing, an incomplete one, and unknown fields', async () => {
    const nothing = `${A}/tickets/INC%2F001%20%C3%BC/approve-remediation`;
    await expectRefusal(client(), ['POST', nothing, { body: yes }], { status: 409, code: 'nothing_to_approve' });
    const ask = { body: { approve: 'yes', binding: 1, reason_code: 'because' } };
    const reply = await expectRefusal(client(), ['POST', path, ask], { status: 400, code: 'invalid_input' });
    const places = reply.body.errors.map(({ pointer }) => pointer);
    expect(places).toEqual(['/approve', '/approval_id', '/binding_hash', '/reason_code', '/binding']);
    await expectRefusal(client(), ['POST', path, { body: yes, as: 'reader' }], { status: 403, code: 'forbidden' });
  });
});

describe('log and resolution', () => {
  test('shows every row with its event and a sentence', async () => {
    const { status, body } = await client().send('GET', `${A}/tickets/INC-001/remediation-logs`);
    expect(status).toBe(200);
    expect(body.items[1]).toMatchObject({
      seq: 2,
      at: '2026-01-31T22:00:00.001Z',
      actor: 'remit',
      remediation_id: 'rem-1',
      previous_hash: 'hash-0',
      hash: 'hash-1',
      event: { type: 'approval_requested', approval_id: 'apr-1', needed: 2 },
      sentence: 'Approval was requested: 2 people have to say yes before 2026-02-01T22:00:00.000Z.',
    });
    await expectRefusal(client(), ['GET', `${A}/tickets/nope/remediation-logs`], { status: 404, code: 'not_found' });
  });

  test('takes what a person did', async () => {
    const body = {
      text: 'Added memory.',
      actions: [{ action: 'resize', arguments: HOSTILE_KEYS }],
      time_to_resolve: 5,
    };
    const reply = await client().send('POST', `${A}/tickets/INC-001/resolve`, { body });
    expect(reply.body).toMatchObject({
      status: 'resolved',
      resolution: { ...body, resolver: 'ana', confirmed: false },
    });
  });

  test('refuses a resolution without words, or with unknown fields', async () => {
    const path = `${A}/tickets/INC-001/resolve`;
    const ask = { body: { text: '', action: 'x', actions: [{ action: 'a' }] } };
    const reply = await expectRefusal(client(), ['POST', path, ask], { status: 400, code: 'invalid_input' });
    expect(reply.body.errors.map(({ pointer }) => pointer)).toEqual(['/text', '/actions/0/arguments', '/action']);
    const unknown = ['POST', `${A}/tickets/nope/resolve`, { body: { text: 'x' } }] as const;
    await expectRefusal(client(), unknown, { status: 404, code: 'not_found' });
  });
});

describe('statistics and patterns', () => {
  test('answers reliability by days and category', async () => {
    const on = client();
    const { body } = await on.send('GET', `${A}/stats/reliability?days=30&category=network`);
    expect(on.asked).toEqual([{ days: 30, category: 'network' }]);
    expect(body).toMatchObject({
      days: 30,
      category: 'network',
      average_score: 87.5,
      by_category: [{ category: 'network', average_score: 87.5 }],
      trend: [{ day: '2026-01-31', tickets: 2 }],
    });
    await on.send('GET', `${A}/stats/reliability`);
    expect(on.asked[1]).toEqual({ days: 30 });
  });

  test('answers auto-remediation by days', async () => {
    const on = client();
    const { body } = await on.send('GET', `${A}/stats/auto-remediation?days=7`);
    expect(on.asked).toEqual([{ days: 7 }]);
    expect(body).toMatchObject({ days: 7, opted_in: 1, routes: { suggest_only: 1 }, states: { suggested: 1 } });
  });

  test('answers patterns with what they lack', async () => {
    const on = client();
    const { body } = await on.send('GET', `${A}/patterns?category=network&min_occurrences=5`);
    expect(on.asked).toEqual([{ limit: 50, cursor: null, category: 'network', minOccurrences: 5 }]);
    expect(body.items[0]).toMatchObject({
      pattern_id: 'pat-1',
      actions: [
        {
          action_type: 'restart_service',
          standing: 'learning',
          eligible_for_auto_remediation: false,
          occurrence_count: 3,
          auto_remediation_success_rate: null,
          lacking: ['2 more occurrences'],
        },
      ],
    });
  });

  test.each([
    '/stats/reliability?days=0',
    '/stats/reliability?days=3651',
    '/stats/reliability?days=ten',
    '/stats/auto-remediation?days=1.5',
    '/patterns?min_occurrences=-1',
    '/approvals?limit=201',
  ])('refuses %s', async (path) => {
    await expectRefusal(client(), ['GET', A + path], { status: 400, code: 'invalid_input' });
  });

  test('needs the scope', async () => {
    const ask = ['GET', `${A}/stats/auto-remediation`, { as: 'reader' }] as const;
    await expectRefusal(client(), ask, { status: 403, code: 'forbidden' });
  });
});

describe('policies', () => {
  const path = `${A}/policies/network`;

  test('are read with an ETag and changed with If-Match', async () => {
    const on = client();
    const read = await on.send('GET', path);
    expect(read.headers.get('etag')).toBe('"0"');
    expect(read.body).toMatchObject({ requires_approval: true, min_reliability_score: 85, changed_at: null });
    const freeze = { from: '2026-12-24T00:00:00Z', to: '2026-12-27T00:00:00+01:00', reason: 'holidays' };
    const change = { ...read.body, requires_approval: 'by_level', freeze_periods: [freeze] };
    const changed = await on.send('PUT', path, { body: change, headers: { 'if-match': '"0"' } });
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"1"']);
    expect(changed.body).toMatchObject({
      version: 1,
      requires_approval: 'by_level',
      changed_by: 'ana',
      freeze_periods: [{ from: '2026-12-24T00:00:00.000Z', to: '2026-12-26T23:00:00.000Z', reason: 'holidays' }],
    });
    const part = await on.send('PUT', path, { body: { approvers: 2 }, headers: { 'if-match': '"1"' } });
    expect(part.body).toMatchObject({ version: 2, approvers: 2, requires_approval: 'by_level' });
    expect(on.changes.at(-1)).toBe('policy network {"approvers":2}');
  });

  test('want If-Match, and the newest', async () => {
    const on = client();
    const body = { approvers: 2 };
    await expectRefusal(on, ['PUT', path, { body }], { status: 428, code: 'precondition_required' });
    for (const tag of ['"7"', 'W/"0"', '*', '0']) {
      const ask = { body, headers: { 'if-match': tag } };
      await expectRefusal(on, ['PUT', path, ask], { status: 412, code: 'version_conflict' });
    }
  });

  test('refuse what they do not know, and what core refuses', async () => {
    const headers = { 'if-match': '"0"' };
    const misspelt = { body: { requires_aproval: false }, headers };
    const reply = await expectRefusal(client(), ['PUT', path, misspelt], { status: 400, code: 'invalid_input' });
    expect(reply.body.errors[0]?.pointer).toBe('/requires_aproval');
    const low = { body: { min_reliability_score: 10 }, headers };
    const refused = await expectRefusal(client(), ['PUT', path, low], { status: 400, code: 'invalid_policy' });
    expect(refused.body.errors).toEqual([
      {
        pointer: '/min_reliability_score',
        detail: '"min_reliability_score" must be 85 or more unless allow_below_seed_minimum is set.',
      },
    ]);
    const wrong = {
      body: { requires_approval: 'never', freeze_periods: [{ from: 'x', to: 1, reason: 'r' }] },
      headers,
    };
    const faults = await expectRefusal(client(), ['PUT', path, wrong], { status: 400, code: 'invalid_input' });
    const places = faults.body.errors.map(({ pointer }) => pointer);
    expect(places).toEqual(['/requires_approval', '/freeze_periods/0/from', '/freeze_periods/0/to']);
    expect(faults.body.detail).toContain('must be true, false or "by_level"');
  });

  test('exist for known categories only', async () => {
    const unknown = `${A}/policies/toaster`;
    await expectRefusal(client(), ['GET', unknown], { status: 404, code: 'unknown_category' });
    const ask = { body: {}, headers: { 'if-match': '"0"' } };
    await expectRefusal(client(), ['PUT', unknown, ask], { status: 404, code: 'unknown_category' });
    await expectRefusal(client(), ['PUT', path, { ...ask, as: 'reader' }], { status: 403, code: 'forbidden' });
  });
});

describe('halt', () => {
  test('is raised, listed and lifted', async () => {
    const on = client();
    const raised = await on.send('POST', `${A}/halt`, { body: { reason: 'fire' } });
    expect([raised.status, raised.body['scope']]).toEqual([201, 'tenant']);
    expect((await on.send('GET', `${A}/halt`)).body.items).toHaveLength(1);
    const lifted = await on.send('DELETE', raised.headers.get('location') ?? '');
    expect([lifted.status, lifted.body]).toEqual([204, null]);
    expect((await on.send('GET', `${A}/halt`)).body.items).toHaveLength(0);
    const network = await on.send('POST', `${A}/halt`, { body: { reason: 'fire', category: 'network' } });
    expect(network.body).toMatchObject({ scope: 'category', category: 'network' });
  });

  test('needs a reason, a scope, and to exist', async () => {
    await expectRefusal(client(), ['POST', `${A}/halt`, { body: {} }], { status: 400, code: 'invalid_input' });
    const ask = { body: { reason: 'x' }, as: 'reader' };
    await expectRefusal(client(), ['POST', `${A}/halt`, ask], { status: 403, code: 'forbidden' });
    await expectRefusal(client(), ['DELETE', `${A}/halt/nope`], { status: 404, code: 'not_found' });
  });
});
