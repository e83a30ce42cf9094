import { type CountedFact, factSource, isCounted, type PatternFact } from '../../domain/pattern.js';
import { changesInForce, livingPattern } from '../../domain/patternChange.js';
import { isTakenBackBy, takenBack } from '../../domain/reopening.js';
import type { Reopening } from '../../domain/ticket.js';
import { keyOf, type MemoryState, sealed } from './state.js';

function factKey(tenant: string, fact: PatternFact): string {
  const { kind, patternId, actionType, ticketId } = fact;
  return keyOf(tenant, patternId, actionType, ticketId, kind, factSource(fact));
}

/** Notes that a fact is stored or gone: checkpoints that hold its time are worth nothing any more. */
function factChanged(state: MemoryState, tenant: string, { patternId, actionType, atMs }: PatternFact): void {
  const about = keyOf(tenant, patternId, actionType);
  state.factRevisions.set(about, (state.factRevisions.get(about) ?? 0) + 1);
  state.tracks = state.tracks.filter((kept) => kept.about !== about || kept.checkpoint.upToMs < atMs);
}

/** Removes a fact. */
export function forget(state: MemoryState, key: string): void {
  const entry = state.facts.get(key);
  if (entry) factChanged(state, entry.tenant, entry.fact);
  state.facts.delete(key);
}

/** What facts of one moment are ordered by. */
export function orderOf(fact: PatternFact): string {
  return [fact.ticketId, fact.kind, factSource(fact)].join('\u0000');
}

/** What is known of a pattern. */
export function factsOf(state: MemoryState, tenant: string, patternId: string): readonly CountedFact[] {
  return [...state.facts.values()]
    .filter((entry) => entry.tenant === tenant && entry.fact.patternId === patternId)
    .map(({ fact }) => fact);
}

/** Stores facts, each with whether it counts; each replaces the one with the same key. True when any of them counts. */
export function storeFacts(state: MemoryState, tenant: string, facts: readonly PatternFact[]): boolean {
  let anyCounted = false;
  const inForce = changesInForce(state.patternChanges.filter((change) => change.tenant === tenant));
  for (const toldFact of facts) {
    const told = toldFact.patternId;
    const fact = { ...toldFact, patternId: livingPattern(told, toldFact, inForce) };
    const key = factKey(tenant, fact);
    forget(state, key);
    const earlier = factsOf(state, tenant, fact.patternId).filter(
      ({ actionType, principal }) => actionType === fact.actionType && principal === fact.principal,
    );
    const counted = isCounted(fact, earlier);
    state.facts.set(key, { tenant, told, fact: sealed({ ...fact, counted }) });
    factChanged(state, tenant, fact);
    anyCounted ||= counted;
  }
  return anyCounted;
}

/** Replaces what a fix taught that did not last. */
export function takeFactsBack(state: MemoryState, tenant: string, ticketId: string, reopening: Reopening): void {
  for (const [key, { tenant: owner, told: patternId, fact }] of [...state.facts]) {
    if (owner !== tenant || fact.ticketId !== ticketId || fact.kind !== 'outcome') continue;
    if (!isTakenBackBy(fact, reopening)) continue;
    forget(state, key);
    const { counted: _, ...said } = fact;
    storeFacts(state, tenant, [takenBack({ ...said, patternId }, reopening)]);
  }
}

/** Forgets what an author's vote on a ticket taught. */
export function forgetVotes(state: MemoryState, tenant: string, ticketId: string, author: string): void {
  for (const [key, { tenant: owner, fact }] of state.facts) {
    const isTheirs = owner === tenant && fact.ticketId === ticketId && fact.principal === author;
    if (fact.kind === 'vote' && isTheirs) forget(state, key);
  }
}
