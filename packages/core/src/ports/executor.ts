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
}

/** The answer to a read. */
export type ReadResult = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly error: string };

/** One call that has an effect. */
export interface CallRequest {
  /** The guard's yes for exactly this call; the executor redeems it right before sending. */
  readonly clearance: Clearance;
  readonly tool: string;
  readonly arguments: Arguments;
  readonly idempotencyKey: string;
  readonly remediationId: string;
  readonly timeoutMs: number;
  /** Asked once more right before sending (lease, kill switch): a sentence says why not, null lets it go. */
  refusedNow(): Promise<string | null>;
  /**
   * The arguments to send, with secret values in the place of their references. Asked before the last look; rejecting
   * means that nothing may be sent. The clearance covers `arguments` as they stand here, with the references.
   */
  reveal(): Promise<Arguments>;
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

/** An answer that came after its call had been given up. */
export interface LateReply extends Outcome {
  readonly remediationId: string;
  readonly tool: string;
  readonly idempotencyKey: string;
}

/** Carries actions out and looks at the world. */
export interface Executor {
  /** What the log calls it. */
  readonly name: string;
  /** The tools, read afresh. Rejects when a server cannot be asked. */
  catalogue(options: { readonly signal: AbortSignal }): Promise<ToolCatalogue>;
  /** A read-only call. Never rejects; a tool that is not marked read-only by the host's catalogue is never read. */
  read(
    tool: string,
    args: Arguments,
    options: { readonly signal: AbortSignal; readonly timeoutMs: number },
  ): Promise<ReadResult>;
  /** A call with an effect: at most one request on the wire, never retried. Never rejects. */
  call(request: CallRequest, options: { readonly signal: AbortSignal }): Promise<Outcome>;
  /** Tells of answers that came after their call was given up; optional. They are kept as evidence, never as a success. */
  onLateReply?(listener: (reply: LateReply) => void): void;
  /** Ends connections and child processes. */
  close(): Promise<void>;
}
