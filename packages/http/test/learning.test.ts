import { describe, expect, test } from 'vitest';
import type { Reply } from './client.js';
import { submit, T, ticket, until, type World, world } from './servedWorld.js';

const ACTIONS = [{ action: 'restart_service', arguments: { service: 'web' } }];
const WEEK_AND_MORE_DAYS = 8;

async function fixedByHand(w: World, id: string, by: string): Promise<void> {
  w.breakWeb();
  await submit(w, ticket(id));
  await until(w, id, ['needs_human', 'awaiting_approval', 'suggested']);
  w.mend();
  const body = { text: 'restarted', actions: ACTIONS, time_to_resolve: 20 };
  const done = await w.on.send('POST', `${T}/${id}/resolve`, { body, as: by });
  expect(done.body).toMatchObject({ status: 'resolved', resolution: { confirmed: true, agreement: 'same' } });
}

async function action(w: World): Promise<Readonly<Record<string, unknown>>> {
  const { items } = (await w.on.send('GET', '/api/v1/patterns')).body;
  const actions = (items[0]?.['actions'] ?? []) as readonly Readonly<Record<string, unknown>>[];
  return actions[0] ?? {};
}

const praise = (ticket_id: string, more: object = {}) => ({
  body: { ticket_id, feedback_type: 'positive', rating: 5, ...more },
});
const read = async (w: World, id: string): Promise<Reply['body']> => (await w.on.send('GET', `${T}/${id}`)).body;

const policy = async (w: World, change: object): Promise<void> => {
  const path = '/api/v1/policies/server';
  const tag = (await w.on.send('GET', path)).headers.get('etag') ?? '';
  expect((await w.on.send('PUT', path, { body: change, headers: { 'if-match': tag } })).status).toBe(200);
};
async function earned(): Promise<World> {
  const w = await world();
  for (const [n, id] of ['A', 'B', 'C', 'D', 'E', 'F'].entries()) {
    await fixedByHand(w, id, `fixer-${n}`);
    await w.on.send('POST', '/api/v1/feedback', { ...praise(id), as: `voter-${n}` });
    w.nextDay();
  }
  await policy(w, { requires_approval: false });
  return w;
}

