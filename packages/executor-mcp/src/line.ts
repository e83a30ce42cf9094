import { type Budget, within } from './budget.js';
import type { Connect, Connection } from './connection.js';
import { saidBy } from './sentence.js';
import { listTools, type Tool } from './tools.js';

/** A connected server and the tools it had when last asked. */
export interface Reached {
  readonly connection: Connection;
  readonly tools: ReadonlyMap<string, Tool>;
  /** False as soon as the connection is gone or the server said that its tools changed. */
  isCurrent(): boolean;
}

/** The way to one server: connected at first use, and again at the next use after it died. */
export interface Line {
  readonly name: string;
  /**
   * Connects where needed and knows the tools: `known` as last listed, `afresh` as listed now.
   * @throws Error with one sentence when the server cannot be asked.
   */
  reach(budget: Budget, tools: 'known' | 'afresh'): Promise<Reached>;
  isConnected(): boolean;
  /** How often a connection had to be made again because the one before had ended. */
  restarts(): number;
  /** Ends it for good. */
  close(): Promise<void>;
}

/** Makes the way to one server; nothing is connected yet. */
export function openLine(name: string, connect: Connect, maxTools: number): Line {
  const ending = new AbortController();
  let current: Connection | null = null;
  let connecting: Promise<Connection> | null = null;
  let known: Reached | null = null;
  let restarts = 0;

  async function dial(): Promise<Connection> {
    const before = current;
    // The process before may still be on its way out: two of one server never run side by side.
    await before?.close();
    current = await connect(ending.signal);
    if (before !== null) restarts += 1;
    if (!ending.signal.aborted) return current;
    await current.close();
    throw new Error('the executor is closed');
  }

  function connected(): Promise<Connection> {
    if (ending.signal.aborted) return Promise.reject(new Error('the executor is closed'));
    if (connecting !== null) return connecting;
    if (current?.isOpen()) return Promise.resolve(current);
    const dialling = dial().finally(() => {
      connecting = null;
    });
    connecting = dialling;
    return dialling;
  }

  async function list(connection: Connection, budget: Budget): Promise<Reached> {
    const version = connection.toolsVersion();
    const tools = await listTools(connection, budget, maxTools);
    const isCurrent = () => connection.isOpen() && connection.toolsVersion() === version;
    // Each answer is a value of its own: what one caller compares, nobody else's question can change.
    const reached: Reached = { connection, tools, isCurrent };
    known = reached;
    return reached;
  }

  async function reach(budget: Budget, wanted: 'known' | 'afresh'): Promise<Reached> {
    const wasOpen = current?.isOpen() ?? false;
    const connection = wasOpen && current !== null ? current : await within(budget, 'connecting', connected());
    if (ending.signal.aborted) throw new Error('the executor is closed');
    if (wanted === 'known' && known?.connection === connection && known.isCurrent()) return known;
    try {
      return await list(connection, budget);
    } catch (error) {
      // A server that had ended without our noticing. Listing has no effect, so it may be asked once more, anew.
      if (!wasOpen || connection.isOpen()) throw error;
      return list(await within(budget, 'connecting', connected()), budget);
    }
  }

  return {
    name,
    reach: (budget, wanted) =>
      reach(budget, wanted).catch((cause: unknown) => {
        throw new Error(`The server "${name}" cannot be asked: ${saidBy(cause)}.`, { cause });
      }),
    isConnected: () => current?.isOpen() ?? false,
    restarts: () => restarts,
    close: async () => {
      ending.abort(new Error('the executor is closed'));
      await connecting?.catch(() => {});
      await current?.close();
    },
  };
}
