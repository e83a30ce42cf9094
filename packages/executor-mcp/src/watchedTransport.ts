import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { Watch } from './watch.js';

/** How long the end of a killed child is waited for, in milliseconds. */
const REAPING_MS = 1000;

/** The SDK's stdio transport, watched: it knows whether a call was really written, and lets each through once. */
export class WatchedTransport extends StdioClientTransport {
  readonly watch = new Watch();
  readonly #ended: Promise<void>;
  #closing: Promise<void> | null = null;

  constructor(parameters: ConstructorParameters<typeof StdioClientTransport>[0]) {
    super(parameters);
    // The SDK calls the handlers that it finds here before its own.
    this.onmessage = (message) => this.watch.hear(message);
    this.onerror = () => {
      this.watch.unreadable += 1;
    };
    this.#ended = new Promise((resolve) => {
      this.onclose = () => {
        resolve();
        this.watch.giveUpAll('the server process ended before it answered');
      };
    });
  }

  override async send(message: JSONRPCMessage): Promise<void> {
    if ('method' in message && message.method === 'tools/call' && this.pid === null) throw new Error('Not connected');
    this.watch.letOut(message);
    return super.send(message);
  }

  /** Ends the child: end of input, after 2 s SIGTERM, after 2 s more SIGKILL. Resolves when it is gone. */
  override close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    const wasRunning = this.pid !== null;
    await super.close();
    if (!wasRunning) return;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, REAPING_MS);
    });
    await Promise.race([this.#ended, patience]);
    clearTimeout(timer);
  }
}
