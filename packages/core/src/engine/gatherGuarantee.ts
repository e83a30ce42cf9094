import { type ActionClass, mostSevere, type ResolvedAction } from '../domain/action.js';
import type { Decision, Finding, GuaranteeInput } from '../domain/decision.js';
import { cleanShare } from '../domain/evidence.js';
import { allowedWrong, type Spent, withinBudget } from '../domain/guarantee/budget.js';
import { loweredByDoubt } from '../domain/guarantee/doubt.js';
import { stratumFolding, trackFolding } from '../domain/guarantee/folding.js';
import { openBound } from '../domain/guarantee/gate.js';
import { priorOfRates } from '../domain/guarantee/prior.js';
import { freshStratum } from '../domain/guarantee/stratum.js';
import { foldTrack, isCandidate, lowerQuantile, NO_FOLD, type TrackFold } from '../domain/guarantee/track.js';
import {
  type Folded,
  foldTrials,
  isAudited,
  type OpenTrial,
  promiseOf,
  stratumId,
  type Trial,
  triedRoute,
} from '../domain/guarantee/trial.js';
import { GUARANTEE, type Policy } from '../domain/policy.js';
import type { Ticket } from '../domain/ticket.js';
import type { Storage, TrackKey, TrialCheckpoint } from '../ports/storage.js';
import { curveOf } from './confidence.js';

/* What the gate knows, as of now. Gate and detectors are looked at in every mode; only mode `guaranteed` obeys them. */

/** Trials that are read at once. */
const TRIALS_AT_ONCE = 200;
/** Folds of a stratum that are remembered: when the last one holds no more, an earlier one still does. */
const FOLDS_KEPT = 200;
/** How far apart these are, in positions of trials. */
const FOLDS_APART = 50;
/** Readings after which a checkpoint is kept for whoever starts anew, and how many folds that may be revised it has. */
const KEEP_EVERY = 200;
const RECENT_KEPT = 12;
/** How long after the time that it carries a label is written at the latest, ms: far longer than a statement may take. */
const LABEL_WRITTEN_WITHIN_MS = 600_000;
/** Facts after which a further checkpoint of a track is kept, and how old a fact must be to be part of it, ms. */
const KEEP_TRACK_EVERY = 50;
const TRACK_SETTLED_MS = 3_600_000;

/** Lets a shortcut be kept while the decision goes on: one that cannot be is found missing by the next reading. */
function inPassing(kept: Promise<void>): void {
  kept.catch(() => {});
}

/** How far a stratum was folded when it was last read, also by labels that may still be revised. */
interface Recent {
  /** When that was, by the store's clock. */
  readonly readMs: number;
  /** Readings since a checkpoint was kept. */
  readonly readings: number;
  /** Oldest first; the last one is as far as it went. */
  readonly folds: readonly Folded[];
}

/**
 * What each store's strata were like when they were last read here. A shortcut: whatever has changed since is looked for
 * in the store each time, and folding everything gives the same.
 */
const recently = new WeakMap<Storage['trials'], Map<string, Recent>>();

/** The folds that still hold: none of what they hold was labelled anew since. */
async function stillTrue(
  trials: Storage['trials'],
  tenant: string,
  stratum: string,
  { readMs, folds }: Recent,
): Promise<readonly Folded[]> {
  const upTo = folds.at(-1)?.upTo ?? 0;
  // A writer may have told its time a while before it wrote.
  const changed = await trials.relabelled(tenant, stratum, { upTo, sinceMs: readMs - LABEL_WRITTEN_WITHIN_MS });
  return changed === null ? folds : folds.filter((fold) => fold.upTo < changed);
}

/** Folds trials from a place on, a part at a time, as far as labels are final. */
async function foldOn(
  start: Folded,
  read: (after: number) => Promise<readonly Trial[]>,
  fold: (from: Folded, trials: readonly Trial[]) => Folded,
): Promise<readonly Folded[]> {
  const folds = [start];
  for (let from = start; ; ) {
    const part = await read(from.upTo);
    const next = fold(from, part);
    if (next !== from) folds.push(next);
    if (part.length < TRIALS_AT_ONCE || next.upTo !== part.at(-1)?.position) return folds;
    from = next;
  }
}

/** The newest fold, and earlier ones some way apart. */
function thinned(folds: readonly Folded[]): readonly Folded[] {
  const kept: Folded[] = [];
  for (const fold of folds.toReversed()) {
    const last = kept.at(-1);
    if (!last || last.upTo - fold.upTo >= FOLDS_APART) kept.push(fold);
    if (kept.length === FOLDS_KEPT) break;
  }
  return kept.reverse();
}

