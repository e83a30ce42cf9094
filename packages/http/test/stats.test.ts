import { describe, expect, test } from 'vitest';
import { submit, T, ticket, until, type World, world } from './servedWorld.js';

/* Every number of the two routes once more, from what the other routes tell of the same tickets. */

const ACTIONS = [{ action: 'restart_service', arguments: { service: 'web' } }];
type Row = Readonly<Record<string, unknown>>;

async function get<Body = Row>(w: World, path: string): Promise<Body> {
  const reply = await w.on.send('GET', path);
  expect([path, reply.status]).toEqual([path, 200]);
  return reply.body as unknown as Body;
}

async function byHand(w: World, id: string, n: number): Promise<void> {
  await submit(w, ticket(id));
  await until(w, id, ['needs_human', 'awaiting_approval', 'suggested']);
  w.mend();
  const body = { text: 'restarted', actions: ACTIONS, time_to_resolve: 20 + n };
  await w.on.send('POST', `${T}/${id}/resolve`, { body, as: `fixer-${n}` });
}

async function vote(w: World, id: string, as: string, feedback_type = 'positive'): Promise<void> {
  await w.on.send('POST', '/api/v1/feedback', { body: { ticket_id: id, feedback_type }, as });
}

async function approve(w: World, id: string): Promise<void> {
  const { remediation } = await get<{ remediation: { approval: Row } }>(w, `${T}/${id}`);
  const { approval_id, binding_hash } = remediation.approval;
  const body = { approve: true, approval_id, binding_hash };
  expect((await w.on.send('POST', `${T}/${id}/approve-remediation`, { body, as: 'gil' })).status).toBe(200);
  await until(w, id, ['resolved']);
}

/** Tickets that a person fixed, that were approved, and that ran by themselves; one came back, one is called wrong. */
async function lived(): Promise<World> {
  const w = await world();
  for (const n of [0, 1, 2, 3, 4, 5]) {
    w.breakWeb();
    await byHand(w, `H${n}`, n);
    await vote(w, `H${n}`, `voter-${n}`);
    w.nextDay();
  }
  w.breakWeb();
  await submit(w, ticket('P0'));
  await until(w, 'P0', ['awaiting_approval']);
  await approve(w, 'P0');
  w.nextDay();
  const policy = '/api/v1/policies/server';
  const tag = (await w.on.send('GET', policy)).headers.get('etag') ?? '';
  await w.on.send('PUT', policy, { body: { requires_approval: false }, headers: { 'if-match': tag } });
  for (const n of [0, 1, 2]) {
    w.breakWeb();
    await w.on.send('POST', T, { body: ticket(`A${n}`), as: `mon-${n}` });
    await until(w, `A${n}`, ['resolved']);
    w.nextDay();
  }
  await w.on.send('POST', `${T}/A0/reopen`, { body: { reason: 'down again' } });
  await vote(w, 'A1', 'ines', 'negative');
  await submit(w, ticket('X', { description: 'the printer smells odd', enable_auto_remediation: false }));
  return w;
}

