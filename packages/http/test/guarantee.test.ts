import { describe, expect, test } from 'vitest';
import { submit, T, ticket, until, type World, world } from './servedWorld.js';

/* What GET /stats/reliability says of gates, budget, calibration and risk, once more by a few lines of arithmetic. */

const ACTIONS = [{ action: 'restart_service', arguments: { service: 'web' } }];
const [ALPHA, DELTA] = [0.25, 0.25];
const GRID = [0.925, 0.9, 0.875, 0.85, 0.8, 0.75];
const STATS = '/api/v1/stats/reliability';

interface Bound {
  readonly lambda: number;
  readonly [figure: string]: unknown;
}
interface Gate {
  readonly bounds: readonly Bound[];
  readonly [figure: string]: unknown;
}
interface Stats {
  readonly guaranteed: unknown;
  readonly gates: readonly Gate[];
  readonly calibration: { readonly labels: number; readonly stated: Readonly<Record<string, unknown>> | null };
  readonly risk_coverage: readonly unknown[];
}

async function stats(w: World, query = ''): Promise<Stats> {
  const reply = await w.on.send('GET', `${STATS}${query}`);
  expect(reply.status).toBe(200);
  return reply.body as unknown as Stats;
}

async function promise(w: World, more: object = {}): Promise<void> {
  const path = '/api/v1/policies/server';
  const tag = (await w.on.send('GET', path)).headers.get('etag') ?? '';
  const body = { mode: 'guaranteed', requires_approval: 'by_level', alpha: ALPHA, delta: DELTA, ...more };
  expect((await w.on.send('PUT', path, { body, headers: { 'if-match': tag } })).status).toBe(200);
}

interface Lived {
  readonly id: string;
  readonly route: 'manual' | 'approval' | 'auto';
  readonly confidence: number;
  loss: boolean;
}

/** One incident: it runs by itself, or a person approves it, refuses it, or fixes it where nothing is proposed to them. */
async function incident(w: World, n: number, refuse: boolean): Promise<Lived> {
  const id = `T${n}`;
  w.breakWeb();
  await submit(w, ticket(id));
  const body = await until(w, id, ['needs_human', 'awaiting_approval', 'resolved']);
  const { confidence } = body['analysis'] as unknown as { confidence: number };
  const { route } = body['remediation_decision'] as unknown as Pick<Lived, 'route'>;
  if (route === 'approval') {
    const { approval } = body['remediation'] as unknown as { approval: { approval_id: string; binding_hash: string } };
    const answer = { approval_id: approval.approval_id, binding_hash: approval.binding_hash };
    const said = refuse ? { approve: false, reason_code: 'wrong_action', ...answer } : { approve: true, ...answer };
    const as = n % 2 === 0 ? 'gil' : 'hana';
    expect((await w.on.send('POST', `${T}/${id}/approve-remediation`, { body: said, as })).status).toBe(200);
    await until(w, id, [refuse ? 'needs_human' : 'resolved']);
  } else if (route === 'manual') {
    w.mend();
    await w.on.send('POST', `${T}/${id}/resolve`, { body: { text: 'restarted', actions: ACTIONS }, as: `fixer-${n}` });
  }
  await w.on.send('POST', '/api/v1/feedback', { body: { ticket_id: id, feedback_type: 'positive' }, as: `voter-${n}` });
  w.nextDay();
  return { id, route, confidence, loss: refuse };
}

/** The 10 % quantile of beta(a, b), by Simpson's rule and bisection. */
function tenth(a: number, b: number): number {
  const density = (x: number): number => (x <= 0 || x >= 1 ? 0 : x ** (a - 1) * (1 - x) ** (b - 1));
  const mass = (to: number): number => {
    const [steps, width] = [4_000, to / 4_000];
    let sum = 0;
    for (let i = 0; i <= steps; i += 1) sum += density(i * width) * (i === 0 || i === steps ? 1 : i % 2 === 0 ? 2 : 4);
    return (sum * width) / 3;
  };
  const whole = mass(1);
  let [low, high] = [0, 1];
  for (let i = 0; i < 40; i += 1) {
    const middle = (low + high) / 2;
    if (mass(middle) < 0.1 * whole) low = middle;
    else high = middle;
  }
  return low;
}

