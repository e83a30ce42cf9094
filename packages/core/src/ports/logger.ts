/**
 * Where it is told what happens: facts first, then a sentence, as pino and what is compatible with it take them. What
 * throws is ignored.
 */
export interface Logger {
  /** What happens as it should. Default: not told. */
  info?(facts: Readonly<Record<string, unknown>>, message: string): void;
  /** What went wrong inside; nobody outside is told its cause. */
  error(facts: Readonly<Record<string, unknown>>, message: string): void;
}
