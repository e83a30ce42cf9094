import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { LabError, type LabErrorCode } from '../labError.js';
import { awaitService } from '../systems/service.js';
import type { Estate } from './estate.js';
import { injectFault } from './faults.js';
import { useSystem } from './probes.js';

const answerWithinMs = 10_000;
const statusOf: Record<LabErrorCode, number> = { unknown_name: 404, refused: 409, unreachable: 502 };

type Route = [method: 'GET' | 'POST', path: RegExp, answer: (estate: Estate, name: string) => Promise<unknown>];

const routes: readonly Route[] = [
  ['GET', /^\/lab\/systems$/, async (estate) => ({ systems: estate.systems().map(({ token: _, ...rest }) => rest) })],
  ['GET', /^\/lab\/probe\/([^/]+)$/, (estate, name) => useSystem(estate.system(name))],
  ['POST', /^\/lab\/heal$/, (estate) => estate.heal().then(() => ({}))],
  ['POST', /^\/lab\/faults\/([^/]+)$/, (estate, fault) => injectFault(estate, fault).then(() => ({ fault }))],
  ['POST', /^\/lab\/processes\/([^/]+)\/restart$/, restart],
];

/** Restarts a process; a service counts as restarted when it answers, anything else when it listens. */
async function restart(estate: Estate, name: string): Promise<{ pid: number; tookMs: number }> {
  const start = performance.now();
  await estate.program(name).restart();
  const system = estate.system(name);
  if (system.kind === 'service' && !(await awaitService(system, answerWithinMs)))
    throw new LabError('unreachable', `${name} was restarted and still does not answer.`);
  return { pid: system.pid, tookMs: Math.round(performance.now() - start) };
}

/** The orchestrator's API of one lab. */
export interface ControlEndpoint {
  url: string;
  close(): Promise<void>;
}

/** Opens the API on a free loopback port. Every request needs `Authorization: Bearer <token>`. */
export async function openControlEndpoint(estate: Estate, token: string): Promise<ControlEndpoint> {
  const server = createServer(async (request, response) => {
    const [status, body] = await handle(estate, token, request);
    answer(response, status, body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the control endpoint has no port');
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${address.port}`, close };
}

async function handle(estate: Estate, token: string, request: IncomingMessage): Promise<[number, unknown]> {
  if (!isAllowed(request, token)) return [401, { error: 'The token of the lab is missing or wrong.' }];
  for (const [method, pattern, run] of routes) {
    const match = pattern.exec(request.url ?? '');
    if (match === null || request.method !== method) continue;
    try {
      return [200, await run(estate, decodeURIComponent(match[1] ?? ''))];
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return [error instanceof LabError ? statusOf[error.code] : 500, { error: why }];
    }
  }
  return [404, { error: 'There is no such route.' }];
}

function isAllowed(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify(body));
}
