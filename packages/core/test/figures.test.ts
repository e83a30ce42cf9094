import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RunFigure, reliabilityStatsOf, remediationStatsOf, type TicketFigure } from '../src/domain/figures.js';
import { medianOf, rateOf } from '../src/domain/statistics.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const VERDICTS = ['agreed', 'failed', 'would_have_worked', 'would_not_have_worked', 'unknown', 'open'] as const;
const STATES = ['succeeded', 'failed', 'rolled_back', 'needs_reconciliation', 'manual', 'halted', 'rejected'] as const;
const ROUTES = ['auto', 'approval', 'manual', 'suggest_only'] as const;

interface Case {
  readonly ticket: TicketFigure;
  readonly runs: readonly RunFigure[];
}

const cases: fc.Arbitrary<readonly Case[]> = fc
  .array(
    fc.record({
      category: fc.constantFrom('server', 'network'),
      createdAtMs: fc.nat(200).map((hours) => hours * HOUR),
      tookMinutes: fc.option(fc.integer({ min: 1, max: 500 })),
      optedIn: fc.boolean(),
      score: fc.option(fc.integer({ min: 0, max: 100 })),
      occurrences: fc.nat(9),
      byPerson: fc.boolean(),
      minutes: fc.option(fc.integer({ min: 1, max: 90 })),
      reopened: fc.boolean(),
      disputed: fc.boolean(),
      shadow: fc.option(fc.record({ route: fc.constantFrom(...ROUTES), verdict: fc.constantFrom(...VERDICTS) })),
      models: fc.option(
        fc.record({
          questions: fc.integer({ min: 1, max: 4 }),
          inputTokens: fc.nat(9_000),
          outputTokens: fc.nat(900),
          costUsd: fc.option(fc.integer({ min: 0, max: 500 }).map((tenths) => tenths / 1_000)),
        }),
      ),
      runs: fc.array(
        fc.record({
          route: fc.constantFrom(...ROUTES),
          state: fc.constantFrom(...STATES),
          acts: fc.boolean(),
          waitsMs: fc.option(fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 2 })),
        }),
        { maxLength: 2 },
      ),
    }),
    { maxLength: 12 },
  )
  .map((drafts) =>
    drafts.map((draft, n): Case => {
      const ticketId = `T${n}`;
      const { category, createdAtMs, optedIn, score, occurrences, disputed, shadow, models, tookMinutes } = draft;
      const runs = draft.runs.map(({ route, state, acts, waitsMs }, at): RunFigure => {
        const consentsAtMs = (waitsMs ?? []).map((ms) => createdAtMs + ms);
        const grantedAtMs = consentsAtMs.at(-1) ?? null;
        const approval = waitsMs === null ? null : { requestedAtMs: createdAtMs, consentsAtMs, grantedAtMs };
        const remediationId = `${ticketId}-${at}`;
        return { remediationId, ticketId, category, createdAtMs, route, state, reason: `why ${at}`, acts, approval };
      });
      const last = runs.at(-1)?.remediationId ?? null;
      const level =
        score === null ? 'low' : score >= 90 ? 'very_high' : score >= 75 ? 'high' : score >= 60 ? 'medium' : 'low';
      const percent = score ?? 0;
      const factors = {
        aiConfidence: percent,
        humanFeedback: 100 - percent,
        historicalSuccess: 50,
        patternRecognition: 0,
      };
      return {
        ticket: {
          ...{ ticketId, category, createdAtMs, optedIn, disputed, shadow, models, remediationId: last },
          resolvedAtMs: tookMinutes === null ? null : createdAtMs + tookMinutes * MINUTE,
          scored: score === null ? null : { score, level, factors, occurrences },
          byPerson: { fixed: draft.byPerson && tookMinutes !== null, minutes: draft.minutes },
          reopened: draft.reopened && last !== null ? [last] : [],
        },
        runs,
      };
    }),
  );