describe('a feedback', () => {
  test('changes the ticket, the pattern and the next decision', async () => {
    const w = await world();
    await fixedByHand(w, 'A', 'ana');
    const before = await read(w, 'A');
    expect(await action(w)).toMatchObject({ positive_feedback_rate: null });
    const receipt = await w.on.send('POST', '/api/v1/feedback', { ...praise('A'), as: 'ines' });
    expect(receipt.body).toMatchObject({ counted: true, notes: [] });
    const after = await read(w, 'A');
    expect(Number(after['reliability_score'])).toBeGreaterThan(Number(before['reliability_score']));
    expect(after['reliability_score']).toBe(receipt.body['reliability_score']);
    expect(await action(w)).toMatchObject({ positive_feedback_rate: 1, tally: { positive: 1, rated: 1 } });
    w.nextDay();
    w.breakWeb();
    const liked = await submit(w, ticket('B'));
    const voted = { body: { ticket_id: 'A', feedback_type: 'negative' }, as: 'ines' };
    expect((await w.on.send('POST', '/api/v1/feedback', voted)).body['replaced']).toBe(true);
    const disliked = await submit(w, ticket('C'));
    const factors = ({ body }: Reply) => body['factors'] as Readonly<Record<string, number>>;
    expect(factors(liked)).toMatchObject({ human_validation: 200 / 3, success_history: 200 / 3 });
    // The only vote is against it now, and the run it is about counts as a failure.
    expect(factors(disliked)).toMatchObject({ human_validation: 100 / 3, success_history: 100 / 3 });
    expect(Number(disliked.body['reliability_score'])).toBeLessThan(Number(liked.body['reliability_score']));
  });

  test('takes a fix off that ran by itself, and puts it back: ticket, pattern and next decision follow', async () => {
    const w = await earned();
    w.breakWeb();
    await submit(w, ticket('AUTO'));
    expect(await until(w, 'AUTO', ['resolved'])).toMatchObject({ remediation_decision: { route: 'auto' } });
    w.nextDay();
    const before = await action(w);
    expect(before).toMatchObject({ standing: 'eligible', lacking: [] });
    const say = async (ticket_id: string, as: string, feedback_type: string) =>
      (await w.on.send('POST', '/api/v1/feedback', { body: { ticket_id, feedback_type }, as })).body;
    const scored = Number((await read(w, 'AUTO'))['reliability_score']);
    await say('AUTO', 'ines', 'negative');
    await say('A', 'jo', 'negative');
    // The ticket's own record, then the pattern.
    expect(Number((await read(w, 'AUTO'))['reliability_score'])).toBeLessThan(scored);
    const after = await action(w);
    expect(after['standing']).toBe('learning');
    expect((after['lacking'] as string[]).join()).toMatch(/feedback 0\.\d+ of 0\.85/);
    w.breakWeb();
    const asked = await submit(w, ticket('NEXT'));
    expect(asked.body).toMatchObject({ status: 'awaiting_approval', remediation_decision: { route: 'approval' } });
    // The last vote of an author on a ticket wins: taken back, all is as it was.
    await say('AUTO', 'ines', 'positive');
    await say('A', 'jo', 'positive');
    expect((await action(w))['standing']).toBe('eligible');
    await w.on.send('PATCH', `${T}/NEXT`, { body: { enable_auto_remediation: false } });
    await submit(w, ticket('AGAIN'));
    expect(await until(w, 'AGAIN', ['resolved'])).toMatchObject({ remediation_decision: { route: 'auto' } });
  });

  test('of one author, a thousand times, is one vote and changes nothing more', async () => {
    const w = await world();
    await fixedByHand(w, 'A', 'ana');
    const first = await w.on.send('POST', '/api/v1/feedback', { ...praise('A'), as: 'ines' });
    const score = first.body['reliability_score'];
    for (let n = 0; n < 1_000; n += 1) {
      // Straight to the verb: what is meant here is what counts, not how many requests are let in.
      await w.remit.recordFeedback(
        { id: 'ines', tenant: 'acme', scopes: ['feedback:write'] },
        { ticketId: 'A', feedbackType: 'positive', rating: 5 },
      );
    }
    expect(await action(w)).toMatchObject({ tally: { positive: 1, rated: 1 } });
    expect((await read(w, 'A'))['reliability_score']).toBe(score);
    expect((await w.on.send('GET', `${T}/A/feedback`)).body.items).toHaveLength(1);
  });

  test('of somebody nobody knows, or about a ticket nobody knows, is refused', async () => {
    const w = await world();
    await fixedByHand(w, 'A', 'ana');
    expect((await w.on.send('POST', '/api/v1/feedback', { ...praise('A'), as: null })).status).toBe(401);
    expect((await w.on.send('POST', '/api/v1/feedback', { ...praise('A'), as: 'limited' })).status).toBe(403);
    expect((await w.on.send('POST', '/api/v1/feedback', { ...praise('NONE'), as: 'ines' })).status).toBe(404);
    expect((await w.on.send('POST', '/api/v1/feedback', { ...praise('A', { rating: 6 }), as: 'ines' })).status).toBe(
      400,
    );
    expect(await action(w)).toMatchObject({ positive_feedback_rate: null });
  });

  test('that says two things at once, or comes too early, is kept, counted as the rules say, and told so', async () => {
    const w = await world();
    w.breakWeb();
    await submit(w, ticket('A'));
    const early = await w.on.send('POST', '/api/v1/feedback', {
      ...praise('A', { feedback_type: 'negative', actions_worked: false, was_helpful: false }),
      as: 'ines',
    });
    expect(early.body).toMatchObject({ feedback: { value: 0, verdict: 'negative' } });
    expect((early.body['notes'] as string[]).length).toBe(4);
    const kept = (await w.on.send('GET', `${T}/A/feedback`)).body.items;
    expect(kept).toMatchObject([{ rating: 5, feedback_type: 'negative', actions_worked: false, was_helpful: false }]);
  });

  test('of one author on many tickets counts as often as one person may', async () => {
    const w = await world();
    const counted: unknown[] = [];
    for (const id of ['A', 'B', 'C', 'D', 'E']) {
      await fixedByHand(w, id, 'ana');
      const receipt = await w.on.send('POST', '/api/v1/feedback', { ...praise(id), as: 'ines' });
      counted.push(receipt.body['counted']);
      if (!receipt.body['counted']) expect(receipt.body['not_counted_because']).toMatch(/three times in 30 days/);
      w.nextDay();
    }
    expect(counted).toEqual([true, true, true, false, false]);
    expect(await action(w)).toMatchObject({ tally: { positive: 3, rated: 3 } });
  });

  test("names an attempt of its own ticket only, never another tenant's", async () => {
    const w = await world();
    await fixedByHand(w, 'A', 'ana');
    await fixedByHand(w, 'B', 'ana');
    w.breakWeb();
    await w.on.send('POST', T, { body: ticket('A'), as: 'rival@ana', headers: { prefer: 'wait=5' } });
    const idOf = async (path: string, as: string): Promise<string> => {
      const { remediation } = (await w.on.send('GET', path, { as })).body;
      return (remediation as { readonly id: string }).id;
    };
    const own = await idOf(`${T}/A`, 'ana');
    const theirs = await idOf(`${T}/A`, 'rival@ana');
    const other = await idOf(`${T}/B`, 'ana');
    expect(new Set([own, theirs, other]).size).toBe(3);
    w.reads.length = 0;
    for (const named of [theirs, other, 'rem-nothing']) {
      const refused = await w.on.send('POST', '/api/v1/feedback', praise('A', { remediation_id: named }));
      expect([refused.status, refused.body['code']]).toEqual([404, 'not_found']);
    }
    expect(w.reads).not.toContain(theirs);
    expect((await w.on.send('GET', `${T}/A/feedback`)).body.items).toEqual([]);
    const fine = await w.on.send('POST', '/api/v1/feedback', praise('A', { remediation_id: own }));
    expect(fine.body).toMatchObject({ feedback: { remediation_id: own } });
  });
});