/** Some of the folds, from all along the way; the newest is among them. */
function spread(folds: readonly Folded[]): readonly Folded[] {
  const apart = Math.ceil(folds.length / RECENT_KEPT);
  return folds.filter((_, at) => (folds.length - 1 - at) % apart === 0);
}

/** What another process was the last to read, unless its clock was ahead of the time that the store tells now. */
function rememberedIn(checkpoint: TrialCheckpoint | null, nowMs: number): Recent | undefined {
  const recent = checkpoint?.recent;
  return recent && recent.readMs <= nowMs ? { ...recent, readings: 0 } : undefined;
}

/** The stratum as its trials tell it: each label in the order of the decisions, as far as labels are final. */
export async function readStratum(
  { trials, now }: Pick<Storage, 'trials' | 'now'>,
  tenant: string,
  stratum: string,
): Promise<Folded | null> {
  const promise = promiseOf(stratum);
  if (!promise) return null;
  const { settings } = promise;
  const nowMs = await now();
  const known = recently.get(trials) ?? new Map<string, Recent>();
  recently.set(trials, known);
  const folding = stratumFolding();
  const about = { stratum, folding };
  const key = JSON.stringify([tenant, stratum, folding]);
  const kept = known.has(key) ? null : await trials.checkpoint(tenant, about);
  const before = known.get(key) ?? rememberedIn(kept, nowMs);
  const folds = before ? await stillTrue(trials, tenant, stratum, before) : [];
  const read = (after: number) => trials.ofStratum(tenant, stratum, after, TRIALS_AT_ONCE);
  const fold = (recallable: boolean) => (from: Folded, part: readonly Trial[]) =>
    foldTrials(from, settings, part, { nowMs, recallable });
  const keep = ({ upTo, state }: Folded, folds: readonly Folded[]): void => {
    const further = folds.filter((fold) => fold.upTo > upTo);
    inPassing(trials.keep(tenant, about, { upTo, state, recent: { readMs: nowMs, folds: spread(further) } }));
  };
  const from = folds.at(-1);
  const isTime = !from || !before || before.readings >= KEEP_EVERY;
  const start = (found: TrialCheckpoint | null): Folded =>
    found ? { upTo: found.upTo, state: found.state } : { upTo: 0, state: freshStratum(settings) };
  const begin = isTime ? start(kept ?? (await trials.checkpoint(tenant, about))) : null;
  let after: readonly Folded[];
  if (from) {
    after = [...folds.slice(0, -1), ...(await foldOn(from, read, fold(true)))];
    if (begin) keep((await foldOn(begin, read, fold(false))).at(-1) ?? begin, thinned(after));
  } else {
    const first = begin ?? start(null);
    let settled = first;
    after = await foldOn(first, read, (at, part) => {
      // What may still be revised ends what may be kept for good.
      if (settled.upTo === at.upTo) settled = fold(false)(settled, part);
      return fold(true)(at, part);
    });
    if (after.length > 1) keep(settled, thinned(after));
  }
  known.set(key, { readMs: nowMs, readings: begin ? 0 : (before?.readings ?? 0) + 1, folds: thinned(after) });
  return after.at(-1) ?? null;
}

/** The stratum of a policy's writes of one class: critical writes promise more than others. */
export function stratumOf(actionClass: ActionClass, { alpha, delta }: Pick<Policy, 'alpha' | 'delta'>): string {
  const own = actionClass === 'critical_write' ? Math.min(alpha, GUARANTEE.criticalAlpha) : alpha;
  return stratumId({ actionClass, alpha: own, delta });
}

/**
 * The track of a pattern and action type as its facts tell it, from the last checkpoint on. What is old enough that
 * hardly anything changes it is kept as the next one.
 */
async function readTrack(
  { patterns, now }: Pick<Storage, 'patterns' | 'now'>,
  tenant: string,
  about: Omit<TrackKey, 'folding'>,
): Promise<TrackFold> {
  const key = { ...about, folding: trackFolding() };
  const { from, facts, earlier, revision } = await patterns.readTrack(tenant, key);
  const start = from?.fold ?? NO_FOLD;
  if (facts.length >= KEEP_TRACK_EVERY) {
    const settledMs = (await now()) - TRACK_SETTLED_MS;
    const settled = facts.filter(({ atMs }) => atMs < settledMs);
    const upToMs = settled.at(-1)?.atMs;
    if (upToMs !== undefined && settled.length >= KEEP_TRACK_EVERY) {
      const fold = foldTrack(start, settled, key.alpha, earlier);
      inPassing(patterns.keepTrack(tenant, key, { upToMs, fold, revision }));
    }
  }
  return foldTrack(start, facts, key.alpha, earlier);
}

