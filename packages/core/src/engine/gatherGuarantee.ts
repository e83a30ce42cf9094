import { type ActionClass, mostSevere, type ResolvedAction } from '../domain/action.js';
import type { Decision, Finding, GuaranteeInput } from '../domain/decision.js';
import { cleanShare } from '../domain/evidence.js';
import { allowedWrong, type Spent, withinBudget } from '../domain/guarantee/budget.js';
import { loweredByDoubt } from '../domain/guarantee/doubt.js';
import { openBound } from '../domain/guarantee/gate.js';
import { priorOf } from '../domain/guarantee/prior.js';
import { freshStratum, type StratumState } from '../domain/guarantee/stratum.js';
import { foldTrack, isCandidate, lowerQuantile, NO_FOLD, type TrackFold } from '../domain/guarantee/track.js';
import { foldTrials, isAudited, type OpenTrial, promiseOf, stratumId, triedRoute } from '../domain/guarantee/trial.js';
import { GUARANTEE, type Policy } from '../domain/policy.js';
import type { Ticket } from '../domain/ticket.js';
import type { Storage, TrackKey } from '../ports/storage.js';
import { curveOf } from './confidence.js';

/* What the gate knows, as of now. Gate and detectors are looked at in every mode; only mode `guaranteed` obeys them. */

/** Trials after which a further checkpoint is kept. */
const KEEP_EVERY = 200;
/** Facts after which a further checkpoint of a track is kept, and how old a fact must be to be part of it, ms. */
const KEEP_TRACK_EVERY = 50;
const TRACK_SETTLED_MS = 3_600_000;

/** The stratum as its trials tell it: from the last checkpoint on, each label in the order of the decisions. */
export async function readStratum(
  { trials, now }: Pick<Storage, 'trials' | 'now'>,
  tenant: string,
  stratum: string,
): Promise<{ readonly state: StratumState; readonly waiting: number } | null> {
  const promise = promiseOf(stratum);
  if (!promise) return null;
  const { settings } = promise;
  const nowMs = await now();
  const start = (await trials.checkpoint(tenant, stratum)) ?? { upTo: 0, state: freshStratum(settings) };
  const after = await trials.ofStratum(tenant, stratum, start.upTo);
  const settled = foldTrials(start, settings, after, { nowMs, recallable: false });
  const recent = after.filter(({ position }) => position > settled.upTo);
  if (after.length - recent.length >= KEEP_EVERY) await trials.keep(tenant, stratum, settled);
  const { state, upTo } = foldTrials(settled, settings, recent, { nowMs, recallable: true });
  return { state, waiting: recent.filter(({ position }) => position > upTo).length };
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
  key: TrackKey,
): Promise<TrackFold> {
  const { from, facts, earlier, revision } = await patterns.readTrack(tenant, key);
  const start = from?.fold ?? NO_FOLD;
  if (facts.length >= KEEP_TRACK_EVERY) {
    const settledMs = (await now()) - TRACK_SETTLED_MS;
    const settled = facts.filter(({ atMs }) => atMs < settledMs);
    const upToMs = settled.at(-1)?.atMs;
    if (upToMs !== undefined && settled.length >= KEEP_TRACK_EVERY) {
      const fold = foldTrack(start, settled, key.alpha, earlier);
      await patterns.keepTrack(tenant, key, { upToMs, fold, revision });
    }
  }
  return foldTrack(start, facts, key.alpha, earlier);
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
  const prior = priorOf(await storage.trials.runs(tenant, stratum));
  const folds = await Promise.all(
    actionTypes.map((actionType) => readTrack(storage, tenant, { patternId, actionType, alpha })),
  );
  const tracks = folds.map(({ track }) => track);
  const since = (await storage.now()) - GUARANTEE.budget.windowMs;
  const quantile = Math.min(...tracks.map((track) => lowerQuantile(track, prior)));
  return {
    stratum,
    alpha,
    candidate: tracks.every(isCandidate),
    firedAtMs: read.state.firedAtMs,
    spent: await storage.trials.spent(tenant, stratum, since),
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
