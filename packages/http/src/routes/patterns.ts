import { defineRoute, type Route } from '../route.js';
import {
  candidateFixToWire,
  candidateFixWire,
  noQuery,
  pageFromWire,
  pageWire,
  patternsQuery,
  patternTicketsQuery,
  patternToWire,
  patternWire,
  promotionBody,
  promotionFromWire,
  runbookToWire,
  runbookWire,
  ticketItemToWire,
  ticketItemWire,
} from '../wire.js';
import { okPage } from './answers.js';
import { nothing, ofPattern } from './parameters.js';

/** What was learned. */
export const PATTERNS_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'GET',
    pattern: '/patterns',
    doc: 'Learned patterns, newest first, with what each action type still lacks.',
    name: 'listPatterns',
    tag: 'patterns',
    scopes: ['tickets:read'],
    codes: ['unknown_category'],
    sends: ['Link'],
    path: nothing,
    query: patternsQuery,
    body: null,
    success: pageWire(patternWire),
    answer: async (call) => {
      const { category, min_occurrences: minOccurrences } = call.query;
      const page = await call.remit.patterns(call.actor, {
        ...pageFromWire(call.query),
        ...(category === undefined ? {} : { category }),
        ...(minOccurrences === undefined ? {} : { minOccurrences }),
      });
      return okPage(call, page, patternToWire);
    },
  }),
  defineRoute({
    method: 'GET',
    pattern: '/patterns/{pattern_id}/tickets',
    doc: 'The newest tickets that count under a pattern today, newest first.',
    name: 'listPatternTickets',
    tag: 'patterns',
    scopes: ['tickets:read'],
    codes: ['not_found'],
    path: ofPattern,
    query: patternTicketsQuery,
    body: null,
    success: pageWire(ticketItemWire),
    answer: async (call) => {
      const items = await call.remit.patternTickets(call.actor, call.path.pattern_id, call.query);
      return okPage(call, { items, nextCursor: null }, ticketItemToWire);
    },
  }),
  defineRoute({
    method: 'GET',
    pattern: '/patterns/{pattern_id}/candidate-fixes',
    doc: 'What people said has fixed tickets of a pattern, newest first, at most 100.',
    name: 'listCandidateFixes',
    tag: 'patterns',
    scopes: ['tickets:read'],
    codes: ['not_found'],
    path: ofPattern,
    query: noQuery,
    body: null,
    success: pageWire(candidateFixWire),
    answer: async (call) => {
      const items = await call.remit.candidateFixes(call.actor, call.path.pattern_id);
      return okPage(call, { items, nextCursor: null }, candidateFixToWire);
    },
  }),
  defineRoute({
    method: 'GET',
    pattern: '/patterns/{pattern_id}/runbooks',
    doc: 'The runbooks that people made of a pattern, every version, oldest first.',
    name: 'listRunbooks',
    tag: 'patterns',
    scopes: ['tickets:read'],
    codes: ['not_found'],
    path: ofPattern,
    query: noQuery,
    body: null,
    success: pageWire(runbookWire),
    answer: async (call) => {
      const items = await call.remit.runbooksOf(call.actor, call.path.pattern_id);
      return okPage(call, { items, nextCursor: null }, runbookToWire);
    },
  }),
  defineRoute({
    method: 'POST',
    pattern: '/patterns/{pattern_id}/promote',
    doc: 'Makes a runbook of a candidate fix, changes one (the same name again), or retires it.',
    name: 'promote',
    tag: 'patterns',
    scopes: ['policy:write'],
    successes: [201],
    codes: ['not_found', 'unknown_category'],
    path: ofPattern,
    query: noQuery,
    body: promotionBody,
    success: runbookWire,
    answer: async ({ remit, actor, path, body }) => {
      const promoted = await remit.promote(actor, path.pattern_id, promotionFromWire(body));
      return { status: 201, body: runbookToWire(promoted) };
    },
  }),
];
