import type { Route } from '@remit/core';
import { medianOf } from '@remit/core/statistics';
import type { Replayed } from '../play/replayTickets.js';
import { type Bounds, coverageBounds, type Ends, endsOf, wrongBounds } from './bounds.js';
import { type RiskCoverage, riskCoverage } from './curve.js';
import { type WorstWindow, worstWindow } from './window.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** Earlier tickets from which a pattern repeats, as the seed counts. */
export const REPEATS_FROM = 5;
/** Categories and patterns that are shown, the largest. */
const SHOWN = 10;

/** Automatic decisions of one part of the tickets. */
export interface Part extends Ends {
  readonly name: string;
  readonly tickets: number;
}

/** What one policy would have come to. Coverage is a share of the tickets whose pattern had 5 earlier ones. */
export interface PolicyFigures {
  readonly name: string;
  readonly routes: Readonly<Record<Route, number>>;
  readonly autos: Ends;
  readonly wrong: Bounds;
  readonly coverage: Bounds;
  /** The first automatic decision: how many tickets and days in; null: none. */
  readonly firstAuto: { readonly ticket: number; readonly days: number } | null;
  readonly worst30Days: WorstWindow | null;
  readonly approvalsPerWeek: number;
  /** Elapsed time of a person's fix (median of the category) summed over automatic decisions that worked. */
  readonly minutesSaved: number;
  readonly categories: readonly Part[];
  /** Patterns with most automatic decisions that were wrong or are unknown. */
  readonly escapes: readonly Part[];
  readonly curve: RiskCoverage;
}

const isAuto = (index: number) => (one: Replayed) => one.said[index]?.route === 'auto';

/** Median minutes from opened to resolved, by category. */
export function minutesByCategory(all: readonly Replayed[]): ReadonlyMap<string, number> {
  const by = new Map<string, number[]>();
  for (const { ticket } of all) {
    if (ticket.resolvedMs === null) continue;
    const took = by.get(ticket.category) ?? [];
    by.set(ticket.category, took);
    took.push((ticket.resolvedMs - ticket.openedMs) / MINUTE_MS);
  }
  return new Map([...by].map(([category, took]) => [category, medianOf(took) ?? 0]));
}

function partsOf(all: readonly Replayed[], auto: (one: Replayed) => boolean, nameOf: (one: Replayed) => string) {
  const by = new Map<string, Replayed[]>();
  for (const one of all) {
    const group = by.get(nameOf(one)) ?? [];
    by.set(nameOf(one), group);
    group.push(one);
  }
  return [...by].map(([name, group]): Part => {
    return { name, tickets: group.length, ...endsOf(group.filter(auto).map(({ outcome }) => outcome)) };
  });
}

/** Adds one policy up; `index` is its place among the policies, `alpha` that of its error budget. */
export function policyFigures(
  all: readonly Replayed[],
  { name, index, alpha, repeating }: { name: string; index: number; alpha: number; repeating: number },
): PolicyFigures {
  const auto = isAuto(index);
  const autos = all.filter(auto);
  const ends = endsOf(autos.map(({ outcome }) => outcome));
  const routed = (route: Route): number => all.filter(({ said }) => said[index]?.route === route).length;
  const first = all.findIndex(auto);
  const beganMs = all[0]?.ticket.openedMs ?? 0;
  const span = (all.at(-1)?.ticket.openedMs ?? 0) - beganMs;
  const minutes = minutesByCategory(all);
  const worked = autos.filter(({ outcome }) => outcome === 'worked');
  const ranked = all.flatMap(({ said, outcome, earlier }) => {
    const rank = earlier >= REPEATS_FROM ? (said[index]?.rank ?? null) : null;
    return rank === null ? [] : [{ rank, outcome }];
  });
  const bad = (part: Part): number => part.failed + part.unknown;
  return {
    name,
    routes: {
      auto: ends.n,
      approval: routed('approval'),
      manual: routed('manual'),
      suggest_only: routed('suggest_only'),
    },
    autos: ends,
    wrong: wrongBounds(ends),
    coverage: coverageBounds(ends, repeating),
    firstAuto: first < 0 ? null : { ticket: first + 1, days: ((all[first]?.ticket.openedMs ?? 0) - beganMs) / DAY_MS },
    worst30Days: worstWindow(autos, alpha),
    approvalsPerWeek: span === 0 ? 0 : routed('approval') / (span / WEEK_MS),
    minutesSaved: worked.reduce((sum, { ticket }) => sum + (minutes.get(ticket.category) ?? 0), 0),
    categories: partsOf(all, auto, ({ ticket }) => ticket.category)
      .sort((a, b) => b.tickets - a.tickets)
      .slice(0, SHOWN),
    escapes: partsOf(all, auto, ({ pattern }) => pattern)
      .filter((part) => bad(part) > 0)
      .sort((a, b) => bad(b) - bad(a))
      .slice(0, SHOWN),
    curve: riskCoverage(ranked, repeating),
  };
}
