import {
  isJSONRPCErrorResponse,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
} from '@modelcontextprotocol/sdk/types.js';
import type { Progress } from '@remit/core';
import type { CallParams, Reply } from './connection.js';

/** A `tools/call` that may pass once. */
export interface Pass {
  /** Told right before the message is handed to the wire, under this id. */
  onSent(id: string | number): void;
  /** Told the answer, early or late, or that none can come any more. */
  onReply(reply: Reply): void;
  onProgress(progress: Progress): void;
}

/** Questions of a server that only a person could answer. */
const ASKS_A_PERSON = new Set(['elicitation/create', 'sampling/createMessage']);

interface Waiting {
  readonly pass: Pass;
  readonly token: unknown;
  /** What the server asked for while the call was under way, or null. */
  asked: string | null;
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/**
 * Watches a transport from below the SDK: it lets each admitted `tools/call` through once, so that nothing above can
 * send it again, and hears answers that the SDK has given up on.
 */
export class Watch {
  /** What came in and was no message. */
  unreadable = 0;
  readonly #admitted = new Map<unknown, Pass>();
  readonly #waiting = new Map<string | number, Waiting>();

  /** Lets the next `tools/call` with these very parameters through, once. */
  admit(params: CallParams, pass: Pass): void {
    this.#admitted.set(params, pass);
  }

  /** Stops listening for the answer of a call; one that was not sent yet can no longer be. */
  forget(pass: Pass): void {
    for (const [params, other] of this.#admitted) if (other === pass) this.#admitted.delete(params);
    for (const [id, { pass: other }] of this.#waiting) if (other === pass) this.#waiting.delete(id);
  }

  /** Asked about every message on its way out. @throws Error when it may not pass. */
  letOut(message: JSONRPCMessage): void {
    if (!isJSONRPCRequest(message) || message.method !== 'tools/call') return;
    const pass = this.#admitted.get(message.params);
    this.#admitted.delete(message.params);
    if (pass === undefined) throw new Error('This tools/call was not admitted, or was sent before');
    this.#waiting.set(message.id, { pass, token: message.params?._meta?.progressToken, asked: null });
    pass.onSent(message.id);
  }

  /** Told every message that comes in. */
  hear(message: JSONRPCMessage): void {
    if (isJSONRPCResultResponse(message)) this.#deliver(message.id, { kind: 'result', value: message.result });
    else if (isJSONRPCErrorResponse(message) && message.id !== undefined) {
      const { code, message: words } = message.error;
      this.#deliver(message.id, { kind: 'error', code, message: words });
    } else if (isJSONRPCRequest(message) && ASKS_A_PERSON.has(message.method)) {
      // Which call it belongs to is not said: any that is under way may have needed the answer.
      for (const waiting of this.#waiting.values()) waiting.asked ??= message.method;
    } else if (isJSONRPCNotification(message) && message.method === 'notifications/progress') {
      this.#tellProgress(message.params ?? {});
    }
  }

  /** Ends all that wait: no answer can come any more. */
  giveUpAll(because: string): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { pass } of waiting) pass.onReply({ kind: 'lost', because });
  }

  #deliver(id: string | number, reply: Extract<Reply, { kind: 'result' | 'error' }>): void {
    const waiting = this.#waiting.get(id);
    // Deleted first: a second answer to the same call finds nobody.
    this.#waiting.delete(id);
    if (!waiting) return;
    const { pass, asked } = waiting;
    pass.onReply(asked === null ? reply : { kind: 'asked', method: asked, value: reply });
  }

  #tellProgress({ progressToken, progress, total, message }: Readonly<Record<string, unknown>>): void {
    const made = numberOrNull(progress);
    if (made === null || progressToken === undefined) return;
    for (const { pass, token } of this.#waiting.values()) {
      if (token !== progressToken) continue;
      pass.onProgress({
        progress: made,
        total: numberOrNull(total),
        message: typeof message === 'string' ? message : null,
      });
    }
  }
}
