import type { PatternChange, PatternEdit } from '@remit/core';
import { z } from 'zod';
import { instant, toIso } from './common.js';
import { ticketId } from './ticketInput.js';

const title = z.string().min(1);
const reason = z.string().nullish().describe('Kept with the change.');

/** The body of `POST /patterns/{pattern_id}/rename`. */
export const renameBody = z
  .strictObject({ title, reason })
  .meta({ id: 'PatternRename', description: 'The body of POST /patterns/{pattern_id}/rename.' });

/** The body of `POST /patterns/{pattern_id}/merge`. */
export const mergeBody = z
  .strictObject({ into: z.string().min(1).describe('The pattern that stays, of the same category.'), reason })
  .meta({ id: 'PatternMerge', description: 'The body of POST /patterns/{pattern_id}/merge.' });

/** The body of `POST /patterns/{pattern_id}/split`. */
export const splitBody = z
  .strictObject({
    title: title.describe('What the new pattern is called.'),
    ticket_ids: z
      .array(ticketId)
      .min(1)
      .describe('Tickets of the pattern; every other one that says just the same goes with them.'),
    reason,
  })
  .meta({ id: 'PatternSplit', description: 'The body of POST /patterns/{pattern_id}/split.' });

/** The body of `POST /patterns/{pattern_id}/undo`. */
export const undoBody = z
  .strictObject({ undoes: z.string().min(1).describe('The `change_id` of a change of this pattern.'), reason })
  .meta({ id: 'PatternUndo', description: 'The body of POST /patterns/{pattern_id}/undo.' });

const patternEditWire = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('rename'), title: z.string() }),
    z.strictObject({ kind: z.literal('merge'), into: z.string() }),
    z.strictObject({
      kind: z.literal('split'),
      into: z.string().describe('The new pattern.'),
      title: z.string(),
      ticket_ids: z.array(z.string()).readonly(),
    }),
    z.strictObject({ kind: z.literal('undo'), undoes: z.string() }),
  ])
  .meta({ id: 'PatternEdit', description: 'A renaming, merge or split of patterns, or the undoing of one.' });

/** What a person said about a pattern. */
export const patternChangeWire = z
  .strictObject({
    change_id: z.string(),
    pattern_id: z.string(),
    edit: patternEditWire,
    reason: z.string().nullable(),
    by: z.string(),
    at: instant,
  })
  .meta({ id: 'PatternChange', description: 'What a person said about a pattern, and who and when.' });

function editToWire(edit: PatternEdit): z.infer<typeof patternEditWire> {
  switch (edit.kind) {
    case 'rename':
      return { kind: edit.kind, title: edit.title };
    case 'merge':
      return { kind: edit.kind, into: edit.into };
    case 'split':
      return { kind: edit.kind, into: edit.into, title: edit.title, ticket_ids: edit.ticketIds };
    case 'undo':
      return { kind: edit.kind, undoes: edit.undoes };
  }
}

/** What a person said about a pattern, for the wire. */
export function patternChangeToWire(change: PatternChange): z.infer<typeof patternChangeWire> {
  return {
    change_id: change.changeId,
    pattern_id: change.patternId,
    edit: editToWire(change.edit),
    reason: change.reason,
    by: change.by,
    at: toIso(change.atMs),
  };
}
