import { hashOf } from './canonical.js';
import type { Route } from './decision.js';
import type { RunFigure, TicketFigure } from './figures.js';
import { ELIGIBLE, MINUTE_MS, REOPEN_COUNTS_MS, RUBBER_STAMP_BELOW_MS } from './policy.js';
import { FACTOR_NAMES, type Factors, type Level } from './reliability.js';
import type { StateName } from './remediation.js';
import type { ShadowVerdict } from './shadow.js';
import { roundedDuration, roundedScore, type Spread, spreadOf } from './spread.js';

/*
 * The figures of the tickets of one day: counts, sums and the values that a median needs. Those of many days added up
 * are the figures of all their tickets, so a day that is over is looked through once.
 */

/** Grows when figures of a day are made in another way than by other numbers. */
const RULES = 1;

/** The name of the numbers by which days are summed up: what was kept under another one is summed up anew. */
export function dayFiguring(): string {
  const numbers = { occurrences: ELIGIBLE.occurrences, rubberStampBelowMs: RUBBER_STAMP_BELOW_MS };
  return `${RULES}-${hashOf({ ...numbers, reopenCountsMs: REOPEN_COUNTS_MS }).slice(0, 16)}`;
}

/** Scores of the tickets of one category. */
export interface ScoreFigures {
  readonly tickets: number;
  /** Added up. */
  readonly score: number;
  readonly factors: Factors;
  readonly levels: Readonly<Record<Level, number>>;
  readonly values: Spread;
}

/** Scores of the tickets that were handed in on one UTC day, or in a part of it. */
export interface DayScores {
  /** YYYY-MM-DD */
  readonly day: string;
  readonly categories: Readonly<Record<string, ScoreFigures>>;
}

/** Runs of one route that did something and are over. */
export interface RanFigures {
  readonly executed: number;
  readonly right: number;
  readonly failed: number;
  readonly rolledBack: number;
  readonly unknown: number;
  readonly reopened: number;
  readonly disputed: number;
}

type Counts = Readonly<Record<string, number>>;

/** Right and wrong automatic runs. */
interface Judgements {
  readonly right: number;
  readonly wrong: number;
}

/** What became of the tickets that were handed in on one UTC day, or in a part of it. */
export interface DayWork {
  /** YYYY-MM-DD */
  readonly day: string;
  readonly tickets: number;
  readonly optedIn: number;
  readonly routes: Counts;
  readonly states: Counts;
  readonly resolved: { readonly automatically: number; readonly withApproval: number; readonly byPerson: number };
  readonly repetitive: { readonly tickets: number; readonly resolvedAutomatically: number };
  readonly auto: RanFigures;
  readonly approval: RanFigures;
  /** How long each took, ms. */
  readonly tookMs: { readonly known: Spread; readonly unknown: Spread };
  readonly approvals: {
    readonly asked: number;
    readonly rejected: number;
    readonly expired: number;
    readonly waiting: number;
    readonly consents: number;
    readonly rubberStamps: number;
    /** Of each that was granted, ms. */
    readonly grantedAfterMs: Spread;
  };
  readonly blocked: Counts;
  readonly deferred: Counts;
  /** By category. */
  readonly automatic: Readonly<Record<string, Judgements>>;
  /** How long people's own fixes took, by category, minutes. */
  readonly personMinutes: Readonly<Record<string, Spread>>;
  readonly shadow: {
    readonly tickets: number;
    readonly wouldBe: Counts;
    readonly verdicts: Counts;
    /** Of those that would have run by themselves: whose outcome is told, wrong ones, and unknown ones. */
    readonly told: number;
    readonly wrong: number;
    readonly unknown: number;
  };
  readonly models: {
    readonly tickets: number;
    readonly questions: number;
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly priced: number;
    readonly costUsd: number;
  };
  /** Automatic runs by the day on which they were opened. */
  readonly ran: Readonly<Record<string, Judgements>>;
}

