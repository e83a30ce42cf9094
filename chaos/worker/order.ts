import type { ScenarioName } from '../scenarios.js';

/** Where a worker dies or stops: at a boundary by its name, or at the so-manieth it reaches. */
export interface Trap {
  readonly at: string | number;
  readonly signal: 'SIGKILL' | 'SIGSTOP';
}

/** A fault put in on purpose, to see that the harness finds it. */
export type Sabotage =
  /** Intents are not stored. */
  | 'drops_intents'
  /** Tickets are acknowledged and not stored. */
  | 'forgets_tickets'
  /** A call is sent once more after its answer came. */
  | 'sends_twice';

/** What a worker process is told on its command line. */
export interface Order {
  readonly folder: string;
  readonly store: string;
  readonly scenario: ScenarioName;
  /** The program of the tool server. */
  readonly toolServer: string;
  readonly trap: Trap | null;
  /** Whether a worker before it was killed or stopped. */
  readonly takesOver: boolean;
  readonly sabotage: Sabotage | null;
}

/** What a worker says when it is done: the boundaries it passed, in order. */
export interface WorkerReport {
  readonly boundaries: readonly Boundary[];
}

/** A place at which a process can die. */
export interface Boundary {
  readonly name: string;
  /** Something durable, or the world, changes there. */
  readonly changes: boolean;
  /** What it is about, for the report. */
  readonly kind: string;
}

/** The line by which a worker says that it is about to be stopped. */
export const STOPPING = 'stopping';
