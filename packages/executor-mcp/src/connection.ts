import type { Arguments, Json, Progress } from '@remit/core';
import type { Budget } from './budget.js';

/** The parameters of one `tools/call`. */
export interface CallParams {
  readonly name: string;
  readonly arguments: Arguments;
  readonly _meta?: Readonly<Record<string, Json>>;
}

/** What came back for one `tools/call`. `said` is somebody's own words, neither shortened nor freed of secrets yet. */
export type Reply =
  /** A result, not looked at yet. */
  | { readonly kind: 'result'; readonly value: unknown }
  /** A JSON-RPC error of the server. */
  | { readonly kind: 'error'; readonly code: number; readonly message: string }
  /** The server asked the client for something during the call (`elicitation/create`, ...), and was not given it. */
  | { readonly kind: 'asked'; readonly method: string; readonly value: unknown }
  /** Proven: nothing was handed to the transport. */
  | { readonly kind: 'unsent'; readonly because: string; readonly said?: string }
  /** Proven: the server did not let the call in (HTTP 401: by its definition the request was not applied). */
  | { readonly kind: 'denied'; readonly because: string; readonly said?: string }
  /** It may have been sent, and no answer is known. `because` is a clause that continues "The outcome is unknown:". */
  | { readonly kind: 'lost'; readonly because: string; readonly said?: string };

/** A `tools/call` under way. */
export interface Sending {
  /** False only while nothing can have reached the server. */
  wasSent(): boolean;
  /** The server's answer, even a late one. Never rejects; may stay pending for as long as the connection stands. */
  readonly answer: Promise<Reply>;
  /** What else is known about a missing answer, or null. */
  remark(): string | null;
}

/** How a `tools/call` is watched and given up. */
export interface Giving {
  /** Aborted when nobody waits any longer; the server is told so. */
  readonly up: AbortSignal;
  /** True to go on listening for a late answer after that. */
  readonly listensOn: boolean;
  /** Told how far the tool says it is. Never throws. */
  onProgress(progress: Progress): void;
}

/** One `tools/call` with the tool as it was listed for it. */
export interface ToolCall {
  readonly params: CallParams;
  readonly definition: Readonly<Record<string, Json>>;
}

/** An established connection to one server; what a transport has to offer. */
export interface Connection {
  isOpen(): boolean;
  /** Grows whenever the server says that its tools changed. */
  toolsVersion(): number;
  /** One page of `tools/list`. */
  listTools(cursor: string | undefined, budget: Budget): Promise<unknown>;
  /** Puts exactly one `tools/call` on the wire, at once, and never a second one. */
  send(call: ToolCall, giving: Giving): Sending;
  close(): Promise<void>;
}

/** Makes a connection. Rejects when that fails, leaving nothing behind; the signal gives up. */
export type Connect = (signal: AbortSignal) => Promise<Connection>;