describe('farming', () => {
  test('by one person who opens, resolves and praises five tickets earns nothing', async () => {
    const w = await world();
    for (const id of ['A', 'B', 'C', 'D', 'E', 'F']) {
      w.breakWeb();
      await w.on.send('POST', T, { body: ticket(id), as: 'eve', headers: { prefer: 'wait=5' } });
      w.mend();
      await w.on.send('POST', `${T}/${id}/resolve`, { body: { text: 'restarted', actions: ACTIONS }, as: 'eve' });
      await w.on.send('POST', '/api/v1/feedback', { ...praise(id), as: 'eve' });
    }
    const learned = await action(w);
    expect(learned).toMatchObject({ standing: 'learning', tally: { occurrences: 1, positive: 1, principals: 1 } });
    expect(learned['lacking']).toContain('votes or runs from 1 more person');
  });
});

describe('a reopened ticket', () => {
  test('counts its fix as a failure within 7 days, and changes the next score', async () => {
    const w = await world();
    await fixedByHand(w, 'A', 'ana');
    expect(await action(w)).toMatchObject({ tally: { occurrences: 1, succeeded: 1, failures: 0 } });
    const body = { reason: 'down again' };
    const reopened = await w.on.send('POST', `${T}/A/reopen`, { body, as: 'monitoring' });
    expect(reopened.body).toMatchObject({
      status: 'needs_human',
      resolved_at: null,
      resolution: null,
      reopenings: [
        { by: 'monitoring', reason: 'down again', counts_as_failure: true, resolution: { resolver: 'ana' } },
      ],
    });
    expect(await action(w)).toMatchObject({ tally: { occurrences: 0, executed: 1, failures: 1 } });
    // Praise never turns a failed run into a success.
    await w.on.send('POST', '/api/v1/feedback', { ...praise('A'), as: 'ines' });
    expect(await action(w)).toMatchObject({ tally: { executed: 1, failures: 1, positive: 1 } });
    const again = await w.on.send('POST', `${T}/A/reopen`, { body: {} });
    expect([again.status, again.body['code']]).toEqual([409, 'ticket_not_resolved']);
  });

  test('leaves the fix alone after that', async () => {
    const w = await world();
    await fixedByHand(w, 'A', 'ana');
    for (let day = 0; day < WEEK_AND_MORE_DAYS; day += 1) w.nextDay();
    const reopened = await w.on.send('POST', `${T}/A/reopen`, { body: {} });
    expect(reopened.body).toMatchObject({ reopenings: [{ counts_as_failure: false }] });
    expect(await action(w)).toMatchObject({ tally: { occurrences: 1, succeeded: 1, failures: 0 } });
  });
});

