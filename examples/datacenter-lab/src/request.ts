import { request as send } from 'node:http';
import { LabError } from './labError.js';

/** One HTTP request to a loopback port. */
export interface Request {
  port: number;
  path: string;
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  token?: string;
  body?: Buffer;
  /** Milliseconds until the request is given up; 2000 by default. */
  timeoutMs?: number;
}

/** What came back. `status` is 0 when nothing did; `failure` then says why (an error code, or `timeout`). */
export interface Response {
  status: number;
  body: Buffer;
  failure: string;
}

/** Sends a request on a connection of its own. Never throws: no answer is an answer too. */
export function request({ port, path, method = 'GET', token, body, timeoutMs = 2000 }: Request): Promise<Response> {
  return new Promise((resolve) => {
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-length': body.length }),
    };
    const fail = (failure: string) => resolve({ status: 0, body: Buffer.alloc(0), failure });
    const outgoing = send({ host: '127.0.0.1', port, path, method, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', () => fail('connection lost'));
      incoming.on('end', () => {
        clearTimeout(deadline);
        resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks), failure: '' });
      });
    });
    const deadline = setTimeout(() => {
      // If this very process was late, an answer may have been waiting here all the time: let it in first.
      setImmediate(() => setImmediate(() => outgoing.destroy(new Error('timeout'))));
    }, timeoutMs);
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(deadline);
      fail(error.code ?? error.message);
    });
    outgoing.end(body);
  });
}

/**
 * Sends a management request with JSON in and out.
 * @throws LabError `refused` on 404 and 409, `unreachable` when there is no good answer.
 */
export async function command(
  { port, token }: { port: number; token: string },
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: unknown,
): Promise<unknown> {
  const bytes = body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) };
  const response = await request({ port, token, method, path, timeoutMs: 15_000, ...bytes });
  const answer = readJson(response.body);
  if (response.status === 200) return answer;
  const why = readError(answer) ?? (response.failure || `status ${response.status}`);
  if (response.status === 404) throw new LabError('unknown_name', why);
  if (response.status === 409) throw new LabError('refused', why);
  throw new LabError('unreachable', `${method} ${path} on port ${port}: ${why}`);
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function readError(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return undefined;
  return String(answer.error);
}
