/** What one run of a contender left in the database, per remediation. */
export interface Traces {
  /** Transactions that the database committed. */
  readonly transactions: number;
  /** Rows inserted, updated and deleted. */
  readonly rows: number;
  /** Bytes written to the log that makes commits durable. */
  readonly walBytes: number;
}

/** Something that carries out runs of five steps with two processes. */
export interface Contender {
  /** As in the tables: `remit-postgres`. */
  readonly name: string;
  /** What the tables say of it. */
  readonly says: string;
  /** Makes runs that wait, and workers that are ready. */
  prepare(count: number): Promise<void>;
  /** Lets the workers begin. */
  begin(): Promise<void>;
  /** How many of the prepared runs are done, as the database tells. */
  done(): Promise<number>;
  /** Processor time that the workers have used since they started, together, ms. */
  workersMs(): Promise<number>;
  /** Ends the workers, and throws unless all was done as it should. */
  finish(): Promise<void>;
  /** Figures of the database since it was made; null where it keeps none. */
  traces(): Promise<Traces | null>;
  /** Lets go of everything. */
  close(): Promise<void>;
}

/** What all contenders share. */
export interface Conditions {
  readonly processes: number;
  /** Runs at the same time in each process. */
  readonly concurrency: number;
  /** Connections of each process. */
  readonly poolSize: number;
}
