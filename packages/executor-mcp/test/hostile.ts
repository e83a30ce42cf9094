import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CallRequest, Executor } from '@remit/core';
import { issueClearance } from '../../core/src/domain/safety.js';
import { mcpExecutor, type StdioServer } from '../src/index.js';

/** What the hostile server wrote down. */
export interface Entry {
  call?: string;
  arguments?: unknown;
  _meta?: unknown;
  answered?: string;
  error?: { code: number };
  result?: unknown;
  pid?: number;
  capabilities?: unknown;
}

/** A hostile server with a journal of its own. */
export interface Hostile {
  readonly server: StdioServer;
  entries(): Entry[];
  /** How many tools/call it received, of one tool or of all. */
  calls(tool?: string): number;
  /** The process id of each time it was started. */
  pids(): number[];
}

/** The path of the server's program. */
export const PROGRAM = fileURLToPath(new URL('./hostileServer.mjs', import.meta.url));

/** Describes a hostile server; nothing is started. */
export function hostile(mode = '', more: Partial<StdioServer> = {}): Hostile {
  const journal = join(mkdtempSync(join(tmpdir(), 'remit-mcp-')), 'journal');
  const entries = () => {
    try {
      const lines = readFileSync(journal, 'utf8').split('\n').filter(Boolean);
      return lines.map((line) => JSON.parse(line) as Entry);
    } catch {
      return [];
    }
  };
  return {
    server: { command: process.execPath, args: [PROGRAM, journal], env: { HOSTILE: mode }, ...more },
    entries,
    calls: (tool) => entries().filter(({ call }) => call !== undefined && (tool ?? call) === call).length,
    pids: () => entries().flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
  };
}

let made = 0;
let accepted: Readonly<Record<string, string>> = {};

/** Accepts the tools as an executor shows them now: requests made afterwards carry their pins. */
export async function accept(executor: Executor): Promise<void> {
  const { pins } = await executor.catalogue({ signal: calm });
  accepted = { ...accepted, ...pins };
}

/** Accepts the tools of the hostile server, by way of a process of its own. */
export async function acceptHostile(): Promise<void> {
  const executor = mcpExecutor({ servers: { h: hostile().server } });
  await accept(executor);
  await executor.close();
}

function pinsFor(tool: string): Readonly<Record<string, string>> {
  const names = [tool, `${tool.slice(0, tool.indexOf('/'))}/*`];
  return Object.fromEntries(names.map((name) => [name, accepted[name] ?? 'never accepted']));
}

/** A request with a clearance for exactly this call, of the tool as it was accepted last. */
export function request(tool: string, more: Partial<CallRequest> = {}): CallRequest {
  made += 1;
  const call = {
    tool,
    arguments: more.arguments ?? {},
    pins: more.pins ?? pinsFor(tool),
    idempotencyKey: `key-${made}`,
    remediationId: `rem-${made}`,
  };
  const clearance = issueClearance({ clearanceId: `c-${made}`, tenant: 't', step: 0, direction: 'do', ...call });
  return {
    ...call,
    clearance,
    timeoutMs: 10_000,
    refusedNow: async () => null,
    reveal: async () => ({ arguments: call.arguments, redact: (text) => text }),
    ...more,
  };
}

/** A signal that never fires. */
export const calm: AbortSignal = new AbortController().signal;

/** Waits until something holds, asking often; the test's own time limit ends it otherwise. */
export async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** True while a process runs. One that ended counts as ended even before its new parent has collected it. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    // After the name in parentheses comes the state; Z is a process that ended and was not collected.
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // No /proc on this system, or gone between the two looks: the next look tells.
    return true;
  }
}
