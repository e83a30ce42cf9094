import type { Json, Outcome } from '@remit/core';
import { type Answer, keep, onlyText, parseAnswer, textOf } from './answer.js';
import type { Reply } from './connection.js';
import type { OutputCheck } from './outputCheck.js';
import { quote, sentence } from './sentence.js';

/** By what an answer is judged. */
export interface Judging {
  /** The tool's name on its server. */
  readonly tool: string;
  readonly outputCheck: OutputCheck;
  readonly maxOutputBytes: number;
  /** Takes secret values out of what the server says, before it is shortened. */
  redact(text: string): string;
}

/** Nothing was sent, so nothing happened. */
export function notSent(because: string): Outcome {
  return { outcome: 'failed', detail: sentence(`not sent: ${because}`), result: null, neverSent: true };
}

function refused(because: string, result: Json = null): Outcome {
  return { outcome: 'failed', detail: sentence(`not executed: ${because}`), result };
}

/** It was sent, and what it did cannot be told. */
export function unknown(because: string, result: Json = null): Outcome {
  return { outcome: 'unknown', detail: sentence(`unknown: ${because}`), result };
}

/** What came of a call, by what came back for it. Only proof makes `failed`; every doubt is `unknown`. */
export function outcomeOf(reply: Reply, judging: Judging): Outcome {
  switch (reply.kind) {
    case 'unsent':
      return notSent(clauseOf(reply, judging));
    case 'denied':
      return refused(clauseOf(reply, judging));
    case 'lost':
      return unknown(clauseOf(reply, judging));
    case 'asked':
      return needsPerson(reply.method);
    case 'error':
      return outcomeOfError(reply, judging);
    case 'result':
      return outcomeOfResult(reply.value, judging);
    default:
      return reply satisfies never;
  }
}

function clauseOf({ because, said }: { because: string; said?: string }, { redact }: Judging): string {
  return said === undefined ? because : `${because} (${quote(redact(said))})`;
}

/** Nobody answers a server's questions for a person: what the tool did without an answer, only a look can tell. */
function needsPerson(method: string): Outcome {
  return unknown(`needs a person: the tool asked for ${quote(method)}, which is never answered`);
}

const INVALID_PARAMS = -32602;
const METHOD_NOT_FOUND = -32601;
const URL_ELICITATION_REQUIRED = -32042;

function outcomeOfError({ code, message }: { code: number; message: string }, { tool, redact }: Judging): Outcome {
  if (code === URL_ELICITATION_REQUIRED) return needsPerson('a visit to an address');
  const said = `the server answered with error ${code} (${quote(redact(message))})`;
  // The codes alone prove nothing: a tool may throw them half-way, and a bad result of its own carries them too.
  const isProof = (code === INVALID_PARAMS || code === METHOD_NOT_FOUND) && isTurnedAway(message, tool);
  return isProof ? refused(said) : unknown(said);
}

function outcomeOfResult(value: unknown, { tool, outputCheck, maxOutputBytes, redact }: Judging): Outcome {
  const saying = (answer: Answer) => sayingOf(answer, redact);
  const answer = parseAnswer(value);
  if (answer === null) return unknown('the answer of the tool cannot be read');
  const kept = keep(answer.structured ?? answer.content, maxOutputBytes);
  const result = kept.ok ? kept.value : null;
  if (answer.deniesExecution) return refused(`the tool says that it did nothing${saying(answer)}`, result);
  if (answer.isError && refusedBeforeRunning(answer, tool)) {
    return refused(`the server refused the call before running the tool${saying(answer)}`, result);
  }
  if (answer.isError) return unknown(`the tool reports an error and may have acted before it${saying(answer)}`, result);
  if (answer.unfinished !== null) return unknown(answer.unfinished, result);
  const fault = outputCheck(answer.structured);
  if (fault !== null) return unknown(`the tool ran, but ${redact(fault)}`, result);
  const note = kept.ok ? '' : `; ${kept.because}, so it is not kept`;
  return { outcome: 'committed', detail: sentence(`The tool said that it did it${note}`), result };
}

function sayingOf(answer: Answer, redact: Judging['redact']): string {
  const text = quote(redact(textOf(answer)));
  return text === '' ? '' : ` (${text})`;
}

/** The words with which the SDKs' servers turn a call away before they run the tool; they name the tool, whole. */
function isTurnedAway(words: string, tool: string): boolean {
  return [
    `Input validation error: Invalid arguments for tool ${tool}:`,
    `Invalid arguments for tool ${tool}:`,
    `Unknown tool: ${tool}`,
    `Tool ${tool} not found`,
    `Tool ${tool} disabled`,
    `Tool ${tool} requires task augmentation`,
  ].some((known) => words.startsWith(known) && !/^[\p{L}\p{N}_./-]/u.test(words.slice(known.length)));
}

/**
 * True for a result that says so. The prefix "MCP error -32602" alone is no proof: an output that fails validation,
 * after the tool ran, begins the same.
 */
function refusedBeforeRunning(answer: Answer, tool: string): boolean {
  const text = onlyText(answer);
  if (text === null || answer.structured !== undefined) return false;
  const [, words] = /^MCP error -3260[12]: (.*)$/s.exec(text) ?? [];
  return words !== undefined && isTurnedAway(words, tool);
}