/** What is spent of the error budget. Up to the number of wrong runs that is always allowed, nobody counts the others. */
async function spentOf(
  { trials }: Pick<Storage, 'trials'>,
  tenant: string,
  stratum: string,
  sinceMs: number,
): Promise<Spent> {
  const knownWrong = await trials.knownWrong(tenant, stratum, sinceMs);
  return knownWrong < GUARANTEE.budget.wrong ? { autos: 0, knownWrong } : trials.spent(tenant, stratum, sinceMs);
}

/** All that mode `guaranteed` reads about a plan. */
export interface GuaranteeFacts {
  readonly stratum: string;
  readonly alpha: number;
  readonly candidate: boolean;
  readonly input: GuaranteeInput;
  readonly spent: Spent;
  /** When what made the stratum's detector speak last was known, ms; null: it never spoke. */
  readonly firedAtMs: number | null;
  /** When all this was so, by the store's clock. */
  readonly nowMs: number;
}

/** Gathers what the gate knows about a plan; null when the plan has no write that could ever earn autonomy. */
export async function gatherGuarantee(
  { storage }: { readonly storage: Storage },
  { tenant }: Pick<Ticket, 'tenant'>,
  about: {
    readonly policy: Pick<Policy, 'alpha' | 'delta'>;
    readonly steps: readonly ResolvedAction[];
    readonly patternId: string;
    readonly actionTypes: readonly string[];
    /** As the analyst states it, 0..1. */
    readonly confidence: number;
  },
): Promise<GuaranteeFacts | null> {
  const { policy, steps, patternId, actionTypes, confidence } = about;
  const actionClass = mostSevere(steps.map((step) => step.class));
  if (actionClass !== 'safe_write' && actionClass !== 'critical_write') return null;
  const stratum = stratumOf(actionClass, policy);
  const promise = promiseOf(stratum);
  const read = await readStratum(storage, tenant, stratum);
  if (!promise || !read || actionTypes.length === 0) return null;
  const { alpha } = promise.settings;
  const prior = priorOfRates(await storage.trials.rates(tenant, stratum, GUARANTEE.prior.runsPerPattern));
  const folds = await Promise.all(
    actionTypes.map((actionType) => readTrack(storage, tenant, { patternId, actionType, alpha })),
  );
  const tracks = folds.map(({ track }) => track);
  const nowMs = await storage.now();
  const quantile = Math.min(...tracks.map((track) => lowerQuantile(track, prior)));
  return {
    stratum,
    alpha,
    candidate: tracks.every(isCandidate),
    firedAtMs: read.state.firedAtMs,
    nowMs,
    spent: await spentOf(storage, tenant, stratum, nowMs - GUARANTEE.budget.windowMs),
    input: {
      onProbation: tracks.some(({ probationLeft }) => probationLeft > 0),
      supervisedSuccesses: Math.min(...tracks.map(({ supervisedSuccesses }) => supervisedSuccesses)),
      principals: Math.min(...folds.map(({ supervisors }) => supervisors.length)),
      lowerQuantile: loweredByDoubt(quantile, await curveOf(storage, tenant), confidence),
      openBound: openBound(read.state.gate, promise.settings),
    },
  };
}

/** What the error budget has against one more automatic run; nothing while there is room. */
export function overBudget({ spent, alpha }: GuaranteeFacts): readonly Finding[] {
  if (withinBudget(spent, alpha)) return [];
  const inputs = { ...spent, alpha, allowed: allowedWrong(alpha, spent.autos) };
  return [{ reason: 'error_budget', atMost: 'approval', inputs }];
}

/** The trial that a decision opens; null when nothing will be tried. */
export function trialOf(
  ticket: Pick<Ticket, 'tenant' | 'ticketId'>,
  facts: GuaranteeFacts | null,
  decided: {
    readonly decision: Decision;
    readonly patternId: string;
    readonly actionTypes: readonly string[];
    readonly confidence: number;
  },
): OpenTrial | null {
  const route = triedRoute(decided.decision);
  if (!facts || !route) return null;
  return {
    stratum: facts.stratum,
    score: facts.candidate ? facts.input.lowerQuantile : null,
    route,
    patternId: decided.patternId,
    actionTypes: decided.actionTypes,
    confidence: cleanShare(decided.confidence),
    audited: route === 'auto' && isAudited(ticket.tenant, ticket.ticketId),
  };
}
