import type { ToolCatalogue } from '@remit/core';
import { Document, isMap } from 'yaml';

const HEAD = ` A draft. Every tool is critical_write until a person lowers it, and none can be used yet: each needs categories,
 the arguments that hold its targets, the targets it may touch, a read that shows that it worked, and an undo or the
 reason why there is none. Take out what nobody needs. What a tool says of itself is its author's claim, not a fact.`;

/** What a tool says of itself, short enough to be read over. */
const SAID = 300;

function oneLine(words: unknown): string {
  const line = String(words ?? '')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return line.length > SAID ? `${line.slice(0, SAID)}...` : line;
}

interface Described {
  readonly description?: unknown;
  readonly inputSchema?: Readonly<Record<string, unknown>>;
  readonly annotations?: unknown;
}

function actionOf(tool: string, { inputSchema }: Described): object {
  const { $schema: _, ...schema } = inputSchema ?? {};
  return {
    name: tool.slice(tool.indexOf('/') + 1),
    title: tool,
    tool,
    class: 'critical_write',
    family: 'deploy',
    categories: [],
    arguments: { ...schema, type: 'object', additionalProperties: false },
    targets: [],
    allowedTargets: [],
    timeoutMs: 30_000,
    idempotent: false,
    validation: [],
  };
}

/**
 * The tools of servers as the text of a catalogue file. Loading it as it stands is refused, with a list of what a
 * person has to fill in.
 */
export function draftCatalogue({ definitions = {} }: ToolCatalogue): string {
  const tools = Object.entries(definitions).filter(([name]) => !name.endsWith('/*'));
  const document = new Document({
    version: 1,
    actions: tools.map(([name, told]) => actionOf(name, told as Described)),
    runbooks: [],
  });
  document.commentBefore = HEAD;
  tools.forEach(([, told], index) => {
    const { description, annotations } = told as Described;
    const node = document.getIn(['actions', index], true);
    const says = [` says: ${oneLine(description)}`, ` claims: ${oneLine(JSON.stringify(annotations ?? {}))}`];
    if (isMap(node)) node.commentBefore = says.join('\n');
  });
  return document.toString({ lineWidth: 120 });
}
