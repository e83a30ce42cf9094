import { describe, expect, test } from 'vitest';
import { expectClean, openStage, put } from './browser.js';

const rate = (of: number, value: number) => ({ of, rate: value, low: value / 2, high: Math.min(1, value * 1.2) });
const outcomes = { success_rate: rate(120, 0.98), wrong_rate: rate(120, 0.004) };
const took = { count: 1, mean_minutes: 1, median_minutes: 1 };

const remediation = {
  tickets: 120,
  routes: { auto: 3, approval: 0, manual: 0, suggest_only: 0 },
  resolved: { automatically: 100, with_approval: 10, by_person: 5 },
  repetitive: { tickets: 90, auto_share: rate(90, 0.7) },
  outcomes: { auto: outcomes, approval: outcomes },
  time_to_resolution: { known_patterns: took, unknown_patterns: took },
  approvals: { asked: 1, waiting: 0, rubber_stamp_rate: rate(10, 0.1) },
  blocked: { symptom: 2 },
  deferred: {},
  minutes_saved: { total: 240, by_category: [{ category: 'server', minutes: 240 }] },
  shadow: { verdicts: {} },
  trend: [],
};

const bound = { lambda: 0.9, open: false, n: 38, losses: 1, wealth: 4, threshold: 16, clean_runs_left: 41 };
const gate = {
  action_class: 'critical_write',
  alpha: 0.05,
  delta: 0.1,
  categories: ['server'],
  open: false,
  why: 'Closed: 38 labels do not carry it yet.',
  clean_runs_left: 41,
  bounds: [{ ...bound, lambda: 0.95, wealth: 2, n: 12, losses: 0 }, bound],
  budget: { autos: 7, known_wrong: 1, allowed: 2.5 },
};
const quality = (ece: number) => ({
  labels: 412,
  enough: true,
  ece,
  ece_null_95: 0.052,
  bins: [
    { n: 40, confidence: 0.2, accuracy: 0.25 },
    { n: 90, confidence: 0.9, accuracy: 0.85 },
  ],
});

const reliability = {
  average_score: 83.6,
  trend: [{ day: '2026-01-31', tickets: 3, average_score: 83.6 }],
  gates: [gate, { ...gate, action_class: 'safe_write', open: true, clean_runs_left: 0, categories: [] }],
  calibration: { method: 'isotonic', labels: 412, stated: quality(0.094), recalibrated: quality(0.031) },
  risk_coverage: [
    { lambda: 0.9, n: 50, wrong: 0, coverage: 0.3, risk: 0 },
    { lambda: 0, n: 160, wrong: 10, coverage: 1, risk: 0.0625 },
  ],
};

describe('remit-dashboard', () => {
  test('tells which gates are open, what the closed ones lack, how far confidence can be trusted, and at what risk', async (context) => {
    const shown = await openStage(context);
    await put(shown, 'remit-dashboard', { properties: { reliability, remediation } });
    const { page } = shown;
    const gates = page.locator('section', { has: page.getByRole('heading', { name: 'Gates' }) });
    const [closed, open] = await gates.locator('ul > li').allTextContents();
    for (const part of [
      'critical write wrong below 5%, confidence 90%',
      'closed',
      '41 right runs in a row would open it.',
      'W 4.0 of 16.0; 38 labels, 1 wrong',
      'It opens: server.',
      'Error budget of 30 days: 1 of 2.5 used, 7 automatic runs.',
    ])
      expect(closed).toContain(part);
    expect(open).toContain('open');
    expect(open).toContain('It only watches.');
    expect(open).not.toContain('would open it');
    // Halfway in logarithms: 4 of 16.
    expect(await gates.locator('.span').first().getAttribute('d')).toBe('M1 5H50');
    await gates.getByText('As a table').first().click();
    const row = gates.getByRole('row').nth(2);
    expect(await row.getByRole('cell').allTextContents()).toEqual(['0.9', '4.0', '16.0', '38', '1', '41']);

    await page.getByText('ECE 3.1%, 412 labels').waitFor();
    await page.getByText('Dots: recalibrated (isotonic). Pale: as stated, ECE 9.4%.').waitFor();
    const diagram = page.getByRole('img', { name: 'Stated confidence against what came true' });
    expect(await diagram.locator('.dots').getAttribute('d')).toBe('M20 75h0M90 15h0');
    expect(await diagram.locator('.ideal').count()).toBe(1);
    const risk = page.getByRole('img', { name: 'Wrong actions by share handled automatically' });
    // To the next ten percent: 6.25 % of 10.
    expect(await risk.locator('.dots').getAttribute('d')).toBe('M30 100h0M100 37.5h0');
    await page.getByText('0.4%').first().waitFor();
    await expectClean(shown);
  });

  test('says that nothing is known where nothing is, and too little where it is too little', async (context) => {
    const shown = await openStage(context);
    const nothing = { method: 'identity', labels: 0, stated: null, recalibrated: null };
    const none = { ...reliability, average_score: null, trend: [], gates: [], risk_coverage: [], calibration: nothing };
    await put(shown, 'remit-dashboard', { properties: { reliability: none, remediation } });
    await shown.page.getByText('No outcome is known yet.').waitFor();
    expect(await shown.page.getByRole('heading', { name: 'Gates' }).count()).toBe(0);
    const few = { ...nothing, labels: 12, stated: { ...quality(0.2), labels: 12, enough: false } };
    await shown.page.evaluate(
      (given) => Object.assign(document.querySelector('remit-dashboard') ?? {}, { reliability: given }),
      { ...none, calibration: few },
    );
    await shown.page.getByText('Too few labels to tell.').waitFor();
    await expectClean(shown);
  });
});
