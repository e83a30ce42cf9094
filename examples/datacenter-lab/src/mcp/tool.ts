import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CallToolResult, ToolAnnotations } from '@modelcontextprotocol/sdk/types.js';
import type { z } from 'zod';
import { LabError } from '../labError.js';
import type { Effects } from './effects.js';

/** Key in `_meta` under which a caller hands in its idempotency key. */
export const idempotencyKeyMeta = 'remit/idempotencyKey';

interface ToolShape<In extends z.ZodObject, Out extends z.ZodObject> {
  name: string;
  description: string;
  input: In;
  output: Out;
}

/** A tool that only looks. */
export interface ReadTool<In extends z.ZodObject, Out extends z.ZodObject> extends ToolShape<In, Out> {
  look(input: z.output<In>): Promise<z.output<Out>>;
}

/** A tool that changes something. */
export interface WriteTool<In extends z.ZodObject, Out extends z.ZodObject> extends ToolShape<In, Out> {
  /** Calling it again with the same arguments changes nothing more. */
  idempotent: boolean;
  /** True for what takes something away from users. */
  destructive?: boolean;
  act(input: z.output<In>): Promise<z.output<Out>>;
}

type Handle = (input: unknown, extra: { _meta?: Record<string, unknown> }) => Promise<CallToolResult>;

function register(server: McpServer, shape: ToolShape<z.ZodObject, z.ZodObject>, hints: ToolAnnotations, run: Handle) {
  const { name, description, input, output } = shape;
  const annotations = { ...hints, openWorldHint: false };
  const config = { description, inputSchema: input, outputSchema: output, annotations };
  server.registerTool(name, config, async (given, extra) => {
    try {
      return await run(given, extra as { _meta?: Record<string, unknown> });
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      return { isError: true, content: [{ type: 'text', text: error.message }] };
    }
  });
}

function render(result: Record<string, unknown>): CallToolResult {
  return { structuredContent: result, content: [{ type: 'text', text: JSON.stringify(result) }] };
}

/** Offers a tool that only looks. */
export function registerRead<In extends z.ZodObject, Out extends z.ZodObject>(
  server: McpServer,
  tool: ReadTool<In, Out>,
): void {
  const hints = { readOnlyHint: true, destructiveHint: false, idempotentHint: true };
  register(server, tool, hints, async (input) => render(await tool.look(input as z.output<In>)));
}

/** Offers a tool that changes something: at most once for every idempotency key, and on the record. */
export function registerWrite<In extends z.ZodObject, Out extends z.ZodObject>(
  server: McpServer,
  effects: Effects,
  tool: WriteTool<In, Out>,
): void {
  const { idempotent, destructive = false } = tool;
  const hints = { readOnlyHint: false, destructiveHint: destructive, idempotentHint: idempotent };
  register(server, tool, hints, async (input, { _meta }) => {
    const key = _meta?.[idempotencyKeyMeta];
    if (key !== undefined && (typeof key !== 'string' || key === ''))
      throw new LabError('refused', `${idempotencyKeyMeta} has to be a string that is not empty.`);
    const call = { tool: tool.name, arguments: input as Record<string, unknown>, idempotencyKey: key };
    return render(await effects.carryOut(call, () => tool.act(input as z.output<In>)));
  });
}
