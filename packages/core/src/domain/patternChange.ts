/*
 * What people say about patterns themselves: this one is called so, these two are one problem, these tickets are
 * another. What was filed keeps the pattern it was told to; where it counts today follows from the changes in force. So
 * every change can be taken back, and nothing is lost.
 */

/** What a person says about a pattern. */
export type PatternEdit =
  | { readonly kind: 'rename'; readonly title: string }
  /** It is the same problem as another one, whose name and id stay. */
  | { readonly kind: 'merge'; readonly into: string }
  /** Some of its tickets are another problem, which gets a pattern of its own. */
  | {
      readonly kind: 'split';
      /** The new pattern. */
      readonly into: string;
      readonly title: string;
      readonly ticketIds: readonly string[];
      /** The signatures that these tickets were told in. */
      readonly hashes: readonly string[];
    }
  /** An earlier change does not hold any more. */
  | { readonly kind: 'undo'; readonly undoes: string };

/** A change of a pattern by a person. Every one is kept. */
export interface PatternChange {
  readonly tenant: string;
  readonly changeId: string;
  readonly patternId: string;
  readonly edit: PatternEdit;
  readonly reason: string | null;
  readonly by: string;
  readonly atMs: number;
}

/** Why a change was refused. */
export type ChangeRefusal =
  | 'not_found'
  /** The pattern is part of another one. */
  | 'merged_already'
  /** Categories keep patterns apart. */
  | 'other_category'
  /** A pattern is the same as itself. */
  | 'same_pattern'
  | 'undone_already'
  /** There is already a pattern of that id. */
  | 'taken';

/** What is filed: a ticket's facts, or a signature. */
export type FiledThing = { readonly ticketId: string } | { readonly hash: string };

/** The changes that hold: each that no later one undoes, undos themselves left out. Oldest first. */
export function changesInForce(changes: readonly PatternChange[]): readonly PatternChange[] {
  const undone = new Set(changes.flatMap(({ edit }) => (edit.kind === 'undo' ? [edit.undoes] : [])));
  return changes.filter(({ changeId, edit }) => edit.kind !== 'undo' && !undone.has(changeId));
}

function moves({ edit }: PatternChange, thing: FiledThing | null): string | null {
  if (edit.kind === 'merge') return edit.into;
  if (edit.kind !== 'split' || thing === null) return null;
  const isMoved = 'hash' in thing ? edit.hashes.includes(thing.hash) : edit.ticketIds.includes(thing.ticketId);
  return isMoved ? edit.into : null;
}

/**
 * The pattern under which something counts that was told to a pattern. Without a thing: where the pattern itself is
 * now. Changes are followed in the order in which they were made, so there is no way round in a circle.
 */
export function livingPattern(told: string, thing: FiledThing | null, inForce: readonly PatternChange[]): string {
  let at = told;
  for (const change of inForce) if (change.patternId === at) at = moves(change, thing) ?? at;
  return at;
}

/** Every pattern under which something was told that may count under this one today, itself first. */
export function sourcesOf(patternId: string, inForce: readonly PatternChange[]): readonly string[] {
  const sources = new Set([patternId]);
  // Newest first: what flowed into a pattern before that flowed into another one flowed on with it.
  for (const { patternId: from, edit } of inForce.toReversed()) {
    if ((edit.kind === 'merge' || edit.kind === 'split') && sources.has(edit.into)) sources.add(from);
  }
  return [...sources];
}

/** What a change of a pattern is judged by. */
export interface ChangeFacts {
  /** Every earlier change of the tenant, oldest first. */
  readonly earlier: readonly PatternChange[];
  /** The category of a pattern; undefined when there is none of that id. */
  readonly categoryOf: (patternId: string) => string | undefined;
}

/** Why a change may not be made; null when it may. Storage asks inside the transaction that stores it. */
export function refusalOf(
  { patternId, edit }: Pick<PatternChange, 'patternId' | 'edit'>,
  { earlier, categoryOf }: ChangeFacts,
): ChangeRefusal | null {
  const inForce = changesInForce(earlier);
  if (edit.kind === 'undo') {
    const undone = earlier.find(({ changeId }) => changeId === edit.undoes);
    // Taken back where it was said, or the history of a pattern would not show that a change of it holds no more.
    if (undone?.patternId !== patternId || undone.edit.kind === 'undo') return 'not_found';
    return inForce.includes(undone) ? null : 'undone_already';
  }
  if (categoryOf(patternId) === undefined) return 'not_found';
  if (livingPattern(patternId, null, inForce) !== patternId) return 'merged_already';
  if (edit.kind === 'split') return categoryOf(edit.into) === undefined ? null : 'taken';
  if (edit.kind === 'rename') return null;
  if (edit.into === patternId) return 'same_pattern';
  if (categoryOf(edit.into) === undefined) return 'not_found';
  if (livingPattern(edit.into, null, inForce) !== edit.into) return 'merged_already';
  return categoryOf(edit.into) === categoryOf(patternId) ? null : 'other_category';
}

/** What a pattern is called: by the newest name given in force, else as it was founded. */
export function titleOf(patternId: string, founded: string, inForce: readonly PatternChange[]): string {
  const given = inForce.findLast((change) => change.patternId === patternId && change.edit.kind === 'rename');
  return given?.edit.kind === 'rename' ? given.edit.title : founded;
}

/** Patterns in which something may have to be filed anew because of a change. */
export function touchedBy(change: PatternChange, changes: readonly PatternChange[]): readonly string[] {
  const { edit } = change;
  const about = edit.kind === 'undo' ? changes.find(({ changeId }) => changeId === edit.undoes) : change;
  if (!about || about.edit.kind === 'rename' || about.edit.kind === 'undo') return [];
  const inForce = changesInForce(changes);
  const ends = [about.patternId, about.edit.into];
  return [...new Set([...ends, ...ends.map((end) => livingPattern(end, null, inForce))])].sort();
}
