import type { CountedFact, OutcomeFact, VoteFact } from '../pattern.js';
import { GUARANTEE } from '../policy.js';
import { addEvidence, evidenceOf, fires, patternDetector } from './detector.js';
import type { Prior } from './prior.js';
import { betaQuantile } from './quantile.js';

/** What the runs of one pattern and action have shown so far. */
export interface Track {
  /** Good and bad runs; earlier ones weigh less. */
  readonly good: number;
  readonly bad: number;
  /** Good runs that a person had approved or done. */
  readonly supervisedSuccesses: number;
  /** Evidence of the detector for a fix that stopped working, in nats. */
  readonly evidence: number;
  /** How often the detector spoke. */
  readonly strikes: number;
  /** Clean supervised runs, one by one and not in a row, until the probation ends; 0: not on probation. */
  readonly probationLeft: number;
}

/** Of a pattern that never ran. */
export const NO_TRACK: Track = {
  good: 0,
  bad: 0,
  supervisedSuccesses: 0,
  evidence: 0,
  strikes: 0,
  probationLeft: 0,
};

/** One run, as it ended. */
export interface TrackRun {
  readonly loss: boolean;
  /** A person approved it or did it. */
  readonly supervised: boolean;
  /** False: it says nothing for autonomy (the same principal again); it still counts against it, and for the detector. */
  readonly counted: boolean;
}

function probationRuns(strikes: number): number {
  return Math.min(GUARANTEE.probation.most, GUARANTEE.probation.runs * 2 ** (strikes - 1));
}

function withEvidence(track: Track, alpha: number, evidence: number): Track {
  if (!fires(patternDetector(alpha), evidence)) return { ...track, evidence };
  const strikes = track.strikes + 1;
  return { ...track, evidence: 0, strikes, probationLeft: probationRuns(strikes) };
}

function watched(track: Track, { loss, supervised }: TrackRun, alpha: number): Track {
  if (track.probationLeft === 0) {
    return withEvidence(track, alpha, addEvidence(patternDetector(alpha), track.evidence, loss));
  }
  return supervised && !loss ? { ...track, probationLeft: track.probationLeft - 1 } : track;
}

/** The track after one more run; `alpha` is that of its stratum. */
export function learnRun(track: Track, run: TrackRun, alpha: number): Track {
  const after = watched(track, run, alpha);
  if (!run.counted && !run.loss) return after;
  const { decay } = GUARANTEE;
  return {
    ...after,
    good: decay * after.good + (run.loss ? 0 : 1),
    bad: decay * after.bad + (run.loss ? 1 : 0),
    supervisedSuccesses: after.supervisedSuccesses + (run.supervised && !run.loss ? 1 : 0),
  };
}

/** The track after a run that was believed good turned out bad. */
export function learnLateFailure(track: Track, run: { readonly supervised: boolean }, alpha: number): Track {
  const detector = patternDetector(alpha);
  const corrected = {
    ...track,
    good: Math.max(0, track.good - 1),
    bad: track.bad + 1,
    supervisedSuccesses: Math.max(0, track.supervisedSuccesses - (run.supervised ? 1 : 0)),
  };
  if (track.probationLeft > 0) return corrected;
  const step = evidenceOf(detector, true) - evidenceOf(detector, false);
  return withEvidence(corrected, alpha, track.evidence + step);
}

/** The track after a complaint about a run that succeeded. Praise adds nothing, so there is no verb for it. */
export function learnComplaint(track: Track): Track {
  return { ...track, bad: track.bad + GUARANTEE.complaint };
}

/** The track after a proposal that was only shown was compared with what a person really did. */
export function learnShadow(track: Track, agreed: boolean): Track {
  return agreed
    ? { ...track, good: track.good + GUARANTEE.shadowAgreement }
    : { ...track, bad: track.bad + GUARANTEE.shadowDisagreement };
}

/** Whether tickets of this pattern and action enter the stream of the gate. */
export function isCandidate(track: Track): boolean {
  return track.supervisedSuccesses >= GUARANTEE.supervisedSuccesses && track.probationLeft === 0;
}

