import { defineRoute, type Route } from '../route.js';
import {
  daysQuery,
  reliabilityQuery,
  reliabilityStatsToWire,
  reliabilityStatsWire,
  remediationStatsToWire,
  remediationStatsWire,
} from '../wire.js';
import { ok } from './answers.js';
import { nothing } from './parameters.js';

/** How tickets fared. */
export const STATS_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'GET',
    pattern: '/stats/reliability',
    doc: 'Reliability over the last `days` (default 30), of one category or all; the gates as they are now, calibration, and the risk at each coverage.',
    name: 'getReliabilityStats',
    tag: 'stats',
    scopes: ['stats:read'],
    codes: ['unknown_category'],
    path: nothing,
    query: reliabilityQuery,
    body: null,
    success: reliabilityStatsWire,
    answer: async ({ remit, actor, query: { days, category } }) => {
      const of = category === undefined ? {} : { category };
      const [stats, guarantee] = await Promise.all([
        remit.reliabilityStats(actor, { days, ...of }),
        remit.guarantee(actor, of),
      ]);
      return ok(reliabilityStatsToWire({ days, category: category ?? null }, stats, guarantee));
    },
  }),
  defineRoute({
    method: 'GET',
    pattern: '/stats/auto-remediation',
    doc: 'What became of the tickets of the last `days` (default 30), with 95 % intervals by Wilson (1927).',
    name: 'getRemediationStats',
    tag: 'stats',
    scopes: ['stats:read'],
    path: nothing,
    query: daysQuery,
    body: null,
    success: remediationStatsWire,
    answer: async ({ remit, actor, query: { days } }) =>
      ok(remediationStatsToWire(days, await remit.remediationStats(actor, { days }))),
  }),
];
