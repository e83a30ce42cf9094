import { randomBytes } from 'node:crypto';
import Anthropic from '@anthropic-ai/sdk';
import {
  type Analysis,
  type AnalysisInput,
  type Analyst,
  type Json,
  type ModelResult,
  noProposal,
  type Observation,
  RemitError,
} from '@remit/core';
import type { z } from 'zod';
import { argumentsFrom, type ProposalAnswer, planFrom, proposalSchema, scoreSchema } from './answers.js';
import { type Asked, ask, type MessagesClient } from './ask.js';
import { type Bill, bill } from './bill.js';
import type { AnthropicAnalystOptions } from './options.js';
import { type Fence, observationsText, SCORE_QUESTION, systemText, ticketText } from './prompt.js';
import { forModel, redactSecrets } from './redact.js';

const DEFAULTS = {
  deadlineMs: 60_000,
  attemptTimeoutMs: 30_000,
  maxRetries: 2,
  maxTokens: 4096,
  rounds: 2,
  readsPerRound: 5,
  maxCharacters: 20_000,
  redact: redactSecrets,
  keepSent: false,
};

type Chosen = AnthropicAnalystOptions & typeof DEFAULTS;

/** The talk about one ticket: each answer is asked with all that was said before. */
interface Talk {
  /** Says something and asks. */
  ask<Value>(text: string, answer: z.ZodType<Value>): Promise<Asked<Value>>;
}

function talk(client: MessagesClient, chosen: Chosen, system: string, signal: AbortSignal, costs: Bill): Talk {
  const messages: Anthropic.MessageParam[] = [];
  return {
    async ask(text, answer) {
      messages.push({ role: 'user', content: text });
      const body = {
        model: chosen.model,
        max_tokens: chosen.maxTokens,
        system: [{ type: 'text' as const, text: system, cache_control: { type: 'ephemeral' as const } }],
        messages: [...messages],
      };
      costs.sent(body as unknown as Json);
      const { attemptTimeoutMs, maxRetries } = chosen;
      const asked = await ask(client, { body, answer, signal, attemptTimeoutMs, maxRetries });
      costs.received(asked.message);
      if (asked.result === 'answered') messages.push({ role: 'assistant', content: asked.text });
      return asked;
    },
  };
}

/** Makes the reads that an answer asks for, one after the other, as many as are allowed. */
async function look(
  input: AnalysisInput,
  reads: ProposalAnswer['reads'],
  most: number,
): Promise<readonly Observation[]> {
  const observations: Observation[] = [];
  for (const { tool, arguments_json } of reads.slice(0, most)) {
    const args = argumentsFrom(arguments_json);
    const error = 'Its arguments are not the text of a JSON object.';
    observations.push(args ? await input.observe(tool, args) : { tool, arguments: {}, value: null, error });
  }
  return observations;
}

/** The proposal, after as many rounds of reads as it asks for and may have. */
async function propose(
  conversation: Talk,
  input: AnalysisInput,
  fence: Fence,
  limits: Pick<Chosen, 'rounds' | 'readsPerRound'>,
): Promise<{ readonly asked: Asked<ProposalAnswer>; readonly observations: readonly Observation[] }> {
  const observations: Observation[] = [];
  let asked = await conversation.ask(ticketText(input, fence), proposalSchema);
  for (let left = limits.rounds; left > 0; left -= 1) {
    if (asked.result !== 'answered' || asked.value.reads.length === 0) break;
    const found = await look(input, asked.value.reads, limits.readsPerRound);
    observations.push(...found);
    asked = await conversation.ask(observationsText(found, left - 1, fence), proposalSchema);
  }
  return { asked, observations };
}

function nothing(result: ModelResult, why: string, observations: readonly Observation[], costs: Bill): Analysis {
  const summary = `The model has no proposal: ${result}, ${why}.`;
  return noProposal({ analyst: 'anthropic', summary }, { observations, modelUses: [costs.total(result)] });
}

