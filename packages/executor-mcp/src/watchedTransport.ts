import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  isJSONRPCErrorResponse,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
} from '@modelcontextprotocol/sdk/types.js';
import type { CallParams, Reply } from './connection.js';

/** How long the end of a killed child is waited for, in milliseconds. */
const REAPING_MS = 1000;

/** A `tools/call` that may pass once. */
export interface Pass {
  /** Told right before the message is handed to the child's input. */
  onSent(): void;
  /** Told the answer, early or late, or that none can come any more. */
  onReply(reply: Reply): void;
}

/**
 * The SDK's stdio transport, watched from below the SDK: it knows whether a call was really written, hears answers that
 * the SDK has given up on, and lets each admitted `tools/call` through once, so that nothing above can send it again.
 */
export class WatchedTransport extends StdioClientTransport {
  /** Lines of the child that were no messages. */
  unreadable = 0;
  readonly #admitted = new Map<unknown, Pass>();
  readonly #waiting = new Map<string | number, Pass>();
  readonly #ended: Promise<void>;
  #closing: Promise<void> | null = null;

  constructor(parameters: ConstructorParameters<typeof StdioClientTransport>[0]) {
    super(parameters);
    // The SDK calls the handlers that it finds here before its own.
    this.onmessage = (message) => this.#hear(message);
    this.onerror = () => {
      this.unreadable += 1;
    };
    this.#ended = new Promise((resolve) => {
      this.onclose = () => {
        resolve();
        this.#giveUpAll();
      };
    });
  }

  /** Lets the next `tools/call` with these very parameters through, once. */
  admit(params: CallParams, pass: Pass): void {
    this.#admitted.set(params, pass);
  }

  /** Stops listening for the answer of a call; one that was not sent yet can no longer be. */
  forget(pass: Pass): void {
    for (const [params, other] of this.#admitted) if (other === pass) this.#admitted.delete(params);
    for (const [id, other] of this.#waiting) if (other === pass) this.#waiting.delete(id);
  }

  override send(message: JSONRPCMessage): Promise<void> {
    if (isJSONRPCRequest(message) && message.method === 'tools/call') {
      const pass = this.#admitted.get(message.params);
      this.#admitted.delete(message.params);
      if (pass === undefined) return Promise.reject(new Error('This tools/call was not admitted, or was sent before'));
      if (this.pid === null) return Promise.reject(new Error('Not connected'));
      this.#waiting.set(message.id, pass);
      pass.onSent();
    }
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

  #hear(message: JSONRPCMessage): void {
    if (isJSONRPCResultResponse(message)) this.#deliver(message.id, { kind: 'result', value: message.result });
    else if (isJSONRPCErrorResponse(message) && message.id !== undefined) {
      const { code, message: words } = message.error;
      this.#deliver(message.id, { kind: 'error', code, message: words });
    }
  }

  #deliver(id: string | number, reply: Reply): void {
    const pass = this.#waiting.get(id);
    // Deleted first: a second answer to the same call finds nobody.
    this.#waiting.delete(id);
    pass?.onReply(reply);
  }

  #giveUpAll(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const pass of waiting) pass.onReply({ kind: 'lost', because: 'the server process ended before it answered' });
  }
}
