import { hashOf, type Json, type Principal, type Remit } from '@remit/core';
import { Problem } from './problem.js';
import type { Answer } from './route.js';

/** A request that may come again, and how it is answered the first time. */
export interface Repeatable {
  readonly remit: Remit;
  readonly actor: Principal;
  readonly request: Request;
  readonly body: unknown;
  readonly answer: () => Promise<Answer>;
}

/** 1 to 255 printable characters. */
const KEY = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/** The key of a request; null without one. @throws Problem `invalid_input` for what is no key. */
function keyOf(headers: Headers): string | null {
  const given = headers.get('idempotency-key')?.trim();
  if (given === undefined) return null;
  // The draft has it as a quoted text; most callers send it bare.
  const key = /^"([^"\\]*)"$/.exec(given)?.[1] ?? given;
  if (KEY.test(key)) return key;
  throw new Problem('invalid_input', 'The Idempotency-Key must be 1 to 255 printable ASCII characters.', {
    nextStep: 'Use a new UUID for each request, and the same one when you send it again.',
  });
}

interface Kept {
  readonly status: number;
  readonly body: Json;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Answers a request once for each Idempotency-Key: a repeat gets the first answer again, marked with
 * `Idempotency-Replayed: true`. Only successes are kept; a refusal changed nothing, and its repeat is looked at anew.
 * Whoever has other rights by now does not get what the old ones showed.
 * @throws RemitError `idempotency_mismatch`, `idempotency_running`.
 */
export async function answerRepeatable({ remit, actor, request, body, answer }: Repeatable): Promise<Answer> {
  const key = keyOf(request.headers);
  if (key === null) return answer();
  const { pathname, search } = new URL(request.url);
  const fingerprint = hashOf({
    method: request.method,
    address: pathname + search,
    condition: request.headers.get('if-match'),
    scopes: [...actor.scopes].sort(),
    body: (body ?? null) as Json,
  });
  const once = await remit.answerOnce(actor, { key, fingerprint }, async () => {
    const { status, body: said, headers = {} } = await answer();
    // As it goes over the wire: what JSON leaves out is left out here too.
    const kept: Kept = { status, body: JSON.parse(JSON.stringify(said)) as Json, headers };
    return { answer: { ...kept }, keep: true };
  });
  const { status, body: said, headers } = once.answer as unknown as Kept;
  return { status, body: said, headers: once.replayed ? { ...headers, 'idempotency-replayed': 'true' } : headers };
}
