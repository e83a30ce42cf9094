import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { type Lab, startLab } from '../src/lab.js';
import { idempotencyKeyMeta } from '../src/mcp/tool.js';

/** What a tool said: its structured result, or the sentence of its error. */
export interface Reply {
  error: string;
  result: Record<string, unknown>;
}

/** A client that talks to a real MCP server over real stdio. */
export interface Session {
  client: Client;
  pid: number;
  /** Calls a tool and returns what it said, good or bad. */
  reply(tool: string, input: Record<string, unknown>, idempotencyKey?: string): Promise<Reply>;
  /** Calls a tool that has to work. */
  call(tool: string, input: Record<string, unknown>, idempotencyKey?: string): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export async function openSession(lab: Lab): Promise<Session> {
  const client = new Client({ name: 'lab-test', version: '0.0.0' });
  const transport = new StdioClientTransport(lab.mcpServer());
  await client.connect(transport);
  // The client checks results against output schemas it has seen.
  await client.listTools();

  async function reply(tool: string, input: Record<string, unknown>, idempotencyKey?: string): Promise<Reply> {
    const _meta = idempotencyKey === undefined ? {} : { _meta: { [idempotencyKeyMeta]: idempotencyKey } };
    const result = CallToolResultSchema.parse(await client.callTool({ name: tool, arguments: input, ..._meta }));
    const [first] = result.content;
    const text = first?.type === 'text' ? first.text : '';
    return { error: result.isError ? text : '', result: result.structuredContent ?? {} };
  }

  async function call(tool: string, input: Record<string, unknown>, idempotencyKey?: string) {
    const { error, result } = await reply(tool, input, idempotencyKey);
    if (error !== '') throw new Error(`${tool}: ${error}`);
    return result;
  }

  return { client, pid: transport.pid ?? 0, reply, call, close: () => client.close() };
}

/** A lab with an MCP session. */
export async function openLab(): Promise<{ lab: Lab; session: Session; close(): Promise<void> }> {
  const lab = await startLab();
  const session = await openSession(lab);
  const close = async () => {
    await session.close();
    await lab.stop();
  };
  return { lab, session, close };
}

/** Looks again and again until `holds`, for 10 s at most; then fails with what was seen last. */
export async function eventually<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (performance.now() > deadline) throw new Error(`still not so after 10 s: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The effects on record, oldest first. */
export async function readEffects(lab: Lab): Promise<Array<Record<string, unknown>>> {
  const text = await readFile(join(lab.folder, 'effects.jsonl'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** Whether a process runs. One that has ended and that nobody has collected yet does not. */
export function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // Not on Linux, or gone just now: the next look tells.
    return true;
  }
}

/** What the control endpoint says about every system. */
export async function readSystems(lab: Lab): Promise<Array<{ name: string; kind: string; pid: number; port: number }>> {
  const response = await fetch(`${lab.url}/lab/systems`, { headers: { authorization: `Bearer ${lab.token}` } });
  const body = (await response.json()) as { systems: Array<{ name: string; kind: string; pid: number; port: number }> };
  return body.systems;
}
