import { SIMILARITY } from '../../domain/policy.js';
import { termsOf } from '../../domain/similarity/telling.js';
import { ExemplarIndex } from './exemplarIndex.js';
import { keyOf, type MemoryState } from './state.js';

/** The index of a category. */
export function indexOf(state: MemoryState, tenant: string, category: string): ExemplarIndex {
  const index = state.indexes.get(keyOf(tenant, category)) ?? new ExemplarIndex();
  state.indexes.set(keyOf(tenant, category), index);
  return index;
}

function termsAt(state: MemoryState, place: number): readonly string[] {
  return state.exemplars[place]?.exemplar.terms ?? [];
}

/** Keeps the newest candidates of a pattern, by their places in the order in which they were told. */
export function keepNewest(state: MemoryState, tenant: string, patternId: string, places: number[]): void {
  state.indexed.set(keyOf(tenant, patternId), places);
  while (places.length > SIMILARITY.exemplarsPerPattern) {
    const oldest = places.shift();
    const filed = oldest === undefined ? undefined : state.exemplars[oldest];
    if (oldest === undefined || !filed) return;
    indexOf(state, tenant, filed.category).remove(oldest, termsAt(state, oldest));
  }
}

/** Adds an exemplar to its pattern's candidates; the oldest goes when there are too many. */
export function indexExemplar(state: MemoryState, place: number): void {
  const filed = state.exemplars[place];
  if (!filed) return;
  const { tenant, category, exemplar } = filed;
  indexOf(state, tenant, category).add(place, exemplar.terms, termsOf(exemplar.masked).length);
  const places = state.indexed.get(keyOf(tenant, exemplar.patternId)) ?? [];
  places.push(place);
  keepNewest(state, tenant, exemplar.patternId, places);
}
