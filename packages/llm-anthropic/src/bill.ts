import type Anthropic from '@anthropic-ai/sdk';
import { hashOf, type Json, type ModelResult, type ModelUse } from '@remit/core';
import type { Prices } from './options.js';

const PER = 1_000_000;

/** What asking about one ticket cost, added up question by question. */
export interface Bill {
  /** Notes a question before it is sent. */
  sent(body: Json): void;
  /** Notes what came back, if anything did. */
  received(message: Anthropic.Message | null): void;
  /** The sum. */
  total(result: ModelResult): ModelUse;
}

/** Starts a bill. */
export function bill(model: string, options: { readonly prices?: Prices; readonly keepSent: boolean }): Bill {
  const bodies: Json[] = [];
  const requestIds: string[] = [];
  const tokens = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const cost = ({ input, output, cacheRead, cacheWrite }: Prices): number =>
    (tokens.inputTokens * input +
      tokens.outputTokens * output +
      tokens.cacheReadTokens * cacheRead +
      tokens.cacheWriteTokens * cacheWrite) /
    PER;
  return {
    sent: (body) => void bodies.push(body),
    received(message) {
      if (message === null) return;
      const { usage } = message;
      tokens.inputTokens += usage.input_tokens;
      tokens.outputTokens += usage.output_tokens;
      tokens.cacheReadTokens += usage.cache_read_input_tokens ?? 0;
      tokens.cacheWriteTokens += usage.cache_creation_input_tokens ?? 0;
      requestIds.push((message as { readonly _request_id?: string | null })._request_id ?? message.id);
    },
    total: (result) => ({
      model,
      result,
      questions: bodies.length,
      ...tokens,
      costUsd: options.prices ? cost(options.prices) : null,
      requestIds: [...requestIds],
      sentHash: hashOf(bodies),
      sent: options.keepSent ? [...bodies] : null,
    }),
  };
}