/** The UTC day of an instant, YYYY-MM-DD. */
export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** Items by a name, in the order of the names. */
export function grouped<Item>(
  items: readonly Item[],
  by: (item: Item) => string,
): readonly (readonly [string, readonly Item[]])[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const name = by(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

function byName<Item, Value>(
  items: readonly Item[],
  by: (item: Item) => string,
  of: (group: readonly Item[]) => Value,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(grouped(items, by).map(([name, group]) => [name, of(group)]));
}

/** How often each name is there. */
export function countsOf(names: readonly string[]): Counts {
  return byName(
    names,
    (name) => name,
    (group) => group.length,
  );
}

function total<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}

type Scored = NonNullable<TicketFigure['scored']>;

function scoreFiguresOf(scored: readonly Scored[]): ScoreFigures {
  const levels = { very_high: 0, high: 0, medium: 0, low: 0 };
  for (const { level } of scored) levels[level] += 1;
  const values = spreadOf(
    scored.map(({ score }) => score),
    roundedScore,
  );
  const factors = FACTOR_NAMES.map((name) => [name, total(scored, (one) => one.factors[name])] as const);
  return {
    tickets: scored.length,
    score: values.sum,
    factors: Object.fromEntries(factors) as unknown as Factors,
    levels,
    values,
  };
}

/** The scores of tickets, as they are now, by the day on which they were handed in. */
export function scoresByDay(tickets: readonly TicketFigure[]): readonly DayScores[] {
  const scored = tickets.flatMap(({ scored: own, category, createdAtMs }) =>
    own ? [{ ...own, category, day: dayOf(createdAtMs) }] : [],
  );
  return grouped(scored, ({ day }) => day).map(([day, group]) => ({
    day,
    categories: byName(group, ({ category }) => category, scoreFiguresOf),
  }));
}

const RAN: readonly StateName[] = ['succeeded', 'failed', 'rolled_back', 'needs_reconciliation'];

type Judged = RunFigure & { readonly isReopened: boolean; readonly isDisputed: boolean };

/** Whether nothing speaks against it: what was validated, lasted, and nobody called wrong. */
function isRight({ state, isReopened, isDisputed }: Judged): boolean {
  return state === 'succeeded' && !isReopened && !isDisputed;
}

function judgementsOf(runs: readonly Judged[]): Judgements {
  const right = runs.filter(isRight).length;
  return { right, wrong: runs.length - right };
}

function ranFiguresOf(runs: readonly Judged[]): RanFigures {
  const count = (holds: (run: Judged) => boolean): number => runs.filter(holds).length;
  return {
    executed: runs.length,
    right: count(isRight),
    failed: count(({ state }) => state === 'failed'),
    rolledBack: count(({ state }) => state === 'rolled_back'),
    unknown: count(({ state }) => state === 'needs_reconciliation'),
    reopened: count(({ isReopened }) => isReopened),
    disputed: count(({ isDisputed }) => isDisputed),
  };
}

function approvalsOf(runs: readonly RunFigure[]): DayWork['approvals'] {
  const asked = runs.flatMap(({ approval, state }) => (approval ? [{ ...approval, state }] : []));
  const waits = asked.flatMap(({ requestedAtMs, consentsAtMs }) => consentsAtMs.map((at) => at - requestedAtMs));
  const inState = (name: StateName): number => asked.filter(({ state }) => state === name).length;
  return {
    asked: asked.length,
    rejected: inState('rejected'),
    expired: inState('expired'),
    waiting: inState('awaiting_approval'),
    consents: waits.length,
    rubberStamps: waits.filter((ms) => ms < RUBBER_STAMP_BELOW_MS).length,
    grantedAfterMs: spreadOf(
      asked.flatMap(({ requestedAtMs, grantedAtMs }) => (grantedAtMs === null ? [] : [grantedAtMs - requestedAtMs])),
      roundedDuration,
    ),
  };
}

/** How long people's own fixes took, in minutes: as they say, else from submission to resolution. */
function personMinutes({ byPerson, createdAtMs, resolvedAtMs }: TicketFigure): readonly number[] {
  if (!byPerson.fixed || resolvedAtMs === null) return [];
  return [byPerson.minutes ?? (resolvedAtMs - createdAtMs) / MINUTE_MS];
}

function shadowOf(tickets: readonly TicketFigure[]): DayWork['shadow'] {
  const shadowed = tickets.flatMap(({ shadow }) => (shadow ? [shadow] : []));
  const silent: readonly ShadowVerdict[] = ['open', 'nothing_proposed'];
  const told = shadowed.filter(({ route, verdict }) => route === 'auto' && !silent.includes(verdict));
  return {
    tickets: shadowed.length,
    wouldBe: countsOf(shadowed.map(({ route }) => route)),
    verdicts: countsOf(shadowed.map(({ verdict }) => verdict)),
    told: told.length,
    wrong: told.filter(({ verdict }) => verdict === 'failed' || verdict === 'would_not_have_worked').length,
    unknown: told.filter(({ verdict }) => verdict === 'unknown').length,
  };
}

function modelsOf(tickets: readonly TicketFigure[]): DayWork['models'] {
  const bills = tickets.flatMap(({ models }) => (models ? [models] : []));
  const priced = bills.flatMap(({ costUsd }) => (costUsd === null ? [] : [costUsd]));
  return {
    tickets: bills.length,
    questions: total(bills, ({ questions }) => questions),
    inputTokens: total(bills, ({ inputTokens }) => inputTokens),
    outputTokens: total(bills, ({ outputTokens }) => outputTokens),
    priced: priced.length,
    costUsd: total(priced, (cost) => cost),
  };
}

/** What figures are made of. */
export interface FiguresOf {
  readonly tickets: readonly TicketFigure[];
  /** Of these tickets. */
  readonly runs: readonly RunFigure[];
  /** The reason of every time that one of these tickets was put off. */
  readonly deferrals: readonly string[];
}

/** What became of tickets that were all handed in on this day. */
export function workOfDay(day: string, { tickets, runs, deferrals }: FiguresOf): DayWork {
  const byId = new Map(tickets.map((ticket) => [ticket.ticketId, ticket]));
  const judged = runs.map((run): Judged => {
    const ticket = byId.get(run.ticketId);
    const isReopened = ticket?.reopened.includes(run.remediationId) ?? false;
    const isDisputed = run.state === 'succeeded' && (ticket?.disputed ?? false);
    return { ...run, isReopened, isDisputed };
  });
  const ran = (route: Route) => judged.filter((run) => run.route === route && run.acts && RAN.includes(run.state));
  const auto = ran('auto');
  const resolvedBy = new Map(judged.filter((run) => run.state === 'succeeded').map((run) => [run.remediationId, run]));
  const resolver = ({ byPerson, remediationId }: TicketFigure): Judged | null =>
    byPerson.fixed || remediationId === null ? null : (resolvedBy.get(remediationId) ?? null);
  const resolved = tickets.filter(({ resolvedAtMs }) => resolvedAtMs !== null);
  const isBy = (route: Route) => (ticket: TicketFigure) => resolver(ticket)?.route === route;
  const repetitive = tickets.filter(({ scored }) => scored !== null && scored.occurrences >= ELIGIBLE.occurrences);
  const mended = repetitive.filter((ticket) => {
    const run = ticket.resolvedAtMs === null ? null : resolver(ticket);
    return run !== null && run.route === 'auto' && isRight(run);
  });
  const took = (known: boolean): Spread =>
    spreadOf(
      resolved.flatMap(({ scored, createdAtMs, resolvedAtMs }) =>
        resolvedAtMs !== null && scored !== null && scored.occurrences > 0 === known
          ? [resolvedAtMs - createdAtMs]
          : [],
      ),
      roundedDuration,
    );
  const refused = runs.filter(
    ({ route, state }) => (route === 'auto' || route === 'approval') && (state === 'manual' || state === 'halted'),
  );
  const byPerson = tickets.flatMap((ticket) =>
    personMinutes(ticket).map((minutes) => ({ category: ticket.category, minutes })),
  );
  return {
    day,
    tickets: tickets.length,
    optedIn: tickets.filter(({ optedIn }) => optedIn).length,
    routes: countsOf(runs.map(({ route }) => route)),
    states: countsOf(runs.map(({ state }) => state)),
    resolved: {
      automatically: resolved.filter(isBy('auto')).length,
      withApproval: resolved.filter(isBy('approval')).length,
      byPerson: resolved.filter(({ byPerson: by }) => by.fixed).length,
    },
    repetitive: { tickets: repetitive.length, resolvedAutomatically: mended.length },
    auto: ranFiguresOf(auto),
    approval: ranFiguresOf(ran('approval')),
    tookMs: { known: took(true), unknown: took(false) },
    approvals: approvalsOf(runs),
    blocked: countsOf(refused.map(({ reason }) => reason ?? 'unknown')),
    deferred: countsOf(deferrals),
    automatic: byName(auto, ({ category }) => category, judgementsOf),
    personMinutes: byName(
      byPerson,
      ({ category }) => category,
      (group) =>
        spreadOf(
          group.map(({ minutes }) => minutes),
          roundedDuration,
        ),
    ),
    shadow: shadowOf(tickets),
    models: modelsOf(tickets),
    ran: byName(auto, ({ createdAtMs }) => dayOf(createdAtMs), judgementsOf),
  };
}