/** The lower quantile that each trial was decided with; null while fewer than five supervised runs were good. */
function ranked(lived: readonly Lived[]): readonly (Lived & { readonly score: number | null })[] {
  let [good, bad, supervised] = [0, 0, 0];
  return lived.map((one) => {
    const score = supervised >= 5 ? tenth(4 + good, 1 + bad) : null;
    [good, bad] = [0.99 * good + (one.loss ? 0 : 1), 0.99 * bad + (one.loss ? 1 : 0)];
    if (!one.loss && one.route !== 'auto') supervised += 1;
    return { ...one, score };
  });
}

const wealth = (labels: readonly boolean[]): number =>
  [0, 1 / 8, 1 / 4, 1 / 2, 3 / 4]
    .map((part) => labels.reduce((stake, loss) => stake * (loss ? part : (1 - part * ALPHA) / (1 - ALPHA)), 1))
    .reduce((sum, stake) => sum + stake / 5, 0);
const THRESHOLD = 6 / (DELTA / 2);

function boundsOf(labels: readonly { readonly score: number | null; readonly loss: boolean }[]): readonly Bound[] {
  return GRID.map((lambda) => {
    const stream = labels.filter(({ score }) => score !== null && score >= lambda).map(({ loss }) => loss);
    let left = 0;
    while (wealth([...stream, ...Array.from({ length: left }, () => false)]) < THRESHOLD) left += 1;
    const losses = stream.filter(Boolean).length;
    const stake = wealth(stream);
    return { lambda, open: left === 0, n: stream.length, losses, wealth: stake, clean_runs_left: left };
  });
}

