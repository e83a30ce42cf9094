import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * The tests of packages/http with prism's proxy before every handler: test -> prism -> relay -> the handler in the
 * test's own process. Prism compares every request and every answer with the document; the tests write down what it
 * says (`packages/http/test/throughPrism.ts`).
 */

/** What came of the tests behind prism. */
export interface PrismReport {
  readonly testsPassed: number;
  readonly testsFailed: number;
  /** Requests that went through prism. */
  readonly through: number;
  /** Answers that are not as the document says, and requests that it forbids and the handler took. */
  readonly violations: readonly string[];
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const ROOT = here('../../');

/** The header that says at which port of this machine the handler waits. */
export const UPSTREAM = 'x-test-upstream';

/** Hands each request on to the port that it names. */
function relay(req: IncomingMessage, res: ServerResponse): void {
  const port = Number(req.headers[UPSTREAM]);
  const { [UPSTREAM]: _, ...headers } = req.headers;
  const onward = request(
    { host: '127.0.0.1', port, method: req.method, path: req.url, headers, agent: false },
    (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    },
  );
  onward.on('error', () => res.destroy());
  req.pipe(onward);
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A port that nobody listened on a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts prism itself, not a shell around it, so that ending it ends it. */
async function startPrism(
  upstream: number,
  progress: (says: string) => void,
): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const port = await freePort();
  const args = [
    'proxy',
    here('../../docs/openapi.json'),
    `http://127.0.0.1:${upstream}/api/v1`,
    '--port',
    String(port),
  ];
  const child = spawn(
    process.execPath,
    [here('node_modules/.bin/prism'), ...args, '--host', '127.0.0.1', '--cors=false'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_UPDATE_NOTIFIER: '1', SCARF_ANALYTICS: 'false' },
    },
  );
  process.once('exit', () => child.kill());
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`prism does not listen: ${said}`)), 60_000);
    const hear = (chunk: Buffer): void => {
      said += chunk;
      if (!/Prism is listening/.test(said)) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => {
      progress(`prism ended: ${said.slice(-2_000)}`);
      reject(new Error('prism ended'));
    });
  });
  return { url: `http://127.0.0.1:${port}`, child };
}

/** Runs the tests of the API; resolves with what they said last. */
function runTests(env: NodeJS.ProcessEnv, progress: (says: string) => void): Promise<string> {
  const args = ['run', 'packages/http/test', '--reporter=dot', '--reporter=./test/countReporter.ts'];
  const child = spawn(process.execPath, [join(ROOT, 'node_modules/vitest/vitest.mjs'), ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk;
    });
  }
  return new Promise((resolve) => {
    child.once('close', (code) => {
      if (code !== 0) progress(said);
      resolve(said);
    });
  });
}

/** Runs the tests behind prism. */
export async function testsThroughPrism(progress: (says: string) => void): Promise<PrismReport> {
  const folder = await mkdtemp(join(tmpdir(), 'remit-prism-'));
  const upstream = createServer(relay);
  const prism = await startPrism(await listening(upstream), progress);
  try {
    const file = join(folder, 'said.jsonl');
    progress('running the tests of the API behind prism');
    const said = await runTests({ REMIT_PRISM: prism.url, REMIT_PRISM_SAYS: file }, progress);
    const [, passed = '0', failed = '0'] = /(\d+) passed, (\d+) failed, \d+ skipped/.exec(said) ?? [];
    const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
    const told = lines.map((line) => JSON.parse(line) as { readonly violation: string | null });
    const violations = [...new Set(told.flatMap(({ violation }) => violation ?? []))];
    return { testsPassed: Number(passed), testsFailed: Number(failed), through: told.length, violations };
  } finally {
    prism.child.kill();
    upstream.close();
    upstream.closeAllConnections();
    await rm(folder, { recursive: true });
  }
}
