import { type Arguments, type CallRequest, type LateReply, type Outcome, redeemClearance } from '@remit/core';
import { type Budget, startBudget, within } from './budget.js';
import type { CallParams } from './connection.js';
import { exchange } from './exchange.js';
import type { Line, Reached } from './line.js';
import type { CheckedOptions } from './options.js';
import { type Judging, notSent, outcomeOf, unknown } from './outcomes.js';
import { outputCheckOf } from './outputCheck.js';
import { saidBy } from './sentence.js';
import { splitToolName } from './toolName.js';
import type { Tool } from './tools.js';

/** What a write needs of its executor. */
export interface Writing {
  readonly options: CheckedOptions;
  readonly lines: ReadonlyMap<string, Line>;
  /** One clause when the tool is no longer what the last catalogue showed, or null. */
  changedSince(name: string, tool: Tool): string | null;
  /** Tells whoever listens of an answer that came too late. Never throws. */
  tellLateReply(reply: LateReply): void;
}

interface Prepared {
  readonly reached: Reached;
  /** The arguments as the clearance covers them: with references in the place of secrets. */
  readonly cleared: Arguments;
  readonly params: CallParams;
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
    if (!redeemClearance(clearance, { tool, arguments: prepared.cleared, idempotencyKey })) {
      return notSent('the clearance is forged, was used before, or is for another call');
    }
  } catch (error) {
    return notSent(saidBy(error));
  }
  return send(writing.tellLateReply, request, prepared, budget);
}

// An async function, so that a question that throws at once is heard like one that rejects.
async function askOnce(request: CallRequest): Promise<string | null> {
  return request.refusedNow();
}

/** @throws Error with the reason why the call cannot be sent. */
async function prepare(writing: Writing, request: CallRequest, budget: Budget): Promise<Prepared> {
  const name = splitToolName(request.tool);
  const line = name === null ? undefined : writing.lines.get(name.server);
  if (name === null || line === undefined) throw new Error(`no server has a tool "${request.tool}"`);
  // Copied, so that what the clearance is redeemed for is what is sent, whoever else holds the object.
  const cleared = structuredClone(request.arguments) as Arguments;
  const reached = await line.reach(budget, 'known');
  const tool = reached.tools.get(name.tool);
  if (tool === undefined) throw new Error(`the server "${name.server}" has no tool "${name.tool}"`);
  if (tool.onlyAsTask) throw new Error(`the tool "${request.tool}" runs only as a task, which is not supported`);
  const change = writing.changedSince(request.tool, tool);
  if (change !== null) throw new Error(change);
  const revealed = await within(budget, 'the secrets', request.reveal());
  const _meta = { 'remit/idempotencyKey': request.idempotencyKey, 'remit/remediationId': request.remediationId };
  return {
    reached,
    cleared,
    params: { name: name.tool, arguments: structuredClone(revealed) as Arguments, _meta },
    judging: {
      tool: name.tool,
      outputCheck: outputCheckOf(tool),
      maxOutputBytes: writing.options.maxOutputBytes,
    },
  };
}

async function send(
  tellLateReply: Writing['tellLateReply'],
  { remediationId, tool, idempotencyKey }: CallRequest,
  { reached, params, judging }: Prepared,
  budget: Budget,
): Promise<Outcome> {
  try {
    const reply = await exchange(reached.connection, params, budget, (late) => {
      tellLateReply({ remediationId, tool, idempotencyKey, ...outcomeOf(late, judging) });
    });
    return outcomeOf(reply, judging);
  } catch (error) {
    // Nothing here is known to throw; if it does, the call may be out.
    return unknown(saidBy(error));
  }
}
