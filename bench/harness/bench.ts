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

/** One measurement. Its module exports it as `bench`. */
export interface Bench {
  /**
   * Measures.
   * @param args what the command line says after the name, without `--json`.
   * @param progress tells whoever waits what is being done; goes to standard error.
   */
  run(args: readonly string[], progress: (says: string) => void): Promise<Findings>;
}