describe('the figures', () => {
  test('are what the tickets and their logs say', async () => {
    const w = await lived();
    const list = await get<{ items: Row[] }>(w, `${T}?limit=200`);
    const tickets = await Promise.all(list.items.map((item) => get(w, `${T}/${String(item['ticket_id'])}`)));
    const logs = await Promise.all(
      list.items.map(async (item) => {
        const { items } = await get<{ items: Row[] }>(w, `${T}/${String(item['ticket_id'])}/remediation-logs`);
        return items.map((row) => ({ ...row, event: row['event'] as Row, ticket: String(item['ticket_id']) }));
      }),
    );
    const rows = logs.flat() as (Row & { event: Row; ticket: string })[];
    const ended = rows.filter(({ event }) => event['type'] === 'succeeded').map(({ ticket: id }) => id);
    expect([...ended].sort()).toEqual(['A0', 'A1', 'A2', 'P0']);

    const scores = tickets.map((one) => one['reliability_score'] as number);
    const reliability = await get(w, '/api/v1/stats/reliability?days=30');
    const round = (value: number): number => Math.round(value * 10) / 10;
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    expect(Math.abs(Number(reliability['average_score']) - mean(scores))).toBeLessThan(0.11);
    // Eleven tickets: the sixth is in the middle.
    expect(scores).toHaveLength(11);
    expect(reliability['median_score']).toBe([...scores].sort((a, b) => a - b)[5]);
    for (const name of ['ai_confidence', 'human_validation', 'success_history', 'pattern_recognition'] as const) {
      const own = tickets.map((one) => (one['factors'] as Record<string, number>)[name] ?? Number.NaN);
      expect((reliability['average_factors'] as Record<string, number>)[name]).toBeCloseTo(mean(own), 8);
    }
    const level = (name: string): number => tickets.filter((one) => one['confidence_level'] === name).length;
    expect(reliability['levels']).toEqual({
      very_high: level('very_high'),
      high: level('high'),
      medium: level('medium'),
      low: level('low'),
    });
    expect(reliability['by_category']).toEqual([
      { category: 'server', tickets: tickets.length, average_score: reliability['average_score'] },
    ]);
    const days = new Set(tickets.map((one) => String(one['created_at']).slice(0, 10)));
    expect((reliability['trend'] as Row[]).map(({ day }) => day)).toEqual([...days].sort());

    const stats = await get(w, '/api/v1/stats/auto-remediation?days=30');
    const decisions = rows
      .filter(({ event }) => event['type'] === 'proposed')
      .map(({ event }) => event['decision'] as Row);
    const routed = (route: string): number => decisions.filter((one) => one['route'] === route).length;
    expect(stats['routes']).toEqual({
      auto: routed('auto'),
      approval: routed('approval'),
      manual: routed('manual'),
      suggest_only: routed('suggest_only'),
    });
    expect(stats).toMatchObject({ tickets: 11, opted_in: 10 });
    expect(stats['states']).toMatchObject({ succeeded: ended.length });
    // A0 came back and is open again; A1 is called wrong and stays resolved.
    expect(stats['resolved']).toEqual({ automatically: 2, with_approval: 1, by_person: 6 });
    expect(stats['outcomes']).toMatchObject({
      auto: { executed: 3, right: 1, wrong: 2, reopened: 1, disputed: 1, failed: 0, rolled_back: 0, unknown: 0 },
      approval: { executed: 1, right: 1, wrong: 0 },
    });
    const { auto } = stats['outcomes'] as Record<string, { wrong_rate: Record<string, number> }>;
    expect(auto?.wrong_rate['rate']).toBeCloseTo(2 / 3, 12);
    // Wilson 1927 for 2 of 3: 0.2077 to 0.9385.
    expect([round(1000 * (auto?.wrong_rate['low'] ?? 0)), round(1000 * (auto?.wrong_rate['high'] ?? 0))]).toEqual([
      207.7, 938.5,
    ]);

    const proposals = rows.filter(({ event }) => event['type'] === 'proposed');
    const seen = (id: string): number => {
      const last = proposals.filter((row) => row.ticket === id).at(-1)?.event['standings'] as { tally: Row }[];
      return Math.min(...last.map(({ tally }) => Number(tally['occurrences'])), ...(last.length === 0 ? [0] : []));
    };
    const repeated = tickets.map((one) => String(one['ticket_id'])).filter((id) => seen(id) >= 5);
    expect(stats['repetitive']).toMatchObject({ tickets: repeated.length, resolved_automatically: 1 });
    const done = tickets.filter((one) => one['resolved_at'] !== null);
    const took = (one: Row): number =>
      (Date.parse(String(one['resolved_at'])) - Date.parse(String(one['created_at']))) / 60_000;
    for (const known of [true, false]) {
      const own = done.filter((one) => seen(String(one['ticket_id'])) > 0 === known).map(took);
      const told = (stats['time_to_resolution'] as Record<string, Row>)[known ? 'known_patterns' : 'unknown_patterns'];
      expect(told?.['count']).toBe(own.length);
      expect(Number(told?.['mean_minutes'])).toBeCloseTo(mean(own), 8);
    }
    const asked = rows.filter(({ event }) => event['type'] === 'approval_requested');
    const given = rows.filter(({ event }) => event['type'] === 'approval_given');
    // A yes within seconds of the question was given without reading.
    expect(stats['approvals']).toMatchObject({
      asked: asked.length,
      granted: given.length,
      consents: given.length,
      rubber_stamps: given.length,
      rubber_stamp_rate: { rate: 1 },
    });
    // Six people took 20 to 25 minutes each; one automatic run was right, two were wrong.
    expect(stats['minutes_saved']).toEqual({
      total: -22.5,
      by_category: [{ category: 'server', right: 1, wrong: 2, person_minutes: 22.5, minutes: -22.5 }],
    });
    const put = rows.filter(({ event }) => event['type'] === 'deferred').length;
    expect(Object.values(stats['deferred'] as Record<string, number>).reduce((a, b) => a + b, 0)).toBe(put);
    expect(stats['shadow']).toMatchObject({ tickets: 0, wrong_rate: null });
    const trend = stats['trend'] as { day: string; tickets: number; right: number; wrong: number }[];
    expect(trend.map(({ day }) => day)).toEqual([...days].sort());
    expect(trend.reduce((total, one) => total + one.wrong, 0)).toBe(2);
  });

  test('are those of the days that were asked for, of one category, and of nobody else', async () => {
    const w = await lived();
    for (let day = 0; day < 3; day += 1) w.nextDay();
    expect(await get(w, '/api/v1/stats/auto-remediation?days=3')).toMatchObject({ tickets: 0, trend: [] });
    expect(await get(w, '/api/v1/stats/reliability?days=3')).toMatchObject({ tickets: 0, average_score: null });
    expect(await get(w, '/api/v1/stats/reliability?category=network')).toMatchObject({ tickets: 0 });
    const rival = await w.on.send('GET', '/api/v1/stats/auto-remediation', { as: 'rival@olga' });
    expect(rival.body).toMatchObject({ tickets: 0, blocked: {}, deferred: {} });
    expect((await w.on.send('GET', '/api/v1/stats/auto-remediation', { as: 'limited' })).status).toBe(403);
    for (const days of ['0', '4000', 'x']) {
      expect((await w.on.send('GET', `/api/v1/stats/reliability?days=${days}`)).status).toBe(400);
    }
  });
});
