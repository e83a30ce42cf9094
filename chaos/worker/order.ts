import type { ScenarioName } from '../scenarios.js';
import type { StoreName } from '../store.js';

/** Where something is struck: at a boundary by its name, or at the so-manieth that a worker reaches. */
export interface Trap {
  readonly at: string | number;
  /** What happens to the worker there. */
  readonly signal: 'SIGKILL' | 'SIGSTOP' | 'none';
  /** Whether the database is killed there as well, before the worker. */
  readonly database: boolean;
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
  readonly store: StoreName;
  readonly scenario: ScenarioName;
  /** The program of the tool server. */
  readonly toolServer: string;
  /** Whichever worker comes there first is struck. */
  readonly trap: Trap | null;
  /** The so-manieth boundary after the first strike at which the one that goes on dies too; null: it lives. */
  readonly again: number | null;
  /** `acts`: plays the clients and people too. `stands_by`: only works, until it is told that it is the survivor. */
  readonly role: 'acts' | 'stands_by';
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
/** The line by which a worker asks for the database to be killed; it waits until that is done. */
export const KILL_DATABASE = 'kill the database';
/** The file that says that the database was killed. */
export const DATABASE_KILLED = 'database-killed';
/** The file that belongs to whoever came to the trap first. */
export const SPRUNG = 'sprung';
/** The file that names the worker that goes on: its process id. */
export const SURVIVOR = 'survivor';
/** The line by which a worker says that it takes work. */
export const AT_WORK = 'at work';
