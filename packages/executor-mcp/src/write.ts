import { type Arguments, type CallRequest, type Outcome, redeemClearance } from '@remit/core';
import { type Budget, startBudget, within } from './budget.js';
import type { CallParams } from './connection.js';
import { exchange } from './exchange.js';
import type { Line, Reached } from './line.js';
import { metaOf } from './meta.js';
import type { CheckedOptions } from './options.js';
import { type Judging, notSent, outcomeOf, unknown } from './outcomes.js';
import { outputCheckOf } from './outputCheck.js';
import { pinsNow } from './pins.js';
import { quote, saidBy, wordsOf } from './sentence.js';
import { splitToolName } from './toolName.js';
import type { Tool } from './tools.js';

/** What a write needs of its executor. */
export interface Writing {
  readonly options: CheckedOptions;
  readonly lines: ReadonlyMap<string, Line>;
}

interface Prepared {
  readonly reached: Reached;
  /** The arguments as the clearance covers them: with references in the place of secrets. */
  readonly cleared: Arguments;
  /** The tool and its set of names as the server lists them on this very connection. */
  readonly pins: Readonly<Record<string, string>>;
  readonly params: CallParams;
  /** The tool as its server describes it. */
  readonly definition: Tool['definition'];
  readonly judging: Judging;
}

/**
 * Carries one effect out: at most one `tools/call`, never retried; never rejects. The budget of `timeoutMs` covers
 * connecting and asking too, so that nothing is sent after intent plus timeout. The last question and the clearance
 * come after connecting, with nothing waited for between the clearance and the wire.
 */
export async function write(writing: Writing, request: CallRequest, signal: AbortSignal): Promise<Outcome> {
  let prepared: Prepared;
  const budget = startBudget({ signal, timeoutMs: request.timeoutMs });
  try {
    if (signal.aborted) return notSent('it was aborted before it began');
    prepared = await prepare(writing, request, budget);
    const refusal = await within(budget, 'the last question before sending', askOnce(request));
    // Anything but null, an empty sentence too, is a no.
    if (refusal !== null) return notSent(String(refusal));
    if (signal.aborted) return notSent('it was aborted');
    if (!prepared.reached.isCurrent()) return notSent('the server ended or changed its tools meanwhile');
    const { tool, clearance, idempotencyKey } = request;
    const { cleared, pins } = prepared;
    if (!redeemClearance(clearance, { tool, arguments: cleared, pins, idempotencyKey })) {
      return notSent('the clearance is forged, was used before, or is for another call or another tool');
    }
  } catch (error) {
    return notSent(saidBy(error));
  }
  return send(request, prepared, budget);
}

// An async function, so that a question that throws at once is heard like one that rejects.
async function askOnce(request: CallRequest): Promise<string | null> {
  return request.refusedNow();
}

/** @throws Error that names the pins which are not the accepted ones. */
function requireAccepted(accepted: CallRequest['pins'], now: Prepared['pins']): void {
  const names = [...new Set([...Object.keys(accepted), ...Object.keys(now)])].sort();
  const changed = names.filter((name) => accepted[name] !== now[name]);
  if (changed.length === 0) return;
  throw new Error(`the tools changed, not as an operator accepted them: ${changed.join(', ')}`);
}

/** How often a list is asked for again, when the server says at once that it changed. */
const LOOKS = 3;

/** The tools as listed now. A server may announce right behind its list that it is another one already. */
async function settled(line: Line, budget: Budget): Promise<Reached> {
  for (let look = 1; ; look += 1) {
    const reached = await line.reach(budget, 'afresh');
    // What came with the list is heard before it is relied upon.
    await new Promise((resolve) => setImmediate(resolve));
    if (reached.isCurrent() || look === LOOKS) return reached;
  }
}

/** @throws Error with the reason why the call cannot be sent. */
async function prepare({ options, lines }: Writing, request: CallRequest, budget: Budget): Promise<Prepared> {
  const name = splitToolName(request.tool);
  const line = name === null ? undefined : lines.get(name.server);
  if (name === null || line === undefined) throw new Error(`no server has a tool "${request.tool}"`);
  // Copied, so that what the clearance is redeemed for is what is sent, whoever else holds the object.
  const cleared = structuredClone(request.arguments) as Arguments;
  const revealed = await within(budget, 'the secrets', request.reveal());
  // Listed for this call alone, after all else that takes time: what somebody else listed before proves nothing now.
  const reached = await settled(line, budget);
  const tool = reached.tools.get(name.tool);
  if (tool === undefined) throw new Error(`the server "${name.server}" has no tool "${name.tool}"`);
  if (tool.onlyAsTask) throw new Error(`the tool "${request.tool}" runs only as a task, which is not supported`);
  const pins = pinsNow(name.server, tool, reached.tools);
  requireAccepted(request.pins, pins);
  return {
    reached,
    cleared,
    pins,
    params: {
      name: name.tool,
      arguments: structuredClone(revealed.arguments) as Arguments,
      _meta: metaOf(request, options),
    },
    definition: tool.definition,
    judging: {
      tool: name.tool,
      outputCheck: outputCheckOf(tool),
      maxOutputBytes: options.maxOutputBytes,
      redact: (text) => revealed.redact(text),
    },
  };
}

async function send(request: CallRequest, prepared: Prepared, budget: Budget): Promise<Outcome> {
  const { reached, params, definition, judging } = prepared;
  try {
    const reply = await exchange(reached.connection, { params, definition }, budget, {
      onLate: (late) => request.onLateReply?.(outcomeOf(late, judging)),
      onProgress: (told) => request.onProgress?.(told),
    });
    return outcomeOf(reply, judging);
  } catch (error) {
    // Nothing here is known to throw; if it does, the call may be out.
    return unknown(quote(judging.redact(wordsOf(error))));
  }
}
