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
      return notSent(reply.because);
    case 'lost':
      return unknown(reply.because);
    case 'error':
      return outcomeOfError(reply.code, reply.message);
    case 'result':
      return outcomeOfResult(reply.value, judging);
    default:
      return reply satisfies never;
  }
}

const INVALID_PARAMS = -32602;
const METHOD_NOT_FOUND = -32601;

function outcomeOfError(code: number, message: string): Outcome {
  const said = `the server answered with error ${code} (${quote(message)})`;
  // Servers and the SDK's own client use the same code for a bad *result*: then the tool has run.
  const isAboutResult = /result|output|structured/i.test(message);
  const isRefusal = (code === INVALID_PARAMS || code === METHOD_NOT_FOUND) && !isAboutResult;
  return isRefusal ? refused(said) : unknown(said);
}

function outcomeOfResult(value: unknown, { tool, outputCheck, maxOutputBytes }: Judging): Outcome {
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
  if (fault !== null) return unknown(`the tool ran, but ${fault}`, result);
  const note = kept.ok ? '' : `; ${kept.because}, so it is not kept`;
  return { outcome: 'committed', detail: sentence(`The tool said that it did it${note}`), result };
}

function saying(answer: Answer): string {
  const text = quote(textOf(answer));
  return text === '' ? '' : ` (${text})`;
}

/**
 * True for the words with which the SDK's server turns a call away before it runs the tool. Its prefix
 * "MCP error -32602" alone is no proof: an output that fails validation, after the tool ran, begins the same.
 */
function refusedBeforeRunning(answer: Answer, tool: string): boolean {
  const text = onlyText(answer);
  if (text === null || answer.structured !== undefined) return false;
  return [
    `MCP error -32602: Input validation error: Invalid arguments for tool ${tool}:`,
    `MCP error -32602: Invalid arguments for tool ${tool}:`,
    `MCP error -32602: Tool ${tool} not found`,
    `MCP error -32602: Tool ${tool} disabled`,
    `MCP error -32601: Tool ${tool} requires task augmentation`,
  ].some((words) => text.startsWith(words));
}
