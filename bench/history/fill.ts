import { PatternLearner } from '@remit/core';
import { CATEGORY } from '../engine/plan.js';
import { wordsOf } from '../engine/prepare.js';
import type { FilledStore } from './stores.js';
import { TABLES, TENANT } from './template.js';
import { patternsOf, ticketMaker } from './tickets.js';

const BATCH = 500;
const SAID_EVERY = 50_000;

/** Puts a year of tickets into a store, and tells how many log rows they have. */
export async function fill(store: FilledStore, tickets: number, progress: (says: string) => void): Promise<number> {
  const nowMs = await store.storage.now();
  const make = await ticketMaker(tickets, nowMs);
  let next = 0;
  const learner = new PatternLearner({ storage: store.storage, ids: { next: (kind) => `${kind}-${next}` } });
  for (; next < patternsOf(tickets); next += 1) {
    const words = { category: CATEGORY, title: null, description: wordsOf(next) };
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
    if ((from + BATCH) % SAID_EVERY === 0) progress(`${store.name}: ${from + BATCH} of ${tickets} tickets`);
  }
  await store.fold();
  await store.settle();
  return logRows;
}
