import {
  countsOf,
  type DayScores,
  type DayWork,
  dayOf,
  grouped,
  type RanFigures,
  scoresByDay,
  workOfDay,
} from './dayFigures.js';
import type { Route } from './decision.js';
import { FACTOR_NAMES, type Factors, type Level } from './reliability.js';
import type { StateName } from './remediation.js';
import type { ShadowVerdict } from './shadow.js';
import { countOf, medianOfSpreads } from './spread.js';
import { type Durations, durationsOf, type Rate, rateOf } from './statistics.js';

/* What the figures are made of, and how: every number of the statistics is computed here and nowhere else. */

/** One ticket, as far as figures need it. */
export interface TicketFigure {
  readonly ticketId: string;
  readonly category: string;
  readonly createdAtMs: number;
  readonly resolvedAtMs: number | null;
  readonly optedIn: boolean;
  /** Null until it was analysed. */
  readonly scored: {
    readonly score: number;
    readonly level: Level;
    readonly factors: Factors;
    /** Resolved earlier tickets of the pattern at the decision. */
    readonly occurrences: number;
  } | null;
  readonly remediationId: string | null;
  /** Minutes that a person says it took them; `fixed` is false when no person fixed it. */
  readonly byPerson: { readonly fixed: boolean; readonly minutes: number | null };
  /** Remediations whose fix did not last a week. */
  readonly reopened: readonly string[];
  /** Somebody's counted complaint calls its fix wrong. */
  readonly disputed: boolean;
  readonly shadow: { readonly route: Route; readonly verdict: ShadowVerdict } | null;
  /** What asking models about it took; null when none was asked. */
  readonly models: ModelBill | null;
}

/** What asking models about one ticket took. */
export interface ModelBill {
  readonly questions: number;
  /** Read in full, written to and read from caches. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars; null when a model was asked whose prices nobody configured. */
  readonly costUsd: number | null;
}

/** One remediation, as far as figures need it. */
export interface RunFigure {
  readonly remediationId: string;
  readonly ticketId: string;
  readonly category: string;
  readonly createdAtMs: number;
  readonly route: Route;
  readonly state: StateName;
  readonly reason: string | null;
  /** It carries out a proposal that changes something; a run that takes another one back does not. */
  readonly acts: boolean;
  readonly approval: {
    readonly requestedAtMs: number;
    readonly consentsAtMs: readonly number[];
    readonly grantedAtMs: number | null;
  } | null;
}

/** Tickets with an average, under a name. */
interface Averaged {
  readonly tickets: number;
  readonly averageScore: number;
}

/** Reliability over a time. */
export interface ReliabilityStats {
  readonly tickets: number;
  /** 0..100; null without tickets. */
  readonly averageScore: number | null;
  readonly medianScore: number | null;
  /** Mean of each factor, 0..100; null without tickets. */
  readonly averageFactors: Factors | null;
  /** Tickets by level. */
  readonly levels: Readonly<Record<Level, number>>;
  readonly byCategory: readonly (Averaged & { readonly category: string })[];
  /** One entry per UTC day with tickets, oldest first; `day` is YYYY-MM-DD. */
  readonly trend: readonly (Averaged & { readonly day: string })[];
}

function total<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}

