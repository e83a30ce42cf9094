import type { PatternEditInput } from '@remit/core';
import type { z } from 'zod';
import { type Answer, type Call, defineRoute, type Route } from '../route.js';
import {
  mergeBody,
  patternChangeToWire,
  patternChangeWire,
  renameBody,
  splitBody,
  undoBody,
} from '../wire/patternChange.js';
import { noQuery, pageWire } from '../wire.js';
import { okPage } from './answers.js';
import { ofPattern } from './parameters.js';

type OfPattern = Call<z.infer<typeof ofPattern>, unknown, { readonly reason?: string | null | undefined }>;

async function changed({ remit, actor, path, body }: OfPattern, edit: PatternEditInput): Promise<Answer> {
  const change = await remit.changePattern(actor, path.pattern_id, { ...edit, reason: body.reason ?? null });
  return { status: 201, body: patternChangeToWire(change) };
}

/** What every change of a pattern has in common. */
const CHANGE = {
  method: 'POST',
  tag: 'patterns',
  scopes: ['policy:write'],
  successes: [201],
  codes: ['not_found', 'pattern_conflict'],
  path: ofPattern,
  query: noQuery,
  success: patternChangeWire,
} as const;

/** What people say about patterns themselves. */
export const PATTERN_CHANGES_ROUTES: readonly Route[] = [
  defineRoute({
    ...CHANGE,
    pattern: '/patterns/{pattern_id}/rename',
    doc: 'Gives a pattern another name.',
    name: 'renamePattern',
    body: renameBody,
    answer: async (call) => changed(call, { kind: 'rename', title: call.body.title }),
  }),
  defineRoute({
    ...CHANGE,
    pattern: '/patterns/{pattern_id}/merge',
    doc: 'Says that a pattern is the same problem as another one, under which all of it counts from then on.',
    name: 'mergePattern',
    body: mergeBody,
    answer: async (call) => changed(call, { kind: 'merge', into: call.body.into }),
  }),
  defineRoute({
    ...CHANGE,
    pattern: '/patterns/{pattern_id}/split',
    doc: 'Says that some tickets of a pattern are another problem: they get a pattern of their own.',
    name: 'splitPattern',
    body: splitBody,
    answer: async (call) => changed(call, { kind: 'split', title: call.body.title, ticketIds: call.body.ticket_ids }),
  }),
  defineRoute({
    ...CHANGE,
    pattern: '/patterns/{pattern_id}/undo',
    doc: 'Takes an earlier change of a pattern back.',
    name: 'undoPatternChange',
    body: undoBody,
    answer: async (call) => changed(call, { kind: 'undo', undoes: call.body.undoes }),
  }),
  defineRoute({
    method: 'GET',
    pattern: '/patterns/{pattern_id}/changes',
    doc: 'What people said about a pattern, and what was merged into it, oldest first, with what was taken back.',
    name: 'listPatternChanges',
    tag: 'patterns',
    scopes: ['tickets:read'],
    codes: ['not_found'],
    path: ofPattern,
    query: noQuery,
    body: null,
    success: pageWire(patternChangeWire),
    answer: async (call) => {
      const items = await call.remit.patternChanges(call.actor, call.path.pattern_id);
      return okPage(call, { items, nextCursor: null }, patternChangeToWire);
    },
  }),
];
