import type { Arguments, Json } from '@remit/core';
import type { Budget } from './budget.js';

/** The parameters of one `tools/call`. */
export interface CallParams {
  readonly name: string;
  readonly arguments: Arguments;
  readonly _meta?: Readonly<Record<string, Json>>;
}

/** What came back for one `tools/call`. */
export type Reply =
  /** A result, not looked at yet. */
  | { readonly kind: 'result'; readonly value: unknown }
  /** A JSON-RPC error of the server. */
  | { readonly kind: 'error'; readonly code: number; readonly message: string }
  /** Proven: nothing was handed to the transport. */
  | { readonly kind: 'unsent'; readonly because: string }
  /** It may have been sent, and no answer is known. `because` is a clause that continues "The outcome is unknown:". */
  | { readonly kind: 'lost'; readonly because: string };

/** A `tools/call` under way. */
export interface Sending {
  /** False only while nothing can have reached the server. */
  wasSent(): boolean;
  /** The server's answer, even a late one. Never rejects; may stay pending for as long as the connection stands. */
  readonly answer: Promise<Reply>;
  /** What else is known about a missing answer, or null. */
  remark(): string | null;
}

/** How a `tools/call` is given up. */
export interface Giving {
  /** Aborted when nobody waits any longer; the server is told so. */
  readonly up: AbortSignal;
  /** True to go on listening for a late answer after that. */
  readonly listensOn: boolean;
}

/** An established connection to one server; what a transport has to offer. */
export interface Connection {
  isOpen(): boolean;
  /** Grows whenever the server says that its tools changed. */
  toolsVersion(): number;
  /** One page of `tools/list`. */
  listTools(cursor: string | undefined, budget: Budget): Promise<unknown>;
  /** Puts exactly one `tools/call` on the wire, at once, and never a second one. */
  send(params: CallParams, giving: Giving): Sending;
  close(): Promise<void>;
}

/** Makes a connection. Rejects when that fails, leaving nothing behind; the signal gives up. */
export type Connect = (signal: AbortSignal) => Promise<Connection>;