/** Counts by name of many days added up. */
function added(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const each of counts) {
    for (const [name, count] of Object.entries(each)) sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The reliability of the tickets of these days; a day may come in several parts. `category`: of it alone. */
export function reliabilityOfDays(days: readonly DayScores[], category?: string): ReliabilityStats {
  const parts = days.flatMap(({ day, categories }) =>
    Object.entries(categories).flatMap(([name, figures]) =>
      category === undefined || category === name ? [{ day, category: name, ...figures }] : [],
    ),
  );
  type Part = (typeof parts)[number];
  const tickets = total(parts, (part) => part.tickets);
  const mean = (of: readonly Part[], value: (part: Part) => number): number =>
    total(of, value) / total(of, (part) => part.tickets);
  const averaged = (of: readonly Part[]): Averaged => ({
    tickets: total(of, (part) => part.tickets),
    averageScore: mean(of, ({ score }) => score),
  });
  const factors = FACTOR_NAMES.map((name) => [name, mean(parts, (part) => part.factors[name])] as const);
  const levelled = (level: Level): number => total(parts, ({ levels }) => levels[level]);
  return {
    tickets,
    averageScore: tickets > 0 ? mean(parts, ({ score }) => score) : null,
    medianScore: medianOfSpreads(parts.map(({ values }) => values)),
    averageFactors: tickets > 0 ? (Object.fromEntries(factors) as unknown as Factors) : null,
    levels: {
      very_high: levelled('very_high'),
      high: levelled('high'),
      medium: levelled('medium'),
      low: levelled('low'),
    },
    byCategory: grouped(parts, (part) => part.category).map(([name, of]) => ({ category: name, ...averaged(of) })),
    trend: grouped(parts, ({ day }) => day).map(([day, of]) => ({ day, ...averaged(of) })),
  };
}

/** Reliability of tickets, as their scores are now. */
export function reliabilityStatsOf(tickets: readonly TicketFigure[]): ReliabilityStats {
  return reliabilityOfDays(scoresByDay(tickets));
}

/** What came of the runs of one route. */
export interface OutcomeFigures {
  /** Runs that did something, whatever came of it. */
  readonly executed: number;
  /** Validation passed, nobody complained, and it lasted a week. */
  readonly right: number;
  /** All others: `failed` before anything changed, taken back, unknown, reopened or called wrong. */
  readonly wrong: number;
  readonly failed: number;
  readonly rolledBack: number;
  readonly unknown: number;
  readonly reopened: number;
  readonly disputed: number;
  /** `right` of `executed`. */
  readonly successRate: Rate;
  /** `wrong` of `executed`. */
  readonly wrongRate: Rate;
}

/** People's answers to approval requests. */
export interface ApprovalFigures {
  readonly asked: number;
  readonly granted: number;
  readonly rejected: number;
  readonly expired: number;
  readonly waiting: number;
  /** From the request to the last yes that was needed. */
  readonly timeToGrant: Durations;
  /** Every yes that was given. */
  readonly consents: number;
  /** A yes within 10 s of the request: too soon to have read it. */
  readonly rubberStamps: number;
  readonly rubberStampRate: Rate;
}

/** Minutes of people's work that automatic runs spared, by category. */
export interface MinutesSaved {
  readonly category: string;
  readonly right: number;
  readonly wrong: number;
  /** The median of people's own fixes in this category; null when there was none. */
  readonly personMinutes: number | null;
  /** (`right` - `wrong`) times `personMinutes`; null when nothing is known about people's own fixes. */
  readonly minutes: number | null;
}

/** What shadow mode showed. */
export interface ShadowFigures {
  readonly tickets: number;
  readonly wouldBe: Readonly<Record<Route, number>>;
  readonly verdicts: Readonly<Record<ShadowVerdict, number>>;
  /**
   * Wrong of those that would have run by themselves and whose outcome is told: `low` counts every unknown as right,
   * `high` as wrong; null without any.
   */
  readonly wrongRate: { readonly low: number; readonly high: number; readonly tickets: number } | null;
}

/** What asking models took, over all tickets that one was asked about. */
export interface ModelFigures {
  readonly tickets: number;
  readonly questions: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Tickets whose cost is known. */
  readonly priced: number;
  /** US dollars, of these tickets together. */
  readonly costUsd: number;
  /** US dollars for one of these tickets; null without any. */
  readonly costPerTicketUsd: number | null;
}

/** What became of tickets over a time. */
export interface RemediationStats {
  readonly tickets: number;
  readonly optedIn: number;
  /** Remediations by the route of their decision. */
  readonly routes: Readonly<Record<Route, number>>;
  /** Remediations by the state they are in. */
  readonly states: Readonly<Partial<Record<StateName, number>>>;
  readonly resolved: { readonly automatically: number; readonly withApproval: number; readonly byPerson: number };
  /** Tickets of patterns that had 5 resolved tickets or more, and the share of them that was resolved rightly by itself. */
  readonly repetitive: { readonly tickets: number; readonly resolvedAutomatically: number; readonly autoShare: Rate };
  readonly outcomes: Readonly<Record<'auto' | 'approval', OutcomeFigures>>;
  /** From submission to resolution; a pattern is known when it had a resolved ticket before. */
  readonly timeToResolution: { readonly known: Durations; readonly unknown: Durations };
  readonly approvals: ApprovalFigures;
  /** Runs that the guard refused, by the check that said no. */
  readonly blocked: Readonly<Record<string, number>>;
  /** Times that a run was put off, by the check that said not yet. */
  readonly deferred: Readonly<Record<string, number>>;
  readonly minutesSaved: { readonly total: number; readonly byCategory: readonly MinutesSaved[] };
  readonly shadow: ShadowFigures;
  readonly models: ModelFigures;
  /** One entry per UTC day with tickets or automatic runs, oldest first. */
  readonly trend: readonly {
    readonly day: string;
    readonly tickets: number;
    readonly right: number;
    readonly wrong: number;
  }[];
}

function outcomesOf(runs: readonly RanFigures[]): OutcomeFigures {
  const sum = (name: keyof RanFigures): number => total(runs, (run) => run[name]);
  const [executed, right] = [sum('executed'), sum('right')];
  const wrong = executed - right;
  return {
    ...{ executed, right, wrong, failed: sum('failed'), rolledBack: sum('rolledBack'), unknown: sum('unknown') },
    ...{ reopened: sum('reopened'), disputed: sum('disputed') },
    successRate: rateOf(right, executed),
    wrongRate: rateOf(wrong, executed),
  };
}

function approvalsOf(days: readonly DayWork['approvals'][]): ApprovalFigures {
  const sum = (name: Exclude<keyof DayWork['approvals'], 'grantedAfterMs'>): number => total(days, (day) => day[name]);
  const granted = days.map(({ grantedAfterMs }) => grantedAfterMs);
  return {
    asked: sum('asked'),
    granted: countOf(granted),
    rejected: sum('rejected'),
    expired: sum('expired'),
    waiting: sum('waiting'),
    timeToGrant: durationsOf(granted),
    consents: sum('consents'),
    rubberStamps: sum('rubberStamps'),
    rubberStampRate: rateOf(sum('rubberStamps'), sum('consents')),
  };
}

function minutesSavedOf(days: readonly DayWork[]): RemediationStats['minutesSaved'] {
  const automatic = days.flatMap((day) => Object.entries(day.automatic));
  const byCategory = grouped(automatic, ([category]) => category).map(([category, runs]): MinutesSaved => {
    const right = total(runs, ([, of]) => of.right);
    const wrong = total(runs, ([, of]) => of.wrong);
    const median = medianOfSpreads(days.flatMap(({ personMinutes }) => personMinutes[category] ?? []));
    return {
      category,
      right,
      wrong,
      personMinutes: median,
      minutes: median === null ? null : (right - wrong) * median,
    };
  });
  return { total: total(byCategory, ({ minutes }) => minutes ?? 0), byCategory };
}

function shadowOf(days: readonly DayWork['shadow'][]): ShadowFigures {
  const sum = (name: 'tickets' | 'told' | 'wrong' | 'unknown'): number => total(days, (day) => day[name]);
  const wouldBe = { auto: 0, approval: 0, manual: 0, suggest_only: 0 };
  const verdicts = {
    agreed: 0,
    failed: 0,
    would_have_worked: 0,
    would_not_have_worked: 0,
    unknown: 0,
    open: 0,
    nothing_proposed: 0,
  };
  const [n, wrong] = [sum('told'), sum('wrong')];
  return {
    tickets: sum('tickets'),
    wouldBe: { ...wouldBe, ...added(days.map((day) => day.wouldBe)) },
    verdicts: { ...verdicts, ...added(days.map((day) => day.verdicts)) },
    wrongRate: n === 0 ? null : { low: wrong / n, high: (wrong + sum('unknown')) / n, tickets: n },
  };
}

function modelsOf(days: readonly DayWork['models'][]): ModelFigures {
  const sum = (name: keyof DayWork['models']): number => total(days, (day) => day[name]);
  const [priced, costUsd] = [sum('priced'), sum('costUsd')];
  return {
    tickets: sum('tickets'),
    questions: sum('questions'),
    inputTokens: sum('inputTokens'),
    outputTokens: sum('outputTokens'),
    priced,
    costUsd,
    costPerTicketUsd: priced === 0 ? null : costUsd / priced,
  };
}

function trendOf(days: readonly DayWork[]): RemediationStats['trend'] {
  const tickets = added(days.map((day) => ({ [day.day]: day.tickets })));
  const right = added(
    days.map(({ ran }) => Object.fromEntries(Object.entries(ran).map(([day, of]) => [day, of.right]))),
  );
  const wrong = added(
    days.map(({ ran }) => Object.fromEntries(Object.entries(ran).map(([day, of]) => [day, of.wrong]))),
  );
  return [...new Set([...Object.keys(tickets), ...Object.keys(right)])]
    .sort()
    .map((day) => ({ day, tickets: tickets[day] ?? 0, right: right[day] ?? 0, wrong: wrong[day] ?? 0 }));
}

/** What became of the tickets of these days; a day may come in several parts, and one without tickets not at all. */
export function remediationOfDays(days: readonly DayWork[]): RemediationStats {
  const sum = (of: (day: DayWork) => number): number => total(days, of);
  const repetitive = sum((day) => day.repetitive.tickets);
  const resolvedAutomatically = sum((day) => day.repetitive.resolvedAutomatically);
  const took = (which: 'known' | 'unknown'): Durations => durationsOf(days.map(({ tookMs }) => tookMs[which]));
  return {
    tickets: sum((day) => day.tickets),
    optedIn: sum((day) => day.optedIn),
    routes: { auto: 0, approval: 0, manual: 0, suggest_only: 0, ...added(days.map(({ routes }) => routes)) },
    states: added(days.map(({ states }) => states)),
    resolved: {
      automatically: sum((day) => day.resolved.automatically),
      withApproval: sum((day) => day.resolved.withApproval),
      byPerson: sum((day) => day.resolved.byPerson),
    },
    repetitive: {
      tickets: repetitive,
      resolvedAutomatically,
      autoShare: rateOf(resolvedAutomatically, repetitive),
    },
    outcomes: { auto: outcomesOf(days.map(({ auto }) => auto)), approval: outcomesOf(days.map((day) => day.approval)) },
    timeToResolution: { known: took('known'), unknown: took('unknown') },
    approvals: approvalsOf(days.map(({ approvals }) => approvals)),
    blocked: added(days.map(({ blocked }) => blocked)),
    deferred: added(days.map(({ deferred }) => deferred)),
    minutesSaved: minutesSavedOf(days),
    shadow: shadowOf(days.map(({ shadow }) => shadow)),
    models: modelsOf(days.map(({ models }) => models)),
    trend: trendOf(days),
  };
}

/** What became of tickets and their remediations; `deferrals` are the reasons of every time one was put off. */
export function remediationStatsOf(
  tickets: readonly TicketFigure[],
  runs: readonly RunFigure[],
  deferrals: readonly string[],
): RemediationStats {
  const dayOfTicket = new Map(tickets.map(({ ticketId, createdAtMs }) => [ticketId, dayOf(createdAtMs)]));
  const days = grouped(tickets, ({ createdAtMs }) => dayOf(createdAtMs)).map(([day, own]) => {
    const ofDay = runs.filter(({ ticketId }) => dayOfTicket.get(ticketId) === day);
    return workOfDay(day, { tickets: own, runs: ofDay, deferrals: [] });
  });
  return { ...remediationOfDays(days), deferred: countsOf(deferrals) };
}
