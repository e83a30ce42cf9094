/* What the racing processes and the test that starts them agree on. */

/** What came of one process's part. */
export interface Raced {
  readonly submitted: readonly string[];
  readonly claimed: readonly string[];
  readonly opened: readonly string[];
  readonly runs: readonly string[];
  readonly appended: readonly number[];
  readonly reserved: readonly string[];
  readonly taken: readonly string[];
  readonly adopted: readonly string[];
  readonly pinned: readonly boolean[];
  readonly policies: readonly string[];
}

/** Rounds of each kind. */
export const ROUNDS = 6;
/** Keys that lock takers want three of, each in an order of its own. */
export const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];
export const TENANT = 'acme';