describe('a candidate fix', () => {
  test('becomes a runbook by a person, is proposed from then on, and is retired again', async () => {
    const w = await world();
    const words = { description: 'queue backlog on web keeps growing', targets: ['service:web'] };
    w.breakWeb();
    const first = await submit(w, ticket('A', words));
    expect(first.body).toMatchObject({ analysis: { plan: null } });
    const patternId = String(first.body['pattern_id']);
    const said = praise('A', { actual_resolution: 'Restarting web drains the queue.' });
    await w.on.send('POST', '/api/v1/feedback', { ...said, as: 'ines' });
    const path = `/api/v1/patterns/${patternId}`;
    const fixes = (await w.on.send('GET', `${path}/candidate-fixes`)).body.items;
    expect(fixes).toMatchObject([{ ticket_id: 'A', author: 'ines', text: 'Restarting web drains the queue.' }]);
    // By itself it changes nothing.
    expect((await submit(w, ticket('B', words))).body).toMatchObject({ analysis: { plan: null } });

    const steps = [{ action: 'restart_service', arguments: { service: '$target' } }];
    const candidate = { ticket_id: 'A', author: 'ines' };
    const body = { name: 'drain-queue', title: 'Drain the queue', steps, candidate };
    const refused = await w.on.send('POST', `${path}/promote`, { body, as: 'limited' });
    expect(refused.status).toBe(403);
    const unknown = { ...body, candidate: { ticket_id: 'A', author: 'nobody' } };
    expect((await w.on.send('POST', `${path}/promote`, { body: unknown })).status).toBe(404);
    const wild = { ...body, name: 'service-down', steps: [{ action: 'format_disk', arguments: {} }] };
    const faulty = await w.on.send('POST', `${path}/promote`, { body: wild });
    expect(faulty.body.errors.map(({ pointer }) => pointer)).toEqual(['/steps/0/action', '/name']);
    expect((await w.on.send('POST', '/api/v1/patterns/nothing/promote', { body })).status).toBe(404);
    expect((await w.on.send('POST', `${path}/promote`, { body, as: 'rival@olga' })).status).toBe(404);
    const made = await w.on.send('POST', `${path}/promote`, { body, as: 'olga' });
    expect([made.status, made.body]).toMatchObject([201, { version: 1, promoted_by: 'olga', candidate }]);

    const proposed = await submit(w, ticket('C', words));
    expect(proposed.body).toMatchObject({ analysis: { plan: { actions: ACTIONS } } });
    // It gives no authority: nothing was learned about it.
    expect(proposed.body).toMatchObject({ remediation_decision: { route: 'manual' } });
    expect(w.executor.sent).toEqual([]);
    const rival = await w.on.send('POST', T, {
      body: ticket('C', words),
      as: 'rival@olga',
      headers: { prefer: 'wait=5' },
    });
    expect(rival.body).toMatchObject({ analysis: { plan: null } });

    await w.on.send('POST', `${path}/promote`, { body: { ...body, retired: true }, as: 'olga' });
    expect((await submit(w, ticket('D', words))).body).toMatchObject({ analysis: { plan: null } });
    const versions = (await w.on.send('GET', `${path}/runbooks`)).body.items;
    expect(versions).toMatchObject([
      { version: 1, retired: false },
      { version: 2, retired: true },
    ]);
  });
});

