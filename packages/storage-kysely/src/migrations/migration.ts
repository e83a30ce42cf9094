import type { SqlDifferences } from '../differences.js';

/** One step of the schema. Once published it never changes: its checksum is recorded where it was applied. */
export interface Migration {
  /** Larger than that of the one before. */
  readonly version: number;
  readonly name: string;
  /** The statements, each complete, in order. */
  readonly statements: (differences: SqlDifferences) => readonly string[];
  /** Tables that it makes; none of them may be there before. */
  readonly makes: readonly string[];
}
