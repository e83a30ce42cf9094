import { ratesOf } from '../../domain/guarantee/prior.js';
import { mergedLabel, recalledLabel, type Trial, trialIn } from '../../domain/guarantee/trial.js';
import type { Reopening } from '../../domain/ticket.js';
import type { Append, Opening, TrialCheckpoint, TrialStore } from '../../ports/storage.js';
import { keyOf, type MemoryState, sealed } from './state.js';

/** Keeps the trial that the first rows of a remediation open. */
export function openTrial(state: MemoryState, { tenant, remediationId, ticketId, atMs, events }: Opening): void {
  const open = trialIn(events);
  if (!open) return;
  const position = state.nextPosition();
  const trial = { ...open, position, remediationId, ticketId, decidedAtMs: atMs, label: null };
  state.trials.push({ tenant, trial: sealed(trial) });
}

/** Labels a remediation's trial as its end says. */
export function labelTrial(state: MemoryState, { tenant, remediationId, atMs, projection }: Append): void {
  const entry = state.trials.find((each) => each.tenant === tenant && each.trial.remediationId === remediationId);
  if (!entry || !projection.label) return;
  const { label } = entry.trial;
  const merged = mergedLabel(label, projection.label);
  if (merged !== label) entry.trial = sealed({ ...entry.trial, label: { ...merged, atMs } });
}

/** Calls the trial of the remediation wrong that had resolved a ticket which is reopened. */
export function recallTrial(state: MemoryState, tenant: string, reopening: Reopening): void {
  const entry = state.trials.find(
    (each) => each.tenant === tenant && each.trial.remediationId === reopening.remediationId,
  );
  const label = entry && recalledLabel(entry.trial, reopening);
  if (label) entry.trial = sealed({ ...entry.trial, label });
}

/** Trials in memory. */
export function memoryTrials(state: MemoryState): TrialStore {
  const of = (tenant: string, stratum?: string): readonly Trial[] =>
    state.trials
      .filter((entry) => entry.tenant === tenant && (stratum === undefined || entry.trial.stratum === stratum))
      .map(({ trial }) => trial);
  const store: TrialStore = {
    async ofStratum(tenant, stratum, after, limit) {
      return of(tenant, stratum)
        .filter(({ position }) => position > after)
        .slice(0, limit);
    },
    async relabelled(tenant, stratum, { upTo, sinceMs }) {
      const found = of(tenant, stratum).find(
        ({ position, label }) => position <= upTo && label !== null && label.atMs >= sinceMs,
      );
      return found?.position ?? null;
    },
    async rates(tenant, stratum, runsAtLeast) {
      return ratesOf(await store.runs(tenant, stratum), runsAtLeast);
    },
    async knownWrong(tenant, stratum, sinceMs) {
      return (await store.spent(tenant, stratum, sinceMs)).knownWrong;
    },
    async strata(tenant) {
      return [...new Set(of(tenant).map(({ stratum }) => stratum))].sort();
    },
    async runs(tenant, stratum) {
      const byPattern = new Map<string, { runs: number; clean: number }>();
      for (const { patternId, label } of of(tenant, stratum)) {
        if (label === null || label.loss === null) continue;
        const { runs, clean } = byPattern.get(patternId) ?? { runs: 0, clean: 0 };
        byPattern.set(patternId, { runs: runs + 1, clean: clean + (label.loss ? 0 : 1) });
      }
      return [...byPattern].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, runs]) => runs);
    },
    async spent(tenant, stratum, sinceMs) {
      const autos = of(tenant, stratum).filter(({ route, decidedAtMs }) => route === 'auto' && decidedAtMs > sinceMs);
      return { autos: autos.length, knownWrong: autos.filter(({ label }) => label?.loss === true).length };
    },
    async labels(tenant, limit) {
      const told = of(tenant).flatMap(({ confidence, score, label }) =>
        label === null || label.loss === null ? [] : [{ confidence, score, worked: !label.loss }],
      );
      return told.slice(-limit);
    },
    async checkpoint(tenant, { stratum, folding }) {
      const kept = state.checkpoints.get(keyOf(tenant, stratum));
      return kept?.folding === folding ? { upTo: kept.upTo, state: kept.state, recent: kept.recent } : null;
    },
    async keep(tenant, { stratum, folding }, checkpoint) {
      const kept = state.checkpoints.get(keyOf(tenant, stratum));
      const readMs = (of: TrialCheckpoint): number => of.recent?.readMs ?? 0;
      const isFurther =
        kept?.folding !== folding ||
        kept.upTo < checkpoint.upTo ||
        (kept.upTo === checkpoint.upTo && readMs(kept) < readMs(checkpoint));
      if (isFurther) state.checkpoints.set(keyOf(tenant, stratum), sealed({ ...checkpoint, folding }));
    },
  };
  return store;
}
