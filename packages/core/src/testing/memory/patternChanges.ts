import type { PatternFact } from '../../domain/pattern.js';
import { changesInForce, livingPattern, refusalOf, titleOf, touchedBy } from '../../domain/patternChange.js';
import type { PatternStore } from '../../ports/storage.js';
import { contentOf, record } from './audit.js';
import { keepNewest } from './exemplars.js';
import { forget, orderOf, storeFacts } from './facts.js';
import { keyOf, type MemoryState, sealed } from './state.js';

/** What facts of one moment are filed by. */
function placeOf({ fact, told }: { readonly fact: PatternFact; readonly told: string }): string {
  return `${orderOf(fact)}\u0000${told}`;
}

/** Files signatures and facts that were told to these patterns, or count under them, where they count now. */
function refile(state: MemoryState, tenant: string, touched: readonly string[]): void {
  const inForce = changesInForce(state.patternChanges.filter((change) => change.tenant === tenant));
  const places = touched.flatMap((patternId) => state.indexed.get(keyOf(tenant, patternId)) ?? []);
  for (const [place, filed] of state.exemplars.entries()) {
    const { told, exemplar } = filed;
    if (filed.tenant !== tenant || !touched.includes(exemplar.patternId)) continue;
    const patternId = livingPattern(told, exemplar, inForce);
    state.exemplars[place] = sealed({ ...filed, exemplar: { ...exemplar, patternId } });
  }
  const homes = new Map<string, number[]>(touched.map((patternId) => [patternId, []]));
  for (const place of places.sort((a, b) => a - b)) {
    const home = state.exemplars[place]?.exemplar.patternId ?? '';
    homes.set(home, [...(homes.get(home) ?? []), place]);
  }
  for (const [patternId, own] of homes) keepNewest(state, tenant, patternId, own);
  const told = [...state.facts]
    .filter(([, { tenant: owner, fact }]) => owner === tenant && touched.includes(fact.patternId))
    .sort(([, a], [, b]) => a.fact.atMs - b.fact.atMs || (placeOf(a) < placeOf(b) ? -1 : 1));
  for (const [key] of told) forget(state, key);
  storeFacts(
    state,
    tenant,
    told.map(
      ([
        ,
        {
          told: patternId,
          fact: { counted: _, ...said },
        },
      ]) => ({ ...said, patternId }),
    ),
  );
}

function renamed(state: MemoryState, tenant: string): void {
  const inForce = changesInForce(state.patternChanges.filter((change) => change.tenant === tenant));
  for (const [key, entry] of state.patterns) {
    if (entry.tenant !== tenant) continue;
    const living = livingPattern(entry.patternId, null, inForce);
    const title = titleOf(entry.patternId, entry.foundedTitle, inForce);
    state.patterns.set(key, { ...entry, title, mergedInto: living === entry.patternId ? null : living });
  }
}

/** What people say about patterns themselves, in memory. */
export function memoryChanges(state: MemoryState): Pick<PatternStore, 'change' | 'changes'> {
  const { patternChanges, patterns, clock } = state;
  return {
    async change(draft) {
      const { tenant, changeId, patternId, edit, by } = draft;
      const earlier = patternChanges.filter((change) => change.tenant === tenant);
      const categoryOf = (id: string) => patterns.get(keyOf(tenant, id))?.category;
      const why = refusalOf(draft, { earlier, categoryOf });
      if (why) return { kind: 'refused', why };
      const change = sealed({ ...draft, atMs: clock.now() });
      patternChanges.push(change);
      if (edit.kind === 'split') {
        const { into, title } = edit;
        const named = { category: categoryOf(patternId) ?? '', title, foundedTitle: title, mergedInto: null };
        const entry = { position: state.nextPosition(), tenant, patternId: into, ...named, createdAtMs: change.atMs };
        patterns.set(keyOf(tenant, into), entry);
      }
      renamed(state, tenant);
      refile(state, tenant, touchedBy(change, [...earlier, change]));
      record(state, {
        tenant,
        kind: 'pattern',
        key: changeId,
        actor: by,
        atMs: change.atMs,
        content: contentOf(change),
      });
      return { kind: 'changed', change };
    },
    async changes(tenant, patternId) {
      return patternChanges.filter(
        (change) =>
          change.tenant === tenant &&
          (patternId === null ||
            change.patternId === patternId ||
            ('into' in change.edit && change.edit.into === patternId)),
      );
    },
  };
}
