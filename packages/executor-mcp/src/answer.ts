import { JSON_LIMITS, type Json, jsonFault } from '@remit/core';
import { z } from 'zod';

const blockSchema = z.looseObject({ type: z.string(), text: z.string().optional() });
const answerSchema = z.looseObject({
  content: z.array(blockSchema).nullish(),
  structuredContent: z.unknown().optional(),
  isError: z.boolean().nullish(),
  _meta: z.looseObject({ 'remit/executed': z.unknown().optional() }).nullish(),
  resultType: z.string().optional(),
  task: z.unknown().optional(),
});

/** One block of what a tool says. */
export type Block = z.infer<typeof blockSchema>;

/** The result of a `tools/call`, read. */
export interface Answer {
  readonly content: readonly Block[];
  /** Undefined when the tool gave none. */
  readonly structured: unknown;
  readonly isError: boolean;
  /** The tool says itself, in `_meta['remit/executed']`, that it did nothing. */
  readonly deniesExecution: boolean;
  /** What is missing for the tool to be done, or null: a task that runs on, a question to the client. */
  readonly unfinished: string | null;
}

/** Reads a result, or answers null when it is none: neither content nor structured content, or of wrong types. */
export function parseAnswer(value: unknown): Answer | null {
  const parsed = answerSchema.safeParse(value);
  if (!parsed.success) return null;
  const { _meta, resultType, task } = parsed.data;
  // Some servers write null for what they leave out.
  const content = parsed.data.content ?? undefined;
  const structured = parsed.data.structuredContent ?? undefined;
  const isError = parsed.data.isError ?? false;
  const unfinished = unfinishedOf(task, resultType);
  const deniesExecution = _meta?.['remit/executed'] === false;
  const saysNothing = content === undefined && structured === undefined;
  if (saysNothing && unfinished === null && !deniesExecution && !isError) return null;
  return { content: content ?? [], structured, isError, deniesExecution, unfinished };
}

function unfinishedOf(task: unknown, resultType: string | undefined): string | null {
  if (task !== undefined) return 'the tool answered with a task that runs on';
  if (resultType === undefined || resultType === 'complete') return null;
  return 'the tool asked for more input, which it is never given';
}

/** The only text of an answer, or null when it has none, several, or other blocks. */
export function onlyText(answer: Answer): string | null {
  const [block, ...others] = answer.content;
  return block?.type === 'text' && block.text !== undefined && others.length === 0 ? block.text : null;
}

/** All text of an answer, block by block, in lines. */
export function textOf(answer: Answer): string {
  return answer.content.flatMap(({ type, text }) => (type === 'text' && text !== undefined ? [text] : [])).join('\n');
}

/** A value as JSON within a limit, or one clause on why it is not kept. */
export type Kept = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly because: string };

/** Copies a value as JSON if it fits. Looked at before it is written out: a deep one would overflow the stack. */
export function keep(value: unknown, maxBytes: number): Kept {
  const fault = jsonFault(value, { depth: JSON_LIMITS.answer.depth, characters: maxBytes });
  if (fault !== null) return { ok: false, because: `its answer cannot be used: ${fault}` };
  try {
    const text = JSON.stringify(value);
    const bytes = Buffer.byteLength(text, 'utf8');
    if (bytes > maxBytes) return { ok: false, because: `its answer has ${bytes} bytes and ${maxBytes} are allowed` };
    return { ok: true, value: JSON.parse(text) as Json };
  } catch {
    return { ok: false, because: 'its answer is no JSON' };
  }
}