describe('shadow mode', () => {
  test('decides and records everything, and executes nothing', async () => {
    const w = await earned();
    await policy(w, { shadow: true });
    w.breakWeb();
    const decided = await submit(w, ticket('S'));
    expect(decided.body).toMatchObject({
      status: 'suggested',
      remediation_decision: { route: 'suggest_only', reason: 'shadow_mode' },
      shadow: { would_be_route: 'auto', verdict: 'open' },
    });
    expect([w.executor.sent, w.isUp()]).toEqual([[], false]);
    w.mend();
    const same = { text: 'restarted', actions: ACTIONS };
    const agreed = await w.on.send('POST', `${T}/S/resolve`, { body: same, as: 'ana' });
    expect(agreed.body).toMatchObject({ shadow: { verdict: 'agreed' } });
    const settled = await w.on.send('POST', `${T}/S/adjudicate`, { body: { would_have_worked: true }, as: 'gil' });
    expect([settled.status, settled.body['code']]).toEqual([409, 'nothing_to_adjudicate']);
    await w.on.send('POST', `${T}/S/reopen`, { body: {} });
    expect(await read(w, 'S')).toMatchObject({ shadow: { verdict: 'failed' } });
    await policy(w, { shadow: false });
    w.breakWeb();
    await submit(w, ticket('T'));
    expect(await until(w, 'T', ['resolved'])).toMatchObject({ shadow: null });
    expect(w.executor.sent).toHaveLength(1);
  });

  test('keeps an unknown for unknown until a person judges it, once, and not on their own ticket', async () => {
    const w = await earned();
    await policy(w, { shadow: true });
    w.breakWeb();
    await submit(w, ticket('S'));
    w.mend();
    const path = `${T}/S/adjudicate`;
    const yes = { would_have_worked: true };
    const early = await w.on.send('POST', path, { body: yes, as: 'gil' });
    expect([early.status, early.body['code']]).toEqual([409, 'nothing_to_adjudicate']);
    await w.on.send('POST', `${T}/S/resolve`, { body: { text: 'moved the traffic away' }, as: 'ana' });
    expect(await read(w, 'S')).toMatchObject({ shadow: { verdict: 'unknown' }, resolution: { agreement: 'not_told' } });
    expect((await w.on.send('POST', path, { body: yes, as: 'limited' })).status).toBe(403);
    const own = await w.on.send('POST', path, { body: yes, as: ' MONITORING' });
    expect([own.status, own.body['code']]).toEqual([403, 'approver_barred']);
    const judged = await w.on.send('POST', path, { body: yes, as: 'gil' });
    expect(judged.body).toMatchObject({ shadow: { verdict: 'would_have_worked', adjudication: { by: 'gil' } } });
    expect((await w.on.send('POST', path, { body: yes, as: 'hana' })).status).toBe(200);
    const no = await w.on.send('POST', path, { body: { would_have_worked: false }, as: 'hana' });
    expect([no.status, no.body['code']]).toEqual([409, 'already_adjudicated']);
  });
});

describe('the rollout phase', () => {
  test('is set from version to version, with a reason that stays in the history', async () => {
    const { on } = await world();
    const path = '/api/v1/policies/server';
    const tag = { 'if-match': (await on.send('GET', path)).headers.get('etag') ?? '' };
    const body = { phase: 'pilot', reason: 'first week' };
    expect((await on.send('POST', `${path}/phase`, { body })).status).toBe(428);
    expect((await on.send('POST', `${path}/phase`, { body, headers: tag, as: 'limited' })).status).toBe(403);
    const set = await on.send('POST', `${path}/phase`, { body, headers: tag, as: 'olga' });
    expect(set.body).toMatchObject({ phase: 'pilot', changed_by: 'olga', change_reason: 'first week' });
    expect((await on.send('GET', path)).body).toEqual(set.body);
    expect((await on.send('POST', `${path}/phase`, { body, headers: tag })).status).toBe(412);
    const bad = { body: { phase: 'everything' }, headers: { 'if-match': set.headers.get('etag') ?? '' } };
    expect((await on.send('POST', `${path}/phase`, bad)).status).toBe(400);
  });
});

describe('who may change tickets and not read them', () => {
  test('learns that a change was taken in and where the ticket stands, and nothing else', async () => {
    const w = await world();
    w.breakWeb();
    const as = 'writer';
    const made = await w.on.send('POST', T, { body: ticket('A', { surprise: 1 }), as, headers: { prefer: 'wait=5' } });
    expect(Object.keys(made.body).sort()).toEqual(['status', 'ticket_id', 'warnings']);
    expect(made.body).toMatchObject({ ticket_id: 'A', warnings: [{ pointer: '/surprise' }] });
    await until(w, 'A', ['needs_human']);
    const said = await w.on.send('POST', '/api/v1/feedback', { ...praise('A'), as });
    expect(said.body).toMatchObject({ counted: true, reliability_score: null, factors: null });
    const again = await w.on.send('POST', T, { body: ticket('A', { surprise: 1 }), as });
    expect([again.status, again.body]).toMatchObject([200, { ticket_id: 'A', status: 'needs_human' }]);
    for (const [method, path, body] of [
      ['PATCH', `${T}/A`, { enable_auto_remediation: false }],
      ['POST', `${T}/A/resolve`, { text: 'restarted' }],
      ['POST', `${T}/A/reopen`, {}],
    ] as const) {
      const reply = await w.on.send(method, path, { body, as });
      expect([path, reply.status, Object.keys(reply.body).sort()]).toEqual([path, 200, ['status', 'ticket_id']]);
    }
    expect((await w.on.send('GET', `${T}/A`, { as })).status).toBe(403);
  });
});
