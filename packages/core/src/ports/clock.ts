/** Where time comes from, ms since the epoch. Tests and the demo move it; nothing else reads the system's clock. */
export interface Clock {
  /** The present, ms since the epoch. */
  now(): number;
}
