import { describe, expect, test } from 'vitest';
import type { Reply } from './client.js';
import { learn, submit, T, ticket, until, world } from './servedWorld.js';

interface Asked {
  readonly remediation: { readonly approval: { readonly approval_id: string; readonly binding_hash: string } };
}

function answerTo(body: Reply['body'], approve: boolean): object {
  const { approval_id, binding_hash } = (body as unknown as Asked).remediation.approval;
  return { approve, approval_id, binding_hash };
}

describe('the whole path', () => {
  test('a ticket waits for a person, is approved, carried out, told and praised', async () => {
    const w = await world();
    await learn(w);
    w.breakWeb();
    const id = 'INC/2026 é';
    const path = `${T}/${encodeURIComponent(id)}`;
    const decided = await submit(w, ticket(id, { metadata: { camelKey: { innerKey: 1 } } }));
    expect(decided.status).toBe(201);
    expect(decided.headers.get('preference-applied')).toBe('wait=5');
    expect(decided.body).toMatchObject({
      status: 'awaiting_approval',
      remediation_decision: { route: 'approval', requires_approval: true },
      remediation: { state: 'awaiting_approval', approval: { needed: 1 } },
      metadata: { camelKey: { innerKey: 1 } },
    });
    expect(decided.body['reliability_score']).toBeGreaterThanOrEqual(60);
    expect((await w.on.send('GET', '/api/v1/approvals')).body.items).toHaveLength(1);
    expect(w.executor.sent).toEqual([]);

    const stale = { ...answerTo(decided.body, true), binding_hash: 'f'.repeat(64) };
    const refused = await w.on.send('POST', `${path}/approve-remediation`, { body: stale, as: 'gil' });
    expect([refused.status, refused.body['code']]).toEqual([409, 'approval_stale']);
    expect(refused.body.facts).toMatchObject({
      differs: ['binding_hash'],
      named: { binding_hash: stale.binding_hash },
    });
    const own = { body: answerTo(decided.body, true), as: 'monitoring' };
    const barred = await w.on.send('POST', `${path}/approve-remediation`, own);
    expect([barred.status, barred.body['code']]).toEqual([403, 'approver_barred']);
    expect(w.executor.sent).toEqual([]);

    const yes = { body: answerTo(decided.body, true), as: 'gil' };
    expect((await w.on.send('POST', `${path}/approve-remediation`, yes)).status).toBe(200);
    const done = await until(w, id, ['resolved']);
    expect(done).toMatchObject({ remediation: { state: 'succeeded' } });
    expect([w.isUp(), w.executor.sent.length]).toEqual([true, 1]);
    const opposite = { body: answerTo(decided.body, false), as: 'gil' };
    const late = await w.on.send('POST', `${path}/approve-remediation`, opposite);
    expect([late.status, late.body['code']]).toEqual([409, 'approval_decided']);

    const log = (await w.on.send('GET', `${path}/remediation-logs`)).body.items;
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
    expect(log.map(({ sentence }) => sentence)).toContainEqual(expect.stringMatching(/^It succeeded/));
    expect(log.slice(1).map(({ previous_hash }) => previous_hash)).toEqual(log.slice(0, -1).map(({ hash }) => hash));

    const vote = { ticket_id: id, feedback_type: 'positive', rating: 5, actions_worked: true };
    const receipt = await w.on.send('POST', '/api/v1/feedback', { body: vote, as: 'ines' });
    expect(receipt.status).toBe(201);
    expect(receipt.body['reliability_score']).toBeGreaterThan(Number(decided.body['reliability_score']));
    const { items } = (await w.on.send('GET', '/api/v1/patterns?category=server&min_occurrences=3')).body;
    expect(items[0]).toMatchObject({ actions: [{ action_type: 'restart_service', occurrence_count: 3 }] });
  });

  test('nothing is written without the opt-in, nor for who may not opt in, nor after a misspelt one', async () => {
    const w = await world();
    await learn(w);
    w.breakWeb();
    const plain = await submit(w, ticket('A', { enable_auto_remediation: undefined }));
    expect(plain.body).toMatchObject({ status: 'suggested', remediation_decision: { reason: 'opt_in_missing' } });
    const misspelt = await submit(w, ticket('B', { enable_auto_remediation: undefined, enable_autoremediation: true }));
    expect(misspelt.body).toMatchObject({ enable_auto_remediation: false, status: 'suggested' });
    const limited = await w.on.send('POST', T, { body: ticket('C'), as: 'limited' });
    expect([limited.status, limited.body['code']]).toEqual([403, 'forbidden']);
    expect((await w.on.send('GET', `${T}/C`)).status).toBe(404);
    expect(w.executor.sent).toEqual([]);
  });

  test('core refuses with the names of the wire', async () => {
    const { on } = await world();
    const blank = await on.send('POST', T, { body: { ticket_id: 'A', description: '   ', category: 'server' } });
    expect(blank.body.errors).toEqual([{ pointer: '/description', detail: '"description" must not be empty.' }]);
    const long = await on.send('POST', T, { body: ticket('A', { description: 'x'.repeat(1_000_000) }) });
    expect([long.status, long.body.errors[0]?.pointer]).toEqual([400, '/description']);
    const target = await on.send('POST', T, { body: ticket('A', { targets: ['service:*'] }) });
    expect([target.status, target.body.errors[0]?.pointer]).toEqual([400, '/targets/0']);
    const toaster = await on.send('POST', T, { body: ticket('A', { category: 'toaster' }) });
    expect(toaster.body.facts['known_categories']).toContain('server');
    const nobody = { ticket_id: 'nope', feedback_type: 'positive' };
    expect((await on.send('POST', '/api/v1/feedback', { body: nobody })).status).toBe(404);
    const answer = { approve: true, approval_id: 'a', binding_hash: 'b' };
    await on.send('POST', T, { body: ticket('A', { enable_auto_remediation: false }), headers: { prefer: 'wait=5' } });
    const nothing = await on.send('POST', `${T}/A/approve-remediation`, { body: answer });
    expect([nothing.status, nothing.body['code']]).toEqual([409, 'nothing_to_approve']);
    expect((await on.send('POST', T, { body: ticket('A') })).status).toBe(409);
  });

  test('policies change from version to version', async () => {
    const { on } = await world();
    const path = '/api/v1/policies/server';
    const read = await on.send('GET', path);
    const tag = { 'if-match': read.headers.get('etag') ?? '' };
    const low = await on.send('PUT', path, { body: { min_reliability_score: 60 }, headers: tag });
    expect([low.status, low.body['code'], low.body.errors[0]?.pointer]).toEqual([
      400,
      'invalid_policy',
      '/min_reliability_score',
    ]);
    const changed = await on.send('PUT', path, { body: { ...read.body, requires_approval: 'by_level' }, headers: tag });
    expect([changed.status, changed.body['version']]).toEqual([200, Number(read.body['version']) + 1]);
    const stale = await on.send('PUT', path, { body: { approvers: 2 }, headers: tag });
    expect([stale.status, stale.body['code']]).toEqual([412, 'version_conflict']);
    expect(stale.body.facts).toHaveProperty('expected_version');
    const zone = { zone: 'Mars/Base', days: ['mon'], from: '22:00', to: '6:00' };
    const headers = { 'if-match': changed.headers.get('etag') ?? '' };
    const faults = await on.send('PUT', path, { body: { maintenance_windows: [zone] }, headers });
    expect(faults.body.errors.map(({ pointer }) => pointer)).toEqual([
      '/maintenance_windows/0/zone',
      '/maintenance_windows/0/to',
    ]);
  });

  test('a halt is raised, seen and lifted; statistics count', async () => {
    const w = await world();
    const raised = await w.on.send('POST', '/api/v1/halt', { body: { reason: 'fire' } });
    expect((await w.on.send('GET', '/api/v1/halt')).body.items).toEqual([raised.body]);
    expect((await w.on.send('DELETE', raised.headers.get('location') ?? '')).status).toBe(204);
    expect((await w.on.send('DELETE', raised.headers.get('location') ?? '')).status).toBe(404);
    w.breakWeb();
    await submit(w, ticket('A'));
    const stats = await w.on.send('GET', '/api/v1/stats/reliability?days=30&category=server');
    expect(stats.body).toMatchObject({ days: 30, category: 'server', tickets: 1 });
    expect((await w.on.send('GET', '/api/v1/stats/auto-remediation?days=30')).body).toMatchObject({ opted_in: 1 });
    const cursor = await w.on.send('GET', `${T}?cursor=${encodeURIComponent('\u{1F4A9} nonsense')}`);
    expect(cursor.status).toBeLessThan(500);
  });

  test('opting out ends what waits, opting in decides anew', async () => {
    const w = await world();
    await learn(w);
    w.breakWeb();
    await submit(w, ticket('T'));
    await until(w, 'T', ['awaiting_approval']);
    const out = await w.on.send('PATCH', `${T}/T`, { body: { enable_auto_remediation: false }, as: 'monitoring' });
    expect(out.body).toMatchObject({ enable_auto_remediation: false, status: 'suggested' });
    expect(out.body).toMatchObject({ remediation: { state: 'withdrawn', reason: 'opt_in_withdrawn' } });
    const refused = await w.on.send('PATCH', `${T}/T`, { body: { enable_auto_remediation: true }, as: 'limited' });
    expect([refused.status, refused.body['code']]).toEqual([403, 'forbidden']);
    await w.on.send('PATCH', `${T}/T`, { body: { enable_auto_remediation: true }, as: 'monitoring' });
    await until(w, 'T', ['awaiting_approval']);
    expect(w.executor.sent).toEqual([]);
  });

  test('an unknown outcome is parked, and a person says what happened', async () => {
    const w = await world({ losesReplies: true });
    await learn(w);
    w.breakWeb();
    const asked = await submit(w, ticket('T'));
    await w.on.send('POST', `${T}/T/approve-remediation`, { body: answerTo(asked.body, true), as: 'gil' });
    const parked = await until(w, 'T', ['needs_human']);
    expect(parked).toMatchObject({ remediation: { state: 'needs_reconciliation' } });
    type Options = readonly { readonly answer: string; readonly binding_hash: string }[];
    const { options } = (parked as unknown as { remediation: { options: Options } }).remediation;
    const shown = (answer: string) => options.find((option) => option.answer === answer)?.binding_hash;
    expect(options.map(({ answer }) => answer)).toEqual(['happened', 'did_not_happen', 'send_again', 'accept']);
    const path = `${T}/T/reconcile`;
    for (const answer of ['happened', 'did_not_happen', 'send_again', 'accept']) {
      const blind = await w.on.send('POST', path, { body: { answer }, as: 'gil' });
      expect([blind.status, blind.body['code']]).toEqual([400, 'invalid_input']);
      const stale = await w.on.send('POST', path, { body: { answer, binding_hash: 'f'.repeat(64) }, as: 'gil' });
      expect([stale.status, stale.body['code']]).toEqual([409, 'approval_stale']);
    }
    const ask = (answer: string) => ({ answer, binding_hash: shown(answer) });
    const own = await w.on.send('POST', path, { body: ask('send_again'), as: 'monitoring' });
    expect([own.status, own.body['code']]).toEqual([403, 'approver_barred']);
    await w.on.send('POST', path, { body: ask('happened'), as: 'gil' });
    expect(await until(w, 'T', ['resolved'])).toMatchObject({ remediation: { state: 'succeeded' } });
    expect(w.executor.sent).toHaveLength(1);
  });

  test('tools are accepted by who may set policies', async () => {
    const w = await world();
    const path = '/api/v1/catalogue/accept';
    w.executor.define({ 'ops/restart': { run: () => ({}), description: 'restarts, and tells a stranger' } });
    const seen = await w.on.send('GET', '/api/v1/catalogue/tools', { as: 'olga' });
    const change = {
      name: 'ops/restart',
      differences: [{ pointer: '/description', was: '', is: 'restarts, and tells a stranger' }],
    };
    expect([seen.status, seen.body]).toMatchObject([200, { changed: [change], unreachable: {} }]);
    const pins = seen.body['pins'] as Record<string, string>;
    const stale = { pins: { ...pins, 'ops/restart': 'f'.repeat(64) } };
    const refused = await w.on.send('POST', path, { body: stale, as: 'olga' });
    expect([refused.status, refused.body['code']]).toEqual([409, 'version_conflict']);
    expect((await w.on.send('POST', path, { as: 'olga' })).status).toBe(415);
    expect((await w.on.send('POST', path, { body: { pins: {} }, as: 'olga' })).status).toBe(400);
    expect((await w.on.send('POST', path, { body: { pins, everywhere: true }, as: 'olga' })).status).toBe(403);
    expect((await w.on.send('POST', path, { body: { pins }, as: 'limited' })).status).toBe(403);
    const accepted = await w.on.send('POST', path, { body: { pins }, as: 'olga' });
    expect([accepted.status, accepted.body]).toEqual([200, { pins }]);
    expect((await w.on.send('GET', '/api/v1/catalogue/tools', { as: 'olga' })).body).toMatchObject({ changed: [] });
  });
});
