/* What is used of DBOS, written down here: its own types are there only once it is installed. */

/** A started workflow. */
interface Handle<Result> {
  getResult(): Promise<Result>;
}

/** The parts of `DBOS` that the measurement uses. */
interface Dbos {
  setConfig(config: Readonly<Record<string, unknown>>): void;
  launch(): Promise<void>;
  shutdown(): Promise<void>;
  registerWorkflow<Args extends unknown[], Result>(
    run: (...args: Args) => Promise<Result>,
    config: { readonly name: string },
  ): (...args: Args) => Promise<Result>;
  runStep<Result>(step: () => Promise<Result>, config: { readonly name: string }): Promise<Result>;
  startWorkflow<Args extends unknown[], Result>(
    workflow: (...args: Args) => Promise<Result>,
    options: { readonly workflowID: string },
  ): (...args: Args) => Promise<Handle<Result>>;
  registerQueue(
    name: string,
    options: { readonly workerConcurrency: number; readonly minPollingIntervalMs: number },
  ): Promise<unknown>;
}

/** A connection that only enqueues. */
interface DbosClient {
  enqueue(
    options: { readonly queueName: string; readonly workflowName: string; readonly workflowID: string },
    ...args: readonly unknown[]
  ): Promise<unknown>;
  destroy(): Promise<void>;
}

/** The module `@dbos-inc/dbos-sdk`. */
export interface DbosSdk {
  readonly DBOS: Dbos;
  readonly DBOSClient: { create(options: { readonly systemDatabaseUrl: string }): Promise<DbosClient> };
}