/* Every figure once more, in as few words as possible, and from nothing of the code under test. */

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const average = (values: readonly number[]): number | null =>
  values.length === 0 ? null : sum(values) / values.length;
const middle = (values: readonly number[]): number | null => {
  const sorted = [...values].sort((a, b) => a - b);
  const [a, b] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return a === undefined || b === undefined ? null : (a + b) / 2;
};
/** Wilson's interval as the roots of the quadratic (p - x)^2 = z^2 p (1 - p) / n. */
const wilson = (x: number, n: number): readonly number[] => {
  const z2 = 1.959963984540054 ** 2;
  const [a, b, c] = [1 + z2 / n, -(2 * (x / n) + z2 / n), (x / n) ** 2];
  const root = Math.sqrt(Math.max(0, b * b - 4 * a * c));
  return [(-b - root) / (2 * a), (-b + root) / (2 * a)];
};
const close = (told: number | null, follows: number | null): void => {
  if (follows === null || told === null) expect(told).toBe(follows);
  else expect(told).toBeCloseTo(follows, 8);
};
function rate(told: ReturnType<typeof rateOf>, x: number, n: number): void {
  expect(told.of).toBe(n);
  close(told.rate, n === 0 ? null : x / n);
  if (n > 0) {
    const [low = 0, high = 1] = wilson(x, n);
    expect(Math.abs((told.low ?? 9) - low)).toBeLessThan(1e-7);
    expect(Math.abs((told.high ?? 9) - high)).toBeLessThan(1e-7);
  }
}

