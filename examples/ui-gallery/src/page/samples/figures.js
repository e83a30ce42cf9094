/* The figures of a month. */

import { day, factors } from './base.js';

const trendDays = Array.from({ length: 30 }, (_, index) => 29 - index);
const wave = (index, height) => Math.sin(index * 1.7) * height + Math.cos(index * 0.6) * height;
const bound = (lambda, [n, losses], [wealth, clean_runs_left], open = false) => ({
  ...{ lambda, open, n, losses, wealth, threshold: 20, clean_runs_left },
});
const gate = (action_class, more) => ({
  stratum: `${action_class} 0.05 0.05`,
  action_class,
  alpha: 0.05,
  delta: 0.05,
  epoch: 1,
  waiting: 3,
  detector: { evidence: 0.4, speaks_at: 4.6, fired: 0 },
  ...more,
});
const bins = (slope) =>
  [0.15, 0.35, 0.5, 0.62, 0.74, 0.83, 0.91, 0.97].map((confidence, index) => ({
    n: 20 + index * 9,
    confidence,
    accuracy: confidence * slope + [0.05, -0.03, 0.04, 0.02, -0.04, -0.02, 0.01, -0.02][index],
  }));
const quality = (ece, slope) => ({
  labels: 412,
  enough: true,
  mean_confidence: 0.74,
  accuracy: 0.72,
  ece,
  ece_null_95: 0.052,
  ece_p: 0.4,
  bins: bins(slope),
});

/** What mode `guaranteed` knows. */
const guarantee = {
  guaranteed: [{ category: 'server', strata: ['safe_write 0.05 0.05'], open: true }],
  gates: [
    gate('safe_write', {
      categories: ['server', 'application'],
      open: true,
      lambda: 0.9,
      clean_runs_left: 0,
      why: 'Open for fixes whose lower quantile is at least 0.9: the average wrong-action risk of the tickets it is open for is below 5 % with confidence 95 %, given honest and complete outcome labels.',
      bounds: [
        bound(0.95, [96, 0], [41.2, 0], true),
        bound(0.9, [128, 1], [23.6, 0], true),
        bound(0.8, [171, 6], [2.1, 64]),
      ],
      budget: { autos: 187, known_wrong: 2, allowed: 9.4 },
    }),
    gate('critical_write', {
      categories: [],
      open: false,
      lambda: null,
      clean_runs_left: 41,
      why: 'Closed: 38 final labels, 1 of them wrong, do not carry it yet.',
      bounds: [bound(0.95, [22, 0], [3.1, 41]), bound(0.9, [38, 1], [1.4, 58])],
      budget: { autos: 0, known_wrong: 0, allowed: 0 },
    }),
  ],
  calibration: { method: 'isotonic', labels: 412, stated: quality(0.094, 0.88), recalibrated: quality(0.031, 1) },
  risk_coverage: [0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1].map((coverage, index) => ({
    lambda: [0.97, 0.95, 0.9, 0.85, 0.8, 0.7, 0][index],
    n: Math.round(coverage * 412),
    wrong: Math.round(coverage * 412 * (0.004 + 0.14 * coverage ** 3)),
    coverage,
    risk: 0.004 + 0.14 * coverage ** 3,
  })),
};
/** The same before anything is known. */
export const nothingKnown = {
  guaranteed: [],
  gates: [],
  calibration: { method: 'identity', labels: 0, stated: null, recalibrated: null },
  risk_coverage: [],
};

export const reliability = {
  days: 30,
  category: null,
  tickets: 412,
  average_score: 83.6,
  median_score: 86.1,
  average_factors: factors(86, 81, 84, 83),
  average_breakdown: {},
  levels: { very_high: 148, high: 171, medium: 61, low: 32 },
  by_category: [],
  ...guarantee,
  trend: trendDays.map((back, index) => ({
    day: day(back),
    tickets: 10 + (index % 7),
    average_score: Math.round((76 + index * 0.42 + wave(index, 2.4)) * 10) / 10,
  })),
};
const rate = (of, [share, low, high]) => ({ of, rate: share, low, high });
const outcomes = (executed, [right, wrong], [success, wrongRate]) => ({
  executed,
  right,
  wrong,
  failed: 1,
  rolled_back: 2,
  unknown: 0,
  reopened: 1,
  disputed: 0,
  success_rate: success,
  wrong_rate: wrongRate,
});
const took = (count, median) => ({ count, mean_minutes: median, median_minutes: median });
export const remediation = {
  days: 30,
  tickets: 412,
  opted_in: 338,
  routes: { auto: 187, approval: 96, manual: 38, suggest_only: 91 },
  states: {},
  resolved: { automatically: 181, with_approval: 84, by_person: 121 },
  repetitive: { tickets: 236, resolved_automatically: 171, auto_share: rate(236, [0.725, 0.66, 0.78]) },
  outcomes: {
    auto: outcomes(187, [183, 4], [rate(187, [0.979, 0.946, 0.992]), rate(187, [0.021, 0.008, 0.054])]),
    approval: outcomes(88, [85, 3], [rate(88, [0.966, 0.905, 0.988]), rate(88, [0.034, 0.012, 0.095])]),
  },
  time_to_resolution: { known_patterns: took(236, 0.6), unknown_patterns: took(150, 94) },
  approvals: {
    asked: 96,
    granted: 84,
    rejected: 7,
    expired: 1,
    waiting: 4,
    time_to_grant: took(84, 6.5),
    consents: 92,
    rubber_stamps: 9,
    rubber_stamp_rate: rate(92, [0.098, 0.052, 0.176]),
  },
  blocked: { symptom: 9, maintenance_window: 4, storm: 2 },
  deferred: { maintenance_window: 12, rate: 3 },
  minutes_saved: {
    total: 4120,
    by_category: [
      { category: 'server', right: 120, wrong: 2, person_minutes: 24, minutes: 2480 },
      { category: 'storage', right: 48, wrong: 1, person_minutes: 35, minutes: 1640 },
    ],
  },
  shadow: {
    tickets: 0,
    would_be: { auto: 0, approval: 0, manual: 0, suggest_only: 0 },
    verdicts: {},
    wrong_rate: null,
  },
  trend: trendDays.map((back, index) => ({
    day: day(back),
    tickets: 12,
    right: 4 + (index % 5),
    wrong: index % 9 === 4 ? 1 : 0,
  })),
};
