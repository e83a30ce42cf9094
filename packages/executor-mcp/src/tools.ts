import { type Json, jsonFault } from '@remit/core';
import { z } from 'zod';
import { type Budget, within } from './budget.js';
import type { Connection } from './connection.js';
import { lookAlikes } from './lookAlikes.js';
import { quote } from './sentence.js';

const toolSchema = z.looseObject({
  // '*' would be taken for the pin of the whole set.
  name: z
    .string()
    .min(1)
    .refine((name) => name !== '*', 'a tool may not be called "*"'),
  inputSchema: z.looseObject({}),
  outputSchema: z.looseObject({}).nullish(),
  annotations: z.looseObject({ readOnlyHint: z.boolean().nullish() }).nullish(),
  execution: z.looseObject({ taskSupport: z.string().nullish() }).nullish(),
});
const pageSchema = z.looseObject({ tools: z.array(z.unknown()), nextCursor: z.string().nullish() });

/** A tool as its server describes it. */
export interface Tool {
  readonly name: string;
  /** It says of itself that it changes nothing. */
  readonly readOnly: boolean;
  /** It can only be run as a task, which an executor of single calls cannot do. */
  readonly onlyAsTask: boolean;
  readonly outputSchema: object | null;
  /** The definition word for word, for its pin. */
  readonly definition: Readonly<Record<string, Json>>;
}

/** The largest definition of one tool. */
const DEFINITION_LIMITS = { depth: 64, characters: 262_144 };

/** More pages than any honest server has: a list without an end must end. */
const MOST_PAGES = 100;

function faultIn(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? 'it is malformed' : `at "${issue.path.join('.')}": ${issue.message}`;
}

function parseTool(raw: unknown): Tool {
  const unusable = jsonFault(raw, DEFINITION_LIMITS);
  if (unusable !== null) throw new Error(`a tool in its list cannot be used: ${unusable}`);
  const parsed = toolSchema.safeParse(raw);
  if (!parsed.success) throw new Error(`a tool in its list cannot be read (${faultIn(parsed.error)})`);
  const { name, annotations, execution, outputSchema } = parsed.data;
  return {
    name,
    readOnly: annotations?.readOnlyHint === true,
    onlyAsTask: execution?.taskSupport === 'required',
    outputSchema: outputSchema ?? null,
    // The raw one: a parser may drop what it does not know, and a pin has to cover every word.
    definition: raw as Readonly<Record<string, Json>>,
  };
}

/** Asks for all pages of a server's tools. @throws Error when it does not answer, or answers what cannot be trusted. */
export async function listTools(
  connection: Connection,
  budget: Budget,
  maxTools: number,
): Promise<ReadonlyMap<string, Tool>> {
  const tools = new Map<string, Tool>();
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = pageSchema.safeParse(
      await within(budget, 'listing its tools', connection.listTools(cursor, budget)),
    );
    if (!answer.success) throw new Error(`its list of tools cannot be read (${faultIn(answer.error)})`);
    if (tools.size + answer.data.tools.length > maxTools) {
      throw new Error(`it lists more than ${maxTools} tools, which is too many to be looked over by anybody`);
    }
    for (const raw of answer.data.tools) {
      const tool = parseTool(raw);
      // Which of the two would a call reach? Pinning one would hide the other.
      if (tools.has(tool.name)) throw new Error(`it lists the tool "${tool.name}" twice`);
      tools.set(tool.name, tool);
    }
    const alike = lookAlikes([...tools.keys()]);
    if (alike !== null) throw new Error(`it lists two tools that look alike: ${alike.map(quote).join(' and ')}`);
    if (typeof answer.data.nextCursor !== 'string') return tools;
    cursor = answer.data.nextCursor;
  }
  throw new Error(`its list of tools has more than ${MOST_PAGES} pages`);
}
