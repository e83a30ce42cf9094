import type { Route } from './decision.js';
import { ELIGIBLE, MINUTE_MS, RUBBER_STAMP_BELOW_MS } from './policy.js';
import { FACTOR_NAMES, type Factors, type Level } from './reliability.js';
import type { StateName } from './remediation.js';
import type { ShadowVerdict } from './shadow.js';
import { type Durations, durationsOf, medianOf, type Rate, rateOf } from './statistics.js';

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

/** The UTC day of an instant, YYYY-MM-DD. */
function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function grouped<Item>(items: readonly Item[], by: (item: Item) => string): readonly [string, readonly Item[]][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const name = by(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Reliability of tickets, as their scores are now. */
export function reliabilityStatsOf(tickets: readonly TicketFigure[]): ReliabilityStats {
  const scored = tickets.flatMap(({ scored: own, category, createdAtMs }) =>
    own ? [{ ...own, category, day: dayOf(createdAtMs) }] : [],
  );
  const averaged = (group: readonly { readonly score: number }[]): Averaged => ({
    tickets: group.length,
    averageScore: mean(group.map(({ score }) => score)),
  });
  const levels = { very_high: 0, high: 0, medium: 0, low: 0 };
  for (const { level } of scored) levels[level] += 1;
  const some = scored.length > 0;
  const factors = FACTOR_NAMES.map((name) => [name, mean(scored.map((one) => one.factors[name]))] as const);
  return {
    tickets: scored.length,
    averageScore: some ? averaged(scored).averageScore : null,
    medianScore: medianOf(scored.map(({ score }) => score)),
    averageFactors: some ? (Object.fromEntries(factors) as unknown as Factors) : null,
    levels,
    byCategory: grouped(scored, ({ category }) => category).map(([category, group]) => ({
      category,
      ...averaged(group),
    })),
    trend: grouped(scored, ({ day }) => day).map(([day, group]) => ({ day, ...averaged(group) })),
  };
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

const RAN: readonly StateName[] = ['succeeded', 'failed', 'rolled_back', 'needs_reconciliation'];

function modelsOf(tickets: readonly TicketFigure[]): ModelFigures {
  const bills = tickets.flatMap(({ models }) => (models ? [models] : []));
  const priced = bills.flatMap(({ costUsd }) => (costUsd === null ? [] : [costUsd]));
  const total = (of: (bill: ModelBill) => number): number => bills.reduce((sum, bill) => sum + of(bill), 0);
  const costUsd = priced.reduce((sum, cost) => sum + cost, 0);
  return {
    tickets: bills.length,
    questions: total(({ questions }) => questions),
    inputTokens: total(({ inputTokens }) => inputTokens),
    outputTokens: total(({ outputTokens }) => outputTokens),
    priced: priced.length,
    costUsd,
    costPerTicketUsd: priced.length === 0 ? null : costUsd / priced.length,
  };
}

/** Whether a run did something and is over. */
function hasRun({ acts, state }: RunFigure): boolean {
  return acts && RAN.includes(state);
}

type Judged = RunFigure & { readonly isReopened: boolean; readonly isDisputed: boolean };

/** Whether nothing speaks against it: what was validated, lasted, and nobody called wrong. */
function isRight({ state, isReopened, isDisputed }: Judged): boolean {
  return state === 'succeeded' && !isReopened && !isDisputed;
}

function outcomesOf(runs: readonly Judged[]): OutcomeFigures {
  const count = (holds: (run: Judged) => boolean): number => runs.filter(holds).length;
  const right = count(isRight);
  const wrong = runs.length - right;
  return {
    executed: runs.length,
    right,
    wrong,
    failed: count(({ state }) => state === 'failed'),
    rolledBack: count(({ state }) => state === 'rolled_back'),
    unknown: count(({ state }) => state === 'needs_reconciliation'),
    reopened: count(({ isReopened }) => isReopened),
    disputed: count(({ isDisputed }) => isDisputed),
    successRate: rateOf(right, runs.length),
    wrongRate: rateOf(wrong, runs.length),
  };
}

function approvalsOf(runs: readonly RunFigure[]): ApprovalFigures {
  const asked = runs.flatMap(({ approval, state }) => (approval ? [{ ...approval, state }] : []));
  const granted = asked.flatMap(({ requestedAtMs, grantedAtMs }) =>
    grantedAtMs === null ? [] : [grantedAtMs - requestedAtMs],
  );
  const waits = asked.flatMap(({ requestedAtMs, consentsAtMs }) => consentsAtMs.map((at) => at - requestedAtMs));
  const rubberStamps = waits.filter((ms) => ms < RUBBER_STAMP_BELOW_MS).length;
  const inState = (name: StateName): number => asked.filter(({ state }) => state === name).length;
  return {
    asked: asked.length,
    granted: granted.length,
    rejected: inState('rejected'),
    expired: inState('expired'),
    waiting: inState('awaiting_approval'),
    timeToGrant: durationsOf(granted),
    consents: waits.length,
    rubberStamps,
    rubberStampRate: rateOf(rubberStamps, waits.length),
  };
}

/** How long people's own fixes took, in minutes: as they say, else from submission to resolution. */
function personMinutes(tickets: readonly TicketFigure[]): readonly number[] {
  return tickets.flatMap(({ byPerson, createdAtMs, resolvedAtMs }) => {
    if (!byPerson.fixed || resolvedAtMs === null) return [];
    return [byPerson.minutes ?? (resolvedAtMs - createdAtMs) / MINUTE_MS];
  });
}

function minutesSavedOf(auto: readonly Judged[], tickets: readonly TicketFigure[]): RemediationStats['minutesSaved'] {
  const byCategory = grouped(auto, ({ category }) => category).map(([category, runs]): MinutesSaved => {
    const right = runs.filter(isRight).length;
    const wrong = runs.length - right;
    const median = medianOf(personMinutes(tickets.filter((ticket) => ticket.category === category)));
    return {
      category,
      right,
      wrong,
      personMinutes: median,
      minutes: median === null ? null : (right - wrong) * median,
    };
  });
  return { total: byCategory.reduce((sum, { minutes }) => sum + (minutes ?? 0), 0), byCategory };
}

function shadowOf(tickets: readonly TicketFigure[]): ShadowFigures {
  const shadowed = tickets.flatMap(({ shadow }) => (shadow ? [shadow] : []));
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
  for (const { route, verdict } of shadowed) {
    wouldBe[route] += 1;
    verdicts[verdict] += 1;
  }
  const told = shadowed.filter(
    ({ route, verdict }) => route === 'auto' && !['open', 'nothing_proposed'].includes(verdict),
  );
  const wrong = told.filter(({ verdict }) => verdict === 'failed' || verdict === 'would_not_have_worked').length;
  const unknown = told.filter(({ verdict }) => verdict === 'unknown').length;
  const n = told.length;
  const wrongRate = n === 0 ? null : { low: wrong / n, high: (wrong + unknown) / n, tickets: n };
  return { tickets: shadowed.length, wouldBe, verdicts, wrongRate };
}

function counted(names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(grouped(names, (name) => name).map(([name, group]) => [name, group.length]));
}

function trendOf(tickets: readonly TicketFigure[], auto: readonly Judged[]): RemediationStats['trend'] {
  const days = new Map(grouped(tickets, (ticket) => dayOf(ticket.createdAtMs)).map(([day, all]) => [day, all.length]));
  const runs = new Map(grouped(auto, (run) => dayOf(run.createdAtMs)));
  return [...new Set([...days.keys(), ...runs.keys()])].sort().map((day) => {
    const own = runs.get(day) ?? [];
    const right = own.filter(isRight).length;
    return { day, tickets: days.get(day) ?? 0, right, wrong: own.length - right };
  });
}

/** What became of tickets and their remediations; `deferrals` are the reasons of every time one was put off. */
export function remediationStatsOf(
  tickets: readonly TicketFigure[],
  runs: readonly RunFigure[],
  deferrals: readonly string[],
): RemediationStats {
  const byId = new Map(tickets.map((ticket) => [ticket.ticketId, ticket]));
  const judged = runs.map((run): Judged => {
    const ticket = byId.get(run.ticketId);
    const isReopened = ticket?.reopened.includes(run.remediationId) ?? false;
    const isDisputed = run.state === 'succeeded' && (ticket?.disputed ?? false);
    return { ...run, isReopened, isDisputed };
  });
  const ran = (route: Route): readonly Judged[] => judged.filter((run) => run.route === route && hasRun(run));
  const auto = ran('auto');
  const routes = { auto: 0, approval: 0, manual: 0, suggest_only: 0 };
  for (const { route } of runs) routes[route] += 1;
  const states: Partial<Record<StateName, number>> = {};
  for (const { state } of runs) states[state] = (states[state] ?? 0) + 1;
  const resolvedBy = new Map(judged.filter((run) => run.state === 'succeeded').map((run) => [run.remediationId, run]));
  const resolved = tickets.filter(({ resolvedAtMs }) => resolvedAtMs !== null);
  const resolver = ({ byPerson, remediationId }: TicketFigure): Judged | null =>
    byPerson.fixed || remediationId === null ? null : (resolvedBy.get(remediationId) ?? null);
  const isAuto = (ticket: TicketFigure): boolean => resolver(ticket)?.route === 'auto';
  const repetitive = tickets.filter(({ scored }) => scored !== null && scored.occurrences >= ELIGIBLE.occurrences);
  const mended = repetitive.filter((ticket) => {
    const run = ticket.resolvedAtMs === null ? null : resolver(ticket);
    return run !== null && run.route === 'auto' && isRight(run);
  });
  const took = (known: boolean): Durations =>
    durationsOf(
      resolved.flatMap(({ scored, createdAtMs, resolvedAtMs }) =>
        resolvedAtMs !== null && scored !== null && scored.occurrences > 0 === known
          ? [resolvedAtMs - createdAtMs]
          : [],
      ),
    );
  const refused = runs.filter(
    ({ route, state }) => (route === 'auto' || route === 'approval') && (state === 'manual' || state === 'halted'),
  );
  return {
    tickets: tickets.length,
    optedIn: tickets.filter(({ optedIn }) => optedIn).length,
    routes,
    states,
    resolved: {
      automatically: resolved.filter(isAuto).length,
      withApproval: resolved.filter((ticket) => resolver(ticket)?.route === 'approval').length,
      byPerson: resolved.filter(({ byPerson }) => byPerson.fixed).length,
    },
    repetitive: {
      tickets: repetitive.length,
      resolvedAutomatically: mended.length,
      autoShare: rateOf(mended.length, repetitive.length),
    },
    outcomes: { auto: outcomesOf(auto), approval: outcomesOf(ran('approval')) },
    timeToResolution: { known: took(true), unknown: took(false) },
    approvals: approvalsOf(runs),
    blocked: counted(refused.map(({ reason }) => reason ?? 'unknown')),
    deferred: counted(deferrals),
    minutesSaved: minutesSavedOf(auto, tickets),
    shadow: shadowOf(tickets),
    models: modelsOf(tickets),
    trend: trendOf(tickets, auto),
  };
}
