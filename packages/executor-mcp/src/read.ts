import type { Arguments, ReadResult } from '@remit/core';
import { type Limits, startBudget } from './budget.js';
import { exchange } from './exchange.js';
import type { Line } from './line.js';
import type { CheckedOptions } from './options.js';
import { outputCheckOf } from './outputCheck.js';
import { readingOf, unread } from './readings.js';
import { saidBy } from './sentence.js';
import { splitToolName } from './toolName.js';

/** A question to the executor's servers. */
export interface Question {
  /** `server/tool`. */
  readonly tool: string;
  readonly arguments: Arguments;
}

/** A read is given no secrets. */
const asItIs = (text: string): string => text;

/** Reads with one `tools/call`; never rejects, and never asks a tool that may change something. */
export async function read(
  options: CheckedOptions,
  lines: ReadonlyMap<string, Line>,
  { tool: fullName, arguments: args }: Question,
  limits: Limits,
): Promise<ReadResult> {
  try {
    const name = splitToolName(fullName);
    const line = name === null ? undefined : lines.get(name.server);
    if (name === null || line === undefined) return unread(`no server has a tool "${fullName}"`);
    const budget = startBudget(limits);
    const { connection, tools } = await line.reach(budget, 'known');
    const tool = tools.get(name.tool);
    if (tool === undefined) return unread(`the server "${name.server}" has no tool "${name.tool}"`);
    if (tool.onlyAsTask) return unread(`the tool "${fullName}" runs only as a task, which is not supported`);
    if (!tool.readOnly && !options.trustedReads.has(fullName)) {
      return unread(`the tool "${fullName}" does not say that it is read-only, so it is not used for reading`);
    }
    const judging = {
      tool: name.tool,
      outputCheck: outputCheckOf(tool),
      maxOutputBytes: options.maxOutputBytes,
      redact: asItIs,
    };
    return readingOf(
      await exchange(connection, { params: { name: name.tool, arguments: args }, definition: tool.definition }, budget),
      judging,
    );
  } catch (error) {
    return unread(saidBy(error));
  }
}
