import type { MessagesClient } from './ask.js';

/** US dollars for a million tokens, as the provider publishes them. */
export interface Prices {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** Options of {@link anthropicAnalyst}. */
export interface AnthropicAnalystOptions {
  /** The model's id, for example `claude-sonnet-5-5`. No default: models end, and the log names the one asked. */
  readonly model: string;
  /** A client of `@anthropic-ai/sdk` 1.x, or anything with its `messages.create`. Default: one made from the options below. */
  readonly client?: MessagesClient;
  /** Default: the environment variable `ANTHROPIC_API_KEY`, read by the client. */
  readonly apiKey?: string;
  /** Default: the provider's own address. */
  readonly baseURL?: string;
  /** All questions about one ticket together, retries and reads included, ms. Default 60000. */
  readonly deadlineMs?: number;
  /** One attempt of one question, ms. Default 30000. */
  readonly attemptTimeoutMs?: number;
  /** Attempts after the first one, when the provider is overloaded or does not answer. Default 2. */
  readonly maxRetries?: number;
  /** Tokens of one answer. Default 4096. */
  readonly maxTokens?: number;
  /** Rounds in which the model may ask for reads before it proposes. Default 2; 0 forbids it. */
  readonly rounds?: number;
  /** Reads in one round; what it asks for beyond is not made. Default 5. */
  readonly readsPerRound?: number;
  /** Characters of one untrusted text, and of one read's value; the rest is cut, and the model is told. Default 20000. */
  readonly maxCharacters?: number;
  /**
   * Takes secrets and personal data out of every untrusted text before it leaves the process. It replaces
   * {@link redactSecrets}, the default; call that from yours to have both.
   */
  readonly redact?: (text: string) => string;
  /** Whether the log keeps what was sent, after redaction, besides its hash. Default false. */
  readonly keepSent?: boolean;
  /** Default: no cost is reported. */
  readonly prices?: Prices;
}
