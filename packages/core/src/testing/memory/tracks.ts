import { heardOnce } from '../../domain/guarantee/track.js';
import { tallyOf } from '../../domain/pattern.js';
import type { PatternStore } from '../../ports/storage.js';
import { keyOf, type MemoryState, sealed } from './state.js';

/** Tracks and their checkpoints, in memory. */
export function memoryTracks(
  state: MemoryState,
  facts: PatternStore['facts'],
): Pick<PatternStore, 'heardTally' | 'readTrack' | 'keepTrack'> {
  return {
    async heardTally(tenant, patternId, actionType) {
      return tallyOf(heardOnce(await facts(tenant, patternId, actionType)));
    },
    async readTrack(tenant, { patternId, actionType, alpha, folding }) {
      const about = keyOf(tenant, patternId, actionType);
      const [from = null] = state.tracks
        .filter((kept) => kept.about === about && kept.alpha === alpha && kept.folding === folding)
        .map(({ checkpoint }) => checkpoint)
        .sort((a, b) => b.upToMs - a.upToMs);
      const all = await facts(tenant, patternId, actionType);
      const later = all.filter(({ atMs }) => from === null || atMs > from.upToMs);
      const complainedOf = new Set(
        later.flatMap((fact) =>
          fact.kind === 'vote' && fact.counted && fact.verdict === 'negative' ? [fact.ticketId] : [],
        ),
      );
      const earlier = all
        .slice(0, all.length - later.length)
        .filter((fact) => fact.kind === 'outcome' && complainedOf.has(fact.ticketId));
      return { from, facts: later, earlier, revision: state.factRevisions.get(about) ?? 0 };
    },
    async keepTrack(tenant, { patternId, actionType, alpha, folding }, { upToMs, fold, revision }) {
      const about = keyOf(tenant, patternId, actionType);
      if (revision !== (state.factRevisions.get(about) ?? 0)) return;
      state.tracks = [...state.tracks, sealed({ about, alpha, folding, checkpoint: { upToMs, fold } })];
    },
  };
}