/** The 10 % lower quantile of the success probability, 0..1: what ranks fixes. It needs no validity of its own. */
export function lowerQuantile(track: Track, prior: Prior): number {
  return betaQuantile(GUARANTEE.quantile, prior.good + track.good, prior.bad + track.bad);
}

/** Whether a counted complaint is the first of its author in 30 days. */
function isHeard(heard: Map<string, number>, { principal, atMs }: Pick<VoteFact, 'principal' | 'atMs'>): boolean {
  if (atMs - (heard.get(principal) ?? Number.NEGATIVE_INFINITY) < GUARANTEE.complaintOncePerMs) return false;
  heard.set(principal, atMs);
  return true;
}

/** The facts with all complaints of an author but the first in 30 days taken out of the count. Oldest first. */
export function heardOnce(facts: readonly CountedFact[]): readonly CountedFact[] {
  const heard = new Map<string, number>();
  return [...facts]
    .sort((a, b) => a.atMs - b.atMs)
    .map((fact) => {
      if (fact.kind === 'outcome' || fact.verdict !== 'negative' || !fact.counted) return fact;
      return isHeard(heard, fact) ? fact : { ...fact, counted: false };
    });
}

/** The track of facts that came before, with what is needed to go on from there. */
export interface TrackFold {
  readonly track: Track;
  /** Distinct people behind the supervised successes, in the order of their names. */
  readonly supervisors: readonly string[];
  /** Authors whose last complaint still keeps their next one from being heard, and when that was. */
  readonly heard: readonly (readonly [author: string, atMs: number])[];
}

/** Of a pattern that nothing is known of. */
export const NO_FOLD: TrackFold = { track: NO_TRACK, supervisors: [], heard: [] };

function isAboutThisFix(fact: OutcomeFact): boolean {
  // What somebody did by other means says nothing about this fix, whether it lasted or not.
  return fact.executed || (fact.via !== 'human' && fact.via !== 'shadow');
}

function isSupervisedSuccess(fact: CountedFact): boolean {
  return fact.kind === 'outcome' && fact.counted && fact.executed && fact.succeeded && fact.via !== 'auto';
}

/**
 * The fold after further facts of the same pattern and action, oldest first and none before those folded already. In
 * one go or in several: the answer is the same.
 * @param earlier outcomes that are folded already, of the tickets that complaints among the facts are about.
 */
export function foldTrack(
  { track: before, supervisors, heard: heardBefore }: TrackFold,
  facts: readonly CountedFact[],
  alpha: number,
  earlier: readonly CountedFact[] = [],
): TrackFold {
  const succeeded = new Set<string>();
  const heard = new Map(heardBefore);
  const people = new Set(supervisors);
  let track = before;
  const see = (fact: OutcomeFact): void => {
    if (isAboutThisFix(fact) && fact.succeeded) succeeded.add(fact.ticketId);
  };
  for (const fact of earlier) if (fact.kind === 'outcome') see(fact);
  for (const fact of facts) {
    if (fact.kind === 'outcome' && fact.via === 'shadow') {
      track = learnShadow(track, fact.succeeded);
    } else if (fact.kind === 'outcome') {
      if (isSupervisedSuccess(fact)) people.add(fact.principal);
      see(fact);
      if (!isAboutThisFix(fact)) continue;
      track = learnRun(track, { loss: !fact.succeeded, supervised: fact.via !== 'auto', counted: fact.counted }, alpha);
    } else if (fact.verdict === 'negative' && fact.counted && isHeard(heard, fact)) {
      if (succeeded.has(fact.ticketId)) track = learnComplaint(track);
    }
  }
  const lastMs = facts.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
  const still = [...heard].filter(([, atMs]) => lastMs - atMs < GUARANTEE.complaintOncePerMs);
  return { track, supervisors: [...people].sort(), heard: still.sort(([a], [b]) => (a < b ? -1 : 1)) };
}

/** The track of all facts of one pattern and action, in any order: a complaint counts once per author in 30 days. */
export function trackOf(facts: readonly CountedFact[], alpha: number): Track {
  return foldTrack(
    NO_FOLD,
    [...facts].sort((a, b) => a.atMs - b.atMs),
    alpha,
  ).track;
}
