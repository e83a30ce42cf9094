import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeListener } from '../src/index.js';

/*
 * With REMIT_PRISM set (`npm run bench -- http-contract` does), requests of the tests go through prism's proxy, which
 * compares them and their answers with docs/openapi.json.
 */

const PRISM = process.env['REMIT_PRISM'];
const SAYS = process.env['REMIT_PRISM_SAYS'] ?? '';

type Handler = (request: Request) => Promise<Response>;

interface Violation {
  readonly location: readonly string[];
  readonly severity: string;
  readonly message: string;
}

/** Which credentials are taken is up to the host, says the document; prism knows only those that it names. */
const UP_TO_THE_HOST = 'Invalid security scheme used';

/** What prism says of one exchange; null when all is as the document says. A refused request may well be forbidden. */
function violationIn({ method, url }: Request, response: Response): string | null {
  const said = response.headers.get('sl-violations');
  if (said === null) return null;
  const violations = JSON.parse(said) as readonly Violation[];
  const counts = violations.filter(
    ({ location, severity, message }) =>
      severity === 'Error' && message !== UP_TO_THE_HOST && (location[0] === 'response' || response.ok),
  );
  if (counts.length === 0) return null;
  const told = counts.map(({ location, message }) => `${location.join('.')} ${message}`).join('; ');
  return `${method} ${new URL(url).pathname} ${response.status}: ${told}`;
}

/** Whether a path can be decoded: prism ends with an error over one that cannot. */
function isWellFormed(pathname: string): boolean {
  try {
    return decodeURIComponent(pathname) !== '';
  } catch {
    return false;
  }
}

/** What must reach the handler untouched: what browsers say of where they are, and requests that race each other. */
const UNTOUCHED = ['origin', 'sec-fetch-site', 'idempotency-key'];

/** Whether prism can hand a request on as it is: its path under the document's server, its body whole JSON. */
function isForPrism({ method, url, body, headers }: Request): boolean {
  const { pathname } = new URL(url);
  if (method === 'HEAD' || UNTOUCHED.some((name) => headers.has(name))) return false;
  if (!pathname.startsWith('/api/v1/') || !isWellFormed(pathname)) return false;
  return body === null || headers.get('content-type') === 'application/json';
}

/** The same handler, reached through prism where there is one. */
export function throughPrism(handler: Handler): Handler {
  if (PRISM === undefined) return handler;
  let port: Promise<number> | undefined;

  function listening(): Promise<number> {
    port ??= new Promise((resolve) => {
      const server = createServer(toNodeListener(handler));
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
      server.unref();
    });
    return port;
  }

  return async (request) => {
    if (!isForPrism(request)) return handler(request);
    const { pathname, search } = new URL(request.url);
    const headers = new Headers(request.headers);
    headers.set('x-test-upstream', String(await listening()));
    const body = request.body === null ? null : await request.arrayBuffer();
    const response = await fetch(PRISM + pathname.replace('/api/v1', '') + search, {
      method: request.method,
      headers,
      body,
    });
    appendFileSync(SAYS, `${JSON.stringify({ violation: violationIn(request, response) })}\n`);
    return response;
  };
}
