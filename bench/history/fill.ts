import { PatternLearner, type Storage } from '@remit/core';
import { trackFolding } from '../../packages/core/src/domain/guarantee/folding.js';
import { foldTrack, NO_FOLD } from '../../packages/core/src/domain/guarantee/track.js';
import { promiseOf } from '../../packages/core/src/domain/guarantee/trial.js';
import { readStratum } from '../../packages/core/src/engine/gatherGuarantee.js';
import { CATEGORY } from '../engine/plan.js';
import type { FilledStore } from './stores.js';
import { ACTION, TABLES, TENANT } from './template.js';
import { patternsOf, ticketMaker, toldOf } from './tickets.js';

const BATCH = 500;
const SAID_EVERY = 50_000;

/** Facts between two checkpoints of a track, and how old one is at the least that is part of one, as the engine has it. */
const FACTS_APART = 50;
const SETTLED_MS = 3_600_000;

/** Seals what was written, as the engine does within a second. */
async function seal({ audit }: Storage): Promise<void> {
  while (await audit.seal(TENANT, null));
}

/** Keeps how far strata and tracks are folded, as whoever decided about those tickets has kept it. */
async function keepFolds(storage: Storage, tickets: number, nowMs: number): Promise<void> {
  for (const stratum of await storage.trials.strata(TENANT)) {
    await readStratum(storage, TENANT, stratum);
    const alpha = promiseOf(stratum)?.settings.alpha ?? 0;
    for (let pattern = 0; pattern < patternsOf(tickets); pattern += 1) {
      const key = { patternId: `pattern-${pattern}`, actionType: `${ACTION}_service`, alpha, folding: trackFolding() };
      const { facts, revision } = await storage.patterns.readTrack(TENANT, key);
      const settled = facts.filter(({ atMs }) => atMs < nowMs - SETTLED_MS);
      const upToMs = settled[settled.length - (settled.length % FACTS_APART) - 1]?.atMs;
      if (upToMs === undefined) continue;
      const fold = foldTrack(
        NO_FOLD,
        settled.filter(({ atMs }) => atMs <= upToMs),
        alpha,
      );
      await storage.patterns.keepTrack(TENANT, key, { upToMs, fold, revision });
    }
  }
}

/**
 * Puts a year of tickets into a store, and tells how many log rows they have. It is then as if it had lived through them:
 * words are told, rows are sealed, and what is kept beside them is there.
 */
export async function fill(store: FilledStore, tickets: number, progress: (says: string) => void): Promise<number> {
  const nowMs = await store.storage.now();
  const make = await ticketMaker(tickets, nowMs);
  let next = 0;
  const learner = new PatternLearner({ storage: store.storage, ids: { next: (kind) => `${kind}-${next}` } });
  for (; next < patternsOf(tickets); next += 1) {
    const words = { category: CATEGORY, title: null, description: toldOf(next, next) };
    await learner.recognise({ tenant: TENANT, ticketId: `told-${next}`, ...words });
  }
  let logRows = 0;
  for (let from = 0; from < tickets; from += BATCH) {
    const made = Array.from({ length: Math.min(BATCH, tickets - from) }, (_, index) => make(from + index));
    await store.batch(async () => {
      for (const table of TABLES) {
        const rows = made.flatMap((of) => of[table]);
        if (rows.length > 0) await store.insert(table, rows);
        if (table === 'remediation_logs') logRows += rows.length;
      }
    });
    await seal(store.storage);
    if ((from + BATCH) % SAID_EVERY === 0) progress(`${store.name}: ${from + BATCH} of ${tickets} tickets`);
  }
  await store.fold();
  await keepFolds(store.storage, tickets, nowMs);
  await store.settle();
  return logRows;
}
