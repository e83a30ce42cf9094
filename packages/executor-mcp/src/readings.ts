import type { Json, ReadResult } from '@remit/core';
import { type Answer, type Kept, keep, onlyText, parseAnswer, textOf } from './answer.js';
import type { Reply } from './connection.js';
import type { Judging } from './outcomes.js';
import { quote, sentence } from './sentence.js';

/** A read that brought nothing, with one sentence. */
export function unread(because: string): ReadResult {
  return { ok: false, error: sentence(because.charAt(0).toUpperCase() + because.slice(1)) };
}

/** What a read brought, by what came back for it. */
export function readingOf(reply: Reply, judging: Judging): ReadResult {
  switch (reply.kind) {
    case 'unsent':
    case 'denied':
    case 'lost':
      return unread(reply.said === undefined ? reply.because : `${reply.because} (${quote(reply.said)})`);
    case 'asked':
      return unread(`the tool asked for ${quote(reply.method)}, which is never answered`);
    case 'error':
      return unread(`the server answered with error ${reply.code} (${quote(reply.message)})`);
    case 'result':
      return readingOfResult(reply.value, judging);
    default:
      return reply satisfies never;
  }
}

function readingOfResult(value: unknown, { outputCheck, maxOutputBytes }: Judging): ReadResult {
  const answer = parseAnswer(value);
  if (answer === null) return unread('the answer of the tool cannot be read');
  if (answer.isError || answer.deniesExecution) return unread(`the tool reports an error: ${quote(textOf(answer))}`);
  if (answer.unfinished !== null) return unread(answer.unfinished);
  const fault = outputCheck(answer.structured);
  if (fault !== null) return unread(`the tool answered, but ${fault}`);
  const kept = usableValue(answer, maxOutputBytes);
  return kept.ok ? kept : unread(`the tool answered, but ${kept.because}`);
}

function usableValue(answer: Answer, maxBytes: number): Kept {
  if (answer.structured !== undefined) return keep(answer.structured, maxBytes);
  const kinds = [...new Set(answer.content.map((block) => block.type))];
  // An empty text in place of a picture would look like a fact.
  if (kinds.length > 0 && !kinds.includes('text'))
    return { ok: false, because: `only with ${quote(kinds.join(', '))}` };
  const kept = keep({ text: textOf(answer) }, maxBytes);
  const text = onlyText(answer);
  if (!kept.ok || text === null) return kept;
  try {
    return { ok: true, value: JSON.parse(text) as Json };
  } catch {
    return kept;
  }
}