describe('the gates', () => {
  test('stand on the wire as the outcomes of the tickets say, and so do budget, calibration and risk', async () => {
    const w = await world();
    await promise(w);
    const lived: Lived[] = [];
    for (let n = 0; n < 44; n += 1) lived.push(await incident(w, n, n === 10));
    const autos = lived.filter(({ route }) => route === 'auto');
    // Without some of each the arithmetic below would prove little.
    expect([autos.length > 2, lived.filter(({ route }) => route === 'manual').length > 0]).toEqual([true, true]);
    const bad = autos.at(-1) as Lived;
    await w.on.send('POST', `${T}/${bad.id}/reopen`, { body: { reason: 'down again' } });
    // The ranks stay as they were frozen: what came back was believed good until now.
    const trials = ranked(lived).filter(({ route }) => route !== 'manual');
    const told = trials.map((trial) => ({ ...trial, loss: trial.loss || trial.id === bad.id }));

    const { guaranteed, gates, calibration, risk_coverage: risk } = await stats(w);
    const gate = gates.find(({ stratum }) => stratum === `safe_write ${ALPHA} ${DELTA}`) as Gate;
    const bounds = boundsOf(told);
    for (const [index, expected] of bounds.entries()) {
      const { wealth: stake, ...exact } = expected;
      expect(gate.bounds[index]).toMatchObject({ ...exact, threshold: expect.closeTo(THRESHOLD, 9) });
      expect(gate.bounds[index]?.['wealth']).toBeCloseTo(Number(stake), 8);
    }
    expect(bounds.some(({ n, losses }) => Number(n) > 5 && Number(losses) > 0)).toBe(true);
    const widest = bounds.filter(({ open }) => open).at(-1);
    expect(gate).toMatchObject({
      action_class: 'safe_write',
      categories: ['server'],
      open: widest !== undefined,
      lambda: widest?.lambda ?? null,
      alpha: ALPHA,
      delta: DELTA,
      epoch: 0,
      waiting: 0,
      clean_runs_left: Math.min(...bounds.map((bound) => Number(bound['clean_runs_left']))),
      budget: { autos: autos.length, known_wrong: 1, allowed: Math.max(3, ALPHA * autos.length) },
    });
    expect(guaranteed).toEqual([
      { category: 'server', strata: [`safe_write ${ALPHA} ${DELTA}`], open: widest !== undefined },
    ]);
    // The detector hears automatic runs alone; it looks for half of them going wrong, and never falls below nothing.
    const heard = told
      .filter(({ route }) => route === 'auto')
      .reduce((sum, { loss }) => Math.max(0, sum + Math.log(loss ? 0.5 / ALPHA : 0.5 / (1 - ALPHA))), 0);
    expect(gate['detector']).toEqual({
      evidence: expect.closeTo(heard, 9),
      speaks_at: expect.closeTo(Math.log(200), 9),
      fired: 0,
    });

    expect(calibration).toMatchObject({ method: 'identity', labels: told.length, recalibrated: null });
    const { stated } = calibration;
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const accuracy = mean(told.map(({ loss }) => (loss ? 0 : 1)));
    const brier = mean(told.map(({ confidence, loss }) => (confidence - (loss ? 0 : 1)) ** 2));
    expect(stated).toMatchObject({
      enough: false,
      accuracy: expect.closeTo(accuracy, 9),
      brier: expect.closeTo(brier, 9),
      mean_confidence: expect.closeTo(mean(told.map(({ confidence }) => confidence)), 9),
    });
    const sum =
      Number(stated?.['miscalibration']) - Number(stated?.['discrimination']) + Number(stated?.['uncertainty']);
    expect(sum).toBeCloseTo(brier, 9);

    const scored = told.flatMap(({ score, loss }) => (score === null ? [] : [{ score, loss }]));
    expect(risk.length).toBeGreaterThan(5);
    for (const point of risk as { lambda: number; n: number; wrong: number; coverage: number; risk: number }[]) {
      const through = scored.filter(({ score }) => score >= point.lambda - 1e-4);
      const wrong = through.filter(({ loss }) => loss).length;
      expect(point).toMatchObject({ n: through.length, wrong });
      expect(point.coverage).toBeCloseTo(through.length / told.length, 9);
      expect(point.risk).toBeCloseTo(wrong / through.length, 9);
    }
  });

  test('are those of the category that was asked for, also before anything was decided in it', async () => {
    const w = await world();
    expect(await stats(w)).toMatchObject({
      guaranteed: [],
      gates: [],
      risk_coverage: [],
      calibration: { stated: null },
    });
    await promise(w, { critical_auto_approve: true });
    const { guaranteed, gates } = await stats(w);
    const strata = ['safe_write 0.25 0.25', 'critical_write 0.01 0.25'];
    expect(guaranteed).toEqual([{ category: 'server', strata, open: false }]);
    expect(gates.map(({ stratum, open, categories }) => ({ stratum, open, categories }))).toEqual(
      [...strata].sort().map((stratum) => ({ stratum, open: false, categories: ['server'] })),
    );
    // Nothing is promised for this category: its gate only watches.
    const other = await stats(w, '?category=network');
    expect(other).toMatchObject({ guaranteed: [], gates: [{ stratum: 'safe_write 0.05 0.05', categories: [] }] });
    // Clean runs until 1 / (1 - alpha) ^ n, one of five equal bets, reaches 6 / delta_0: at alpha 5 %, delta 5 %.
    const [gate] = other.gates;
    expect(gate?.['clean_runs_left']).toBeGreaterThan(Math.log(240) / -Math.log(0.95));
    expect(gate?.['clean_runs_left']).toBeLessThan(Math.log(5 * 240) / -Math.log(0.95) + 1);
    expect((await w.on.send('GET', `${STATS}?category=nothing`)).status).toBe(400);
    expect((await w.on.send('GET', STATS, { as: 'limited' })).status).toBe(403);
    expect((await w.on.send('GET', STATS, { as: 'rival@olga' })).body).toMatchObject({ guaranteed: [], gates: [] });
  });
});
