import type { Arguments } from '../domain/action.js';
import { hashOf, type Json } from '../domain/canonical.js';
import { redeemClearance } from '../domain/safety.js';
import { messageOf } from '../errors.js';
import type { CallRequest, Executor, Outcome, Progress, ReadResult } from '../ports/executor.js';

/** What a function is told besides its arguments. */
export interface FunctionCall {
  /** Null for a read. The same for every sending of one step: what a function that dedupes goes by. */
  readonly idempotencyKey: string | null;
  /** Aborted when nobody waits any longer; the outcome is then unknown, whatever the function still does. */
  readonly signal: AbortSignal;
  /** Tells how far it is. */
  progress(told: Progress): void;
}

/** A tool that is a function of the host. */
export interface FunctionTool {
  /** It changes nothing: it may be read, and never needs a clearance. Default false. */
  readonly readOnly?: boolean;
  /** What it does, for people; its pin covers it. */
  readonly description?: string;
  /** Its pin covers it: a new version is a new tool, which an operator accepts. */
  readonly version?: string;
  /** What else its pin covers and an operator is shown; nothing by default. */
  readonly details?: Readonly<Record<string, Json>>;
  /** Does it, and answers. Throwing {@link NotExecuted} proves that nothing was done; anything else proves nothing. */
  run(args: Arguments, call: FunctionCall): Json | Promise<Json>;
}

/** What a function throws to say that it did nothing: the outcome is `failed`, not unknown. */
export class NotExecuted extends Error {
  override readonly name = 'NotExecuted';

  /** @param neverSent it did not even get out, so the attempt says nothing of whether the action works. */
  constructor(
    message: string,
    readonly neverSent: boolean = false,
  ) {
    super(message);
  }
}

/** Options of {@link functionExecutor}. */
export interface FunctionExecutorOptions {
  /** What the log calls it; `functions` by default. */
  readonly name?: string;
  /** The tools by the name that the catalogue uses. Looked at anew for every call. */
  readonly tools: Readonly<Record<string, FunctionTool>>;
}

const failed = (because: string): Outcome => ({ outcome: 'failed', detail: because, result: null });
const notSent = (because: string): Outcome => ({ ...failed(`not sent: ${because}`), neverSent: true });
const unknown = (because: string): Outcome => ({ outcome: 'unknown', detail: because, result: null });

/** What came of the work: its value, or why there is none yet. */
type Came =
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'threw'; readonly error: unknown }
  | { readonly kind: 'given_up'; readonly because: string };

/** Waits for work until the time is over or it is aborted; the work is told, and may still go on. */
async function waitFor(
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
  work: (signal: AbortSignal) => Json | Promise<Json>,
): Promise<{ readonly came: Came; readonly rest: Promise<Came> }> {
  const up = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  const givenUp = new Promise<Came>((resolve) => {
    const giveUp = (because: string) => {
      resolve({ kind: 'given_up', because });
      up.abort(new Error(because));
    };
    timer = setTimeout(() => giveUp('no answer in time (timeout)'), timeoutMs);
    onAbort = () => giveUp('it was aborted before it answered');
    signal.addEventListener('abort', onAbort, { once: true });
  });
  // An async function, so that one that throws at once is heard like one that rejects.
  const rest = (async () => work(up.signal))().then(
    (value): Came => ({ kind: 'value', value }),
    (error: unknown): Came => ({ kind: 'threw', error }),
  );
  const came = await Promise.race([rest, givenUp]);
  clearTimeout(timer);
  signal.removeEventListener('abort', onAbort);
  return { came, rest };
}

function outcomeOfError(error: unknown, says: string): Outcome {
  if (!(error instanceof NotExecuted)) return unknown(says);
  return error.neverSent ? notSent(says) : failed(says);
}

function outcomeOf(came: Came, redact: (text: string) => string): Outcome {
  switch (came.kind) {
    case 'value':
      return { outcome: 'committed', detail: 'done', result: came.value ?? null };
    case 'threw':
      return outcomeOfError(came.error, redact(messageOf(came.error)));
    case 'given_up':
      return unknown(came.because);
    default:
      return came satisfies never;
  }
}

/**
 * An executor whose tools are plain functions, for hosts that have no MCP. It redeems clearances, compares pins and asks
 * the last question like any other, and calls a function once at most for each call.
 */
export function functionExecutor({ name = 'functions', tools }: FunctionExecutorOptions): Executor {
  let closed = false;
  const find = (tool: string): FunctionTool | undefined => (Object.hasOwn(tools, tool) ? tools[tool] : undefined);
  const definitionsNow = (): Readonly<Record<string, Json>> =>
    Object.fromEntries(
      Object.entries(tools).map(([tool, { description = '', version = '', readOnly = false, details }]) => [
        tool,
        { name: tool, description, version, readOnly, ...(details === undefined ? {} : { details }) },
      ]),
    );
  const pinsNow = () =>
    Object.fromEntries(Object.entries(definitionsNow()).map(([tool, definition]) => [tool, hashOf(definition)]));

  /** Null when it may be sent; otherwise why not. With nothing waited for after the clearance is redeemed. */
  async function refusal(request: CallRequest, signal: AbortSignal): Promise<string | null> {
    const { clearance, tool, arguments: args, idempotencyKey } = request;
    const refused = await request.refusedNow();
    // Anything but null, an empty sentence too, is a no.
    if (refused !== null) return refused;
    if (signal.aborted) return 'it was aborted';
    if (closed) return 'the executor is closed';
    return redeemClearance(clearance, { tool, arguments: args, idempotencyKey, pins: pinsNow() })
      ? null
      : 'the clearance is not good for this call, or the tool is not the accepted one';
  }

  async function call(request: CallRequest, signal: AbortSignal): Promise<Outcome> {
    const { tool: wanted, idempotencyKey, timeoutMs } = request;
    if (signal.aborted) return notSent('it was aborted');
    if (!find(wanted)) return notSent(`there is no tool ${wanted}`);
    const revealed = await request.reveal();
    const refused = await refusal(request, signal);
    const tool = find(wanted);
    if (refused !== null || !tool) return notSent(refused ?? 'the tool is gone');
    const { came, rest } = await waitFor({ timeoutMs, signal }, (up) =>
      tool.run(revealed.arguments, { idempotencyKey, signal: up, progress: (told) => request.onProgress?.(told) }),
    );
    if (came.kind === 'given_up') void rest.then((late) => request.onLateReply?.(outcomeOf(late, revealed.redact)));
    return outcomeOf(came, revealed.redact);
  }

  async function read(wanted: string, args: Arguments, limits: Parameters<Executor['read']>[2]): Promise<ReadResult> {
    const tool = find(wanted);
    if (closed || !tool?.readOnly) return { ok: false, error: `${wanted} is not a read-only tool.` };
    const silent = { idempotencyKey: null, progress: () => {} };
    const { came } = await waitFor(limits, (signal) => tool.run(args, { ...silent, signal }));
    if (came.kind === 'value') return { ok: true, value: came.value ?? null };
    return { ok: false, error: came.kind === 'threw' ? messageOf(came.error) : came.because };
  }

  return {
    name,
    async catalogue() {
      const readOnly = Object.fromEntries(
        Object.entries(tools).map(([tool, { readOnly: isRead = false }]) => [tool, isRead]),
      );
      return { pins: pinsNow(), readOnly, definitions: definitionsNow() };
    },
    read,
    async call(request, { signal }) {
      try {
        return await call(request, signal);
      } catch (error) {
        // Only what comes before the function is called can throw here.
        return notSent(messageOf(error));
      }
    },
    async close() {
      closed = true;
    },
  };
}
