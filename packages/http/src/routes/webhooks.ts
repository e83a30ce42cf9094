import { requireScope } from '@remit/core';
import { Problem } from '../problem.js';
import { type Call, defineRoute, type Route } from '../route.js';
import type { Webhooks } from '../webhooks/webhooks.js';
import {
  deadLetterOf,
  deadLettersQuery,
  deadLetterToWire,
  deadLetterWire,
  noQuery,
  pageWire,
  retriedWire,
} from '../wire.js';
import { ok, okPage } from './answers.js';
import { nothing, ofDeadLetter } from './parameters.js';

/** The webhooks of this server. @throws Problem `not_found` where it has none. */
function webhooksOf({
  webhooks,
}: Pick<Call<unknown, unknown, unknown>, 'webhooks'>): Pick<Webhooks, 'deadLetters' | 'replay'> {
  if (webhooks) return webhooks;
  throw new Problem('not_found', 'This server sends no webhooks.', {
    nextStep: 'Ask the server that sends them; its operator passes them on: `createHandler({ webhooks })`.',
  });
}

/** What webhook endpoints did not take. */
export const WEBHOOKS_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'GET',
    pattern: '/webhooks/dead-letters',
    doc: 'Events that webhook endpoints did not take after the last attempt, newest first; at most `limit`, 1..200.',
    name: 'listDeadLetters',
    tag: 'events',
    scopes: ['tickets:read'],
    codes: ['not_found'],
    path: nothing,
    query: deadLettersQuery,
    body: null,
    success: pageWire(deadLetterWire),
    answer: async (call) => {
      requireScope(call.actor, 'tickets:read');
      const items = await webhooksOf(call).deadLetters(call.actor.tenant, call.query.limit);
      return okPage(call, { items, nextCursor: null }, deadLetterToWire);
    },
  }),
  defineRoute({
    method: 'POST',
    pattern: '/webhooks/dead-letters/{dead_letter_id}/retry',
    doc: 'Sends a dead letter once more, now; when its endpoint takes it, it is no dead letter any more.',
    name: 'retryDeadLetter',
    tag: 'events',
    scopes: ['policy:write'],
    codes: ['not_found'],
    path: ofDeadLetter,
    query: noQuery,
    body: null,
    success: retriedWire,
    answer: async (call) => {
      requireScope(call.actor, 'policy:write');
      const letter = deadLetterOf(call.path.dead_letter_id);
      if (!letter)
        throw new Problem('not_found', `There is no dead letter ${JSON.stringify(call.path.dead_letter_id)}.`);
      const posted = await webhooksOf(call).replay(call.actor.tenant, letter);
      const status = 'status' in posted ? posted.status : null;
      const failure = 'failure' in posted ? posted.failure : null;
      return ok({ delivered: status !== null && status >= 200 && status < 300, status, failure });
    },
  }),
];