describe('figures', () => {
  it('of reliability are what the tickets say', () => {
    fc.assert(
      fc.property(cases, (all) => {
        const stats = reliabilityStatsOf(all.map(({ ticket }) => ticket));
        const scored = all.flatMap(({ ticket }) => (ticket.scored ? [{ ...ticket, ...ticket.scored }] : []));
        const scores = scored.map(({ score }) => score);
        expect(stats.tickets).toBe(scores.length);
        close(stats.averageScore, average(scores));
        close(stats.medianScore, middle(scores));
        close(stats.averageFactors?.humanFeedback ?? null, average(scores.map((score) => 100 - score)));
        close(stats.averageFactors?.historicalSuccess ?? null, scores.length === 0 ? null : 50);
        expect(stats.levels).toEqual({
          very_high: scores.filter((s) => s >= 90).length,
          high: scores.filter((s) => s >= 75 && s < 90).length,
          medium: scores.filter((s) => s >= 60 && s < 75).length,
          low: scores.filter((s) => s < 60).length,
        });
        for (const { category, tickets, averageScore } of stats.byCategory) {
          const own = scored.filter((ticket) => ticket.category === category).map(({ score }) => score);
          expect(tickets).toBe(own.length);
          close(averageScore, average(own));
        }
        expect(sum(stats.byCategory.map(({ tickets }) => tickets))).toBe(scores.length);
        for (const { day, tickets, averageScore } of stats.trend) {
          const own = scored.filter(({ createdAtMs }) => new Date(createdAtMs).toISOString().startsWith(day));
          expect(tickets).toBe(own.length);
          close(averageScore, average(own.map(({ score }) => score)));
        }
        expect(sum(stats.trend.map(({ tickets }) => tickets))).toBe(scores.length);
      }),
      { seed: 6, numRuns: 200 },
    );
  });

  it('of remediation are what the tickets and runs say', () => {
    fc.assert(
      fc.property(cases, fc.array(fc.constantFrom('target_lock', 'rate_limit')), (all, deferrals) => {
        const tickets = all.map(({ ticket }) => ticket);
        const runs = all.flatMap(({ ticket, runs: own }) => own.map((run) => ({ ...run, ticket })));
        const stats = remediationStatsOf(
          tickets,
          all.flatMap((one) => one.runs),
          deferrals,
        );
        expect([stats.tickets, stats.optedIn]).toEqual([tickets.length, tickets.filter((t) => t.optedIn).length]);
        for (const route of ROUTES) expect(stats.routes[route]).toBe(runs.filter((r) => r.route === route).length);
        for (const state of STATES) expect(stats.states[state] ?? 0).toBe(runs.filter((r) => r.state === state).length);

        const did = runs.filter(
          (r) => r.acts && ['succeeded', 'failed', 'rolled_back', 'needs_reconciliation'].includes(r.state),
        );
        const good = ({ state, remediationId, ticket }: (typeof runs)[number]): boolean =>
          state === 'succeeded' && !ticket.disputed && !ticket.reopened.includes(remediationId);
        for (const route of ['auto', 'approval'] as const) {
          const own = did.filter((r) => r.route === route);
          const told = stats.outcomes[route];
          const right = own.filter(good).length;
          expect([told.executed, told.right, told.wrong]).toEqual([own.length, right, own.length - right]);
          expect(told.failed + told.rolledBack + told.unknown).toBe(own.filter((r) => r.state !== 'succeeded').length);
          expect(told.reopened).toBe(own.filter((r) => r.ticket.reopened.includes(r.remediationId)).length);
          expect(told.disputed).toBe(own.filter((r) => r.state === 'succeeded' && r.ticket.disputed).length);
          rate(told.successRate, right, own.length);
          rate(told.wrongRate, own.length - right, own.length);
        }

        const ended = tickets.filter((t) => t.resolvedAtMs !== null);
        const fixer = (t: TicketFigure) =>
          t.byPerson.fixed
            ? undefined
            : runs.find((r) => r.remediationId === t.remediationId && r.state === 'succeeded');
        expect(stats.resolved).toEqual({
          automatically: ended.filter((t) => fixer(t)?.route === 'auto').length,
          withApproval: ended.filter((t) => fixer(t)?.route === 'approval').length,
          byPerson: ended.filter((t) => t.byPerson.fixed).length,
        });
        const repeated = tickets.filter((t) => (t.scored?.occurrences ?? 0) >= 5);
        const spared = repeated.filter((t) => {
          const run = t.resolvedAtMs === null ? undefined : fixer(t);
          return run?.route === 'auto' && good(run);
        });
        expect([stats.repetitive.tickets, stats.repetitive.resolvedAutomatically]).toEqual([
          repeated.length,
          spared.length,
        ]);
        rate(stats.repetitive.autoShare, spared.length, repeated.length);
        for (const known of [true, false]) {
          const own = ended.filter((t) => t.scored !== null && t.scored.occurrences >= 1 === known);
          const took = own.map((t) => ((t.resolvedAtMs ?? 0) - t.createdAtMs) / MINUTE);
          const told = stats.timeToResolution[known ? 'known' : 'unknown'];
          expect(told.count).toBe(took.length);
          close(told.meanMinutes, average(took));
          close(told.medianMinutes, middle(took));
        }

        const asked = runs.flatMap((r) => (r.approval ? [{ ...r.approval, state: r.state }] : []));
        const yes = asked.flatMap((a) => a.consentsAtMs.map((at) => at - a.requestedAtMs));
        const granted = asked.flatMap((a) =>
          a.grantedAtMs === null ? [] : [(a.grantedAtMs - a.requestedAtMs) / MINUTE],
        );
        const { approvals } = stats;
        expect([approvals.asked, approvals.granted, approvals.consents]).toEqual([
          asked.length,
          granted.length,
          yes.length,
        ]);
        expect(approvals.rejected).toBe(asked.filter((a) => a.state === 'rejected').length);
        close(approvals.timeToGrant.meanMinutes, average(granted));
        close(approvals.timeToGrant.medianMinutes, middle(granted));
        expect(approvals.rubberStamps).toBe(yes.filter((ms) => ms < 10_000).length);
        rate(approvals.rubberStampRate, approvals.rubberStamps, yes.length);

        const refused = runs.filter(
          (r) => ['auto', 'approval'].includes(r.route) && ['manual', 'halted'].includes(r.state),
        );
        expect(sum(Object.values(stats.blocked))).toBe(refused.length);
        expect(stats.blocked['why 0'] ?? 0).toBe(refused.filter((r) => r.reason === 'why 0').length);
        expect(stats.deferred['target_lock'] ?? 0).toBe(deferrals.filter((reason) => reason === 'target_lock').length);

        let total = 0;
        for (const { category, personMinutes, minutes, right, wrong } of stats.minutesSaved.byCategory) {
          const people = ended.filter((t) => t.byPerson.fixed && t.category === category);
          const typical = middle(
            people.map((t) => t.byPerson.minutes ?? ((t.resolvedAtMs ?? 0) - t.createdAtMs) / MINUTE),
          );
          const own = did.filter((r) => r.route === 'auto' && r.category === category);
          expect([right, wrong]).toEqual([own.filter(good).length, own.filter((r) => !good(r)).length]);
          close(personMinutes, typical);
          close(minutes, typical === null ? null : (right - wrong) * typical);
          total += minutes ?? 0;
        }
        close(stats.minutesSaved.total, total);
        expect(sum(stats.minutesSaved.byCategory.map((c) => c.right + c.wrong))).toBe(
          did.filter((r) => r.route === 'auto').length,
        );

        const shadowed = tickets.flatMap((t) => (t.shadow ? [t.shadow] : []));
        expect(stats.shadow.tickets).toBe(shadowed.length);
        for (const route of ROUTES)
          expect(stats.shadow.wouldBe[route]).toBe(shadowed.filter((s) => s.route === route).length);
        for (const verdict of VERDICTS) {
          expect(stats.shadow.verdicts[verdict]).toBe(shadowed.filter((s) => s.verdict === verdict).length);
        }
        const told = shadowed.filter((s) => s.route === 'auto' && s.verdict !== 'open').map((s) => s.verdict);
        const wrong = told.filter((v) => v === 'failed' || v === 'would_not_have_worked').length;
        const maybe = told.filter((v) => v === 'unknown').length;
        expect(stats.shadow.wrongRate).toEqual(
          told.length === 0
            ? null
            : { low: wrong / told.length, high: (wrong + maybe) / told.length, tickets: told.length },
        );
        const bills = tickets.flatMap((t) => (t.models ? [t.models] : []));
        const costs = bills.flatMap((b) => (b.costUsd === null ? [] : [b.costUsd]));
        expect([stats.models.tickets, stats.models.priced]).toEqual([bills.length, costs.length]);
        expect(stats.models.questions).toBe(sum(bills.map((b) => b.questions)));
        expect(stats.models.inputTokens).toBe(sum(bills.map((b) => b.inputTokens)));
        expect(stats.models.outputTokens).toBe(sum(bills.map((b) => b.outputTokens)));
        close(stats.models.costUsd, sum(costs));
        close(stats.models.costPerTicketUsd, average(costs));
        expect(sum(stats.trend.map((day) => day.tickets))).toBe(tickets.length);
        expect(sum(stats.trend.map((day) => day.right))).toBe(stats.outcomes.auto.right);
        expect(sum(stats.trend.map((day) => day.wrong))).toBe(stats.outcomes.auto.wrong);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

describe('a rate', () => {
  it('has the interval of Wilson 1927, known values included', () => {
    // Newcombe 1998, Stat. Med. 17: 857-872, table I, method 3: 81/263, 15/148, 0/20, 1/29.
    const known = [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const;
    for (const [x, n, low, high] of known) {
      const told = rateOf(x, n);
      expect(told.low).toBeCloseTo(low, 4);
      expect(told.high).toBeCloseTo(high, 4);
    }
    expect(rateOf(7, 7)).toMatchObject({ rate: 1, high: 1 });
    expect(rateOf(0, 0)).toEqual({ of: 0, rate: null, low: null, high: null });
  });

  it('and a median of nothing is null', () => {
    expect([medianOf([]), medianOf([3]), medianOf([9, 1]), medianOf([5, 1, 9])]).toEqual([null, 3, 5, 5]);
  });
});
