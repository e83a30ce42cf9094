import type { ParseArgsConfig } from 'node:util';

/** What a command was given. */
export interface Given {
  /** Options by name; undefined when left out. */
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  /** What stands behind the command's own words. */
  readonly positionals: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  print(line: string): void;
}

/** One command of `remit`. */
export interface Command {
  /** Its usage and a sentence on what it does. */
  readonly help: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /**
   * Does it. Resolves with the exit code, or with null when it goes on until the process is told to end.
   * @throws RemitError `invalid_configuration` for wrong usage.
   */
  run(given: Given): Promise<number | null>;
}

/** The text of an option, if it was given. */
export function textOf({ values }: Given, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}
