import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { type Ask, requests } from '../../packages/http/test/schemaArbitrary.js';

/* Requests made of the API's own description, sent to `remit serve` in a process of its own. */

/** What came of the requests. */
export interface RandomReport {
  readonly requests: number;
  /** How many answers had each status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  /** Resident memory of the server after each tenth of the requests. */
  readonly rssMiB: readonly number[];
  readonly faults: readonly string[];
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Longer than any answer may take, ms. */
const HANGS_AFTER_MS = 30_000;
/** Requests at a time. */
const AT_ONCE = 8;
/** The last tenth may have this much more memory than the one in which everything had been used once. */
const GROWTH = 1.25;

const TOKEN = 'token-of-the-requests-at-random';
const CONFIG = `export default {
  catalogue: { actions: [], runbooks: [] },
  servers: {},
  holders: [{ token: '${TOKEN}', principal: { id: 'mallory', tenant: 'acme', scopes: [
    'tickets:read', 'tickets:write', 'tickets:opt_in', 'feedback:write', 'stats:read', 'remediation:approve',
    'policy:write', 'halt'] } }],
};
`;

interface Server {
  readonly api: string;
  readonly child: ChildProcess;
  readonly rssMiB: () => Promise<number>;
}

async function startServer(folder: string): Promise<Server> {
  const config = join(folder, 'config.mjs');
  await writeFile(config, CONFIG);
  const args = ['--conditions=@remit/source', '--import', 'tsx', 'packages/cli/src/main.ts', 'serve'];
  const options = ['--store', `sqlite:${join(folder, 'remit.sqlite')}`, '--port', '0', '--config', config];
  const child = spawn(process.execPath, [...args, ...options], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill());
  const api = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
      const [, url] = /^API +(\S+)$/m.exec(said) ?? [];
      if (url) resolve(url);
    });
    child.once('exit', () => reject(new Error(`The server ended: ${said}`)));
  });
  const rssMiB = async (): Promise<number> => {
    const [, kiB = '0'] = /^VmRSS:\s+(\d+)/m.exec(await readFile(`/proc/${child.pid}/status`, 'utf8')) ?? [];
    return Math.round(Number(kiB) / 1024);
  };
  return { api, child, rssMiB };
}

/** Whether a connection that had been idle was closed just as it was used again: nothing was answered, nothing hangs. */
function wasIdleTooLong(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause as { readonly code?: unknown } | undefined) : undefined;
  return cause?.code === 'UND_ERR_SOCKET' || cause?.code === 'ECONNRESET';
}

/** Sends one request; answers its status, or what is wrong with the answer. */
async function send(api: string, ask: Ask, isAgain = false): Promise<number | string> {
  const { method, path, headers, body } = ask;
  const about = `${method} ${path} ${body ?? ''}`;
  try {
    const response = await fetch(api + path, {
      method,
      headers: {
        ...headers,
        authorization: `Bearer ${TOKEN}`,
        ...(body === null ? {} : { 'content-type': 'application/json' }),
      },
      body,
      signal: AbortSignal.timeout(HANGS_AFTER_MS),
    });
    const text = await response.text();
    if (response.status >= 500) return `${response.status} to ${about}: ${text}`;
    if (/node_modules|\.ts:\d+|\bat \w+ \(/.test(text) && !about.includes('at '))
      return `tells of its inside to ${about}`;
    return response.status;
  } catch (error) {
    if (!isAgain && wasIdleTooLong(error)) return send(api, ask, true);
    const cause = error instanceof Error ? String(error.cause ?? '') : '';
    return `no answer to ${about}: ${String(error)} ${cause}`;
  }
}

/** Sends so many requests and watches statuses, time and memory. */
export async function randomRequests({
  count,
  seed,
  progress,
}: {
  readonly count: number;
  readonly seed: number;
  readonly progress: (says: string) => void;
}): Promise<RandomReport> {
  const folder = await mkdtemp(join(tmpdir(), 'remit-random-'));
  const server = await startServer(folder);
  const asks = fc.sample(requests, { numRuns: count, seed });
  const statuses: Record<string, number> = {};
  const faults: string[] = [];
  const rssMiB: number[] = [];
  let slowestMs = 0;
  try {
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const part = asks.slice(Math.floor((tenth * count) / 10), Math.floor(((tenth + 1) * count) / 10));
      const sender = async (): Promise<void> => {
        for (let ask = part.pop(); ask; ask = part.pop()) {
          const startedAt = performance.now();
          const said = await send(server.api, ask);
          slowestMs = Math.max(slowestMs, performance.now() - startedAt);
          if (typeof said === 'string') faults.push(said);
          else statuses[said] = (statuses[said] ?? 0) + 1;
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, sender));
      rssMiB.push(await server.rssMiB());
      progress(`${Math.floor(((tenth + 1) * count) / 10)} requests at random, RSS ${rssMiB.at(-1)} MiB`);
    }
    const [early = 0, late = 0] = [rssMiB[4], rssMiB[9]];
    if (late > early * GROWTH) faults.push(`memory grew from ${early} to ${late} MiB in the second half`);
    return { requests: count, statuses, slowestMs: Math.round(slowestMs), rssMiB, faults };
  } finally {
    server.child.kill();
    await rm(folder, { recursive: true, force: true });
  }
}
