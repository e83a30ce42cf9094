import type Anthropic from '@anthropic-ai/sdk';
import type { ModelResult } from '@remit/core';
import { z } from 'zod';

/* One question to the Messages API, and every way in which it can end, as a value. */

/** The part of the client that is used; `new Anthropic()` of `@anthropic-ai/sdk` 1.x is one. */
export interface MessagesClient {
  readonly messages: {
    /** Sends one request to the Messages API. */
    create(
      body: Anthropic.MessageCreateParamsNonStreaming,
      options: { readonly signal: AbortSignal; readonly timeout: number; readonly maxRetries: number },
    ): PromiseLike<Anthropic.Message>;
  };
}

/** One question. */
export interface Question<Value> {
  readonly body: Omit<Anthropic.MessageCreateParamsNonStreaming, 'output_config'>;
  readonly answer: z.ZodType<Value>;
  readonly attemptTimeoutMs: number;
  readonly maxRetries: number;
  /** Ends it, whatever attempt it is in. */
  readonly signal: AbortSignal;
}

/** How a question ended. `message` is null when nothing that could be read came back. */
export type Asked<Value> =
  | { readonly result: 'answered'; readonly value: Value; readonly text: string; readonly message: Anthropic.Message }
  | {
      readonly result: Exclude<ModelResult, 'answered'>;
      readonly why: string;
      readonly message: Anthropic.Message | null;
    };

/** The schema as the API takes it: bounds it does not enforce are checked here, by zod. */
function formatOf(schema: z.ZodType): Anthropic.JSONOutputFormat {
  const plain = JSON.parse(JSON.stringify(z.toJSONSchema(schema)), (key, value: unknown) =>
    ['$schema', 'minimum', 'maximum', 'maxItems', 'minItems'].includes(key) ? undefined : value,
  ) as Record<string, unknown>;
  return { type: 'json_schema', schema: plain };
}

function read<Value>(message: Anthropic.Message, schema: z.ZodType<Value>): Asked<Value> {
  const ended = message.stop_reason;
  if (ended === 'refusal') return { result: 'refused', why: 'the model declined', message };
  if (ended === 'max_tokens' || ended === 'model_context_window_exceeded') {
    return { result: 'truncated', why: `the answer was cut off (${ended})`, message };
  }
  if (ended !== 'end_turn') return { result: 'invalid', why: `the answer ended with ${ended}`, message };
  const text = message.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { result: 'invalid', why: 'the answer is not JSON', message };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { result: 'answered', value: parsed.data, text, message };
  const first = parsed.error.issues[0];
  const where = first?.path.join('/') || 'the answer';
  return { result: 'invalid', why: `${where}: ${first?.message ?? 'not as asked'}`, message };
}

const OVERLOADED: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504, 529]);

/** The name of a failure. An HTTP status is looked at, never the wording. */
function failure(error: unknown, signal: AbortSignal): Exclude<ModelResult, 'answered'> {
  if (signal.aborted) return 'timed_out';
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  if (typeof status === 'number') {
    if (status === 401 || status === 403) return 'unauthorised';
    return OVERLOADED.has(status) ? 'overloaded' : 'rejected';
  }
  const name = error instanceof Error ? error.constructor.name : '';
  if (name === 'APIConnectionTimeoutError' || name === 'APIUserAbortError') return 'timed_out';
  // A body that is no JSON: something answered, but not the Messages API.
  return error instanceof SyntaxError ? 'invalid' : 'unreachable';
}

/** The same end whatever the client does with the signal: a client that ignores it is not waited for. */
async function untilAborted<Value>(asked: PromiseLike<Value>, signal: AbortSignal): Promise<Value> {
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([asked, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Asks, and names how it ended; never rejects. */
export async function ask<Value>(client: MessagesClient, question: Question<Value>): Promise<Asked<Value>> {
  const { body, answer, signal, attemptTimeoutMs: timeout, maxRetries } = question;
  try {
    // Before anything is asked: a question that nobody waits for would reject unheard.
    signal.throwIfAborted();
    const asked = client.messages.create(
      { ...body, output_config: { format: formatOf(answer) } },
      { signal, timeout, maxRetries },
    );
    return read(await untilAborted(asked, signal), answer);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { result: failure(error, signal), why: why.slice(0, 500), message: null };
  }
}
