import type { Arguments } from '../domain/action.js';
import type { Json } from '../domain/canonical.js';
import type { OutcomeKind } from '../domain/remediation.js';
import type { Clearance } from '../domain/safety.js';

/** What the tools are right now, as the executor's servers describe them. */
export interface ToolCatalogue {
  /** SHA-256 of the canonical definition of each tool, by the name the catalogue uses (`server/tool`). */
  readonly pins: Readonly<Record<string, string>>;
  /** Class hints of the tools themselves; they may only raise a class. */
  readonly readOnly: Readonly<Record<string, boolean>>;
  /** What each pin is the hash of, where the executor can show it: it lets an operator see what changed. */
  readonly definitions?: Readonly<Record<string, Json>>;
  /** Servers that could not be asked, by name, each with one sentence on why; their tools have no pins here. */
  readonly unreachable?: Readonly<Record<string, string>>;
}

/** The answer to a read. */
export type ReadResult = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly error: string };

/** One call that has an effect. */
export interface CallRequest {
  /** The guard's yes for exactly this call; the executor redeems it right before sending. */
  readonly clearance: Clearance;
  readonly tool: string;
  readonly arguments: Arguments;
  /**
   * The accepted pins of the tool and, where its server pins one, of its set of names (`server/*`). The clearance
   * covers them. The executor compares them with the tools as listed right before sending, on that very connection.
   */
  readonly pins: Readonly<Record<string, string>>;
  readonly idempotencyKey: string;
  readonly remediationId: string;
  readonly timeoutMs: number;
  /** Asked once more right before sending (lease, kill switch): a sentence says why not, null lets it go. */
  refusedNow(): Promise<string | null>;
  /**
   * The arguments to send, with secret values in the place of their references. Asked before the last look; rejecting
   * means that nothing may be sent. The clearance covers `arguments` as they stand here, with the references.
   */
  reveal(): Promise<RevealedCall>;
  /** Told how far the tool says it is, for as long as the call is waited for. */
  onProgress?(progress: Progress): void;
  /**
   * Told, once at most, the answer that came after the call was given up. It is kept as evidence, never as a success.
   */
  onLateReply?(outcome: Outcome): void;
}

/** The arguments as they go out. */
export interface RevealedCall {
  readonly arguments: Arguments;
  /** Takes the revealed values out of a text. Asked before a server's words are shortened or told to anybody. */
  redact(text: string): string;
}

/** How far a tool says it is; numbers as the tool counts them. */
export interface Progress {
  readonly progress: number;
  /** Null when the tool does not know. */
  readonly total: number | null;
  readonly message: string | null;
}

/** What came of a call. */
export interface Outcome {
  /**
   * `committed`: the tool said that it did it. `failed`: proven not executed (nothing was sent, or the tool refused it).
   * `unknown`: everything else: timeout, abort, lost reply, a broken connection.
   */
  readonly outcome: OutcomeKind;
  /** One sentence. */
  readonly detail: string;
  /** What the tool answered, or null. */
  readonly result: Json;
  /** With `failed`: nothing was put on the wire. Such a call says nothing about whether the action works. */
  readonly neverSent?: boolean;
}

/** Carries actions out and looks at the world. */
export interface Executor {
  /** What the log calls it. */
  readonly name: string;
  /**
   * The tools, read afresh; given `tools`, only servers that these belong to need to be asked. A server that cannot be
   * asked is named in `unreachable` and does not keep the others from being told. May reject when nothing can be asked.
   */
  catalogue(options: { readonly signal: AbortSignal; readonly tools?: readonly string[] }): Promise<ToolCatalogue>;
  /** A read-only call. Never rejects; a tool that is not marked read-only by the host's catalogue is never read. */
  read(
    tool: string,
    args: Arguments,
    options: { readonly signal: AbortSignal; readonly timeoutMs: number },
  ): Promise<ReadResult>;
  /** A call with an effect: at most one request on the wire, never retried. Never rejects. */
  call(request: CallRequest, options: { readonly signal: AbortSignal }): Promise<Outcome>;
  /** Ends connections and child processes. */
  close(): Promise<void>;
}
