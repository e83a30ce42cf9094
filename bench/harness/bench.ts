/** A table for people: a title, a head and rows of text. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a measurement found. */
export interface Findings {
  /** For people. */
  readonly tables: readonly Table[];
  /** For programs: the fields of the JSON line, besides `bench`, `machine` and `seconds`. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Goals that were missed, in words. Any makes the command end with 1. Default: none. */
  readonly missed?: readonly string[];
}

/** One run of a measurement among all, at a size that fits into half an hour with the others. */
export interface PartOfAll {
  /** Its own options. `{data}` stands for the folder of labelled collections that `all` was given. */
  readonly args: readonly string[];
  /** It is stopped after this many minutes. Those of all parts sum to less than half an hour. */
  readonly minutes: number;
}

/** One measurement. Its module exports it as `bench`. */
export interface Bench {
  /** How it takes part in `npm run bench -- all`. */
  readonly all: readonly PartOfAll[];
  /**
   * Measures.
   * @param args what the command line says after the name, without `--json`.
   * @param progress tells whoever waits what is being done; goes to standard error.
   */
  run(args: readonly string[], progress: (says: string) => void): Promise<Findings>;
}