/** Confidence comes second: the plan is fixed, and asked about again. Without a valid number there is none. */
async function scored(
  conversation: Talk,
): Promise<{ readonly confidence: number; readonly result: ModelResult; readonly evidence: readonly string[] }> {
  const asked = await conversation.ask(SCORE_QUESTION, scoreSchema);
  if (asked.result === 'answered') {
    const evidence = asked.value.against.map((sentence) => `against: ${sentence}`);
    return { confidence: asked.value.probability, result: 'answered', evidence };
  }
  const evidence = [`against: the plan was not scored (${asked.result}, ${asked.why}), so its confidence is 0`];
  return { confidence: 0, result: asked.result, evidence };
}

async function analyse(
  client: MessagesClient,
  chosen: Chosen,
  input: AnalysisInput,
  signal: AbortSignal,
): Promise<Analysis> {
  const costs = bill(chosen.model, chosen);
  const nonce = randomBytes(12).toString('hex');
  const fence: Fence = { nonce, clean: (text) => forModel(text, chosen.redact, chosen.maxCharacters) };
  const conversation = talk(client, chosen, systemText(input.catalogue), signal, costs);
  const { asked, observations } = await propose(conversation, input, fence, chosen);
  if (asked.result !== 'answered') return nothing(asked.result, asked.why, observations, costs);
  const { summary, root_cause, hypotheses, evidence, what_would_change_my_mind } = asked.value;
  const plan = planFrom(asked.value);
  if (plan === 'invalid') return nothing('invalid', 'arguments that are no JSON object', observations, costs);
  const told = { analyst: 'anthropic', summary, rootCause: root_cause, hypotheses, observations };
  const whatWouldChangeMyMind = what_would_change_my_mind;
  if (plan === null) {
    return { ...told, plan, confidence: 0, evidence, whatWouldChangeMyMind, modelUses: [costs.total('answered')] };
  }
  const score = await scored(conversation);
  return {
    ...told,
    plan,
    confidence: score.confidence,
    evidence: [...evidence, ...score.evidence],
    whatWouldChangeMyMind,
    modelUses: [costs.total(score.result)],
  };
}

/**
 * A signal that ends with the caller's, or after a time. Not `AbortSignal.any` with `AbortSignal.timeout`: on Node 20 the
 * timeout is collected as garbage while somebody waits for the two together, and never fires.
 */
function within(caller: AbortSignal, deadlineMs: number): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  const giveUp = (): void => controller.abort(caller.reason);
  const late = new Error(`no answer within ${deadlineMs} ms`);
  const timer = setTimeout(() => controller.abort(late), deadlineMs);
  if (caller.aborted) giveUp();
  else caller.addEventListener('abort', giveUp, { once: true });
  const stop = (): void => {
    clearTimeout(timer);
    caller.removeEventListener('abort', giveUp);
  };
  return { signal: controller.signal, stop };
}

/** The host's client, or one from its key. @throws RemitError `invalid_configuration` without either. */
function clientFrom({ client, apiKey, baseURL }: AnthropicAnalystOptions): MessagesClient {
  if (client) return client;
  if (apiKey === undefined && !process.env.ANTHROPIC_API_KEY) {
    throw new RemitError('invalid_configuration', 'There is no key for the model.', {
      nextStep: 'Set the environment variable ANTHROPIC_API_KEY, or give the option apiKey or client.',
    });
  }
  return new Anthropic({ ...(apiKey === undefined ? {} : { apiKey }), ...(baseURL === undefined ? {} : { baseURL }) });
}

/**
 * An analyst that asks a Claude model. It proposes, says what it rests on, and scores the fixed plan in a second
 * question; catalogue, rules and guard judge it like any other proposal. Every end other than an answer (refusal,
 * truncation, overload, an invalid answer, a deadline) is "no proposal" with its name in `modelUses`.
 * @throws RemitError `invalid_configuration` without a key or client, or without a model.
 */
export function anthropicAnalyst(options: AnthropicAnalystOptions): Analyst {
  if (!options.model) {
    throw new RemitError('invalid_configuration', 'No model is named.', {
      nextStep: 'Give the option model, for example claude-sonnet-5-5.',
    });
  }
  const chosen: Chosen = { ...DEFAULTS, ...options };
  const client = clientFrom(options);
  return {
    name: 'anthropic',
    async analyze(input, { signal }) {
      const ends = within(signal, chosen.deadlineMs);
      try {
        return await analyse(client, chosen, input, ends.signal);
      } finally {
        ends.stop();
      }
    },
  };
}
