import { RemitError } from '@remit/core';
import { pageHtml } from './page/html.js';
import { PAGE_SCRIPT } from './page/script.js';
import { PAGE_STYLE } from './page/style.js';

/** Options of {@link createPage}. */
export interface PageOptions {
  /** Where the API lies on the same origin: the `basePath` of the handler. Default `/api/v1`. */
  readonly apiBase?: string;
  /** Where the page lies; its style and script lie below. Default `/console`. */
  readonly path?: string;
}

const HEADERS = {
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  'cache-control': 'no-cache',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

function cleanPath(name: string, path: string): string {
  const clean = path.replace(/\/+$/, '');
  if (/^(?:\/[\w.~%-]+)*$/.test(clean)) return clean;
  throw new RemitError('invalid_configuration', `${name} must be a path such as /console, got "${path}".`);
}

/**
 * A small console for people: tickets with score and decision, one ticket with analysis, log and approval, feedback,
 * patterns and halt. It holds no right of its own: it asks for a bearer token once (kept in sessionStorage) and uses
 * the API. The function answers null for any address that is not the page's, so a host can ask the API next.
 * @throws RemitError `invalid_configuration` when an option is not a path.
 */
export function createPage(options: PageOptions = {}): (request: Request) => Response | null {
  const apiBase = cleanPath('apiBase', options.apiBase ?? '/api/v1');
  const path = cleanPath('path', options.path ?? '/console');
  const html = { type: 'text/html; charset=utf-8', text: pageHtml({ apiBase, path }) };
  const files = new Map([
    [path, html],
    [`${path}/`, html],
    [`${path}/console.css`, { type: 'text/css; charset=utf-8', text: PAGE_STYLE }],
    [`${path}/console.js`, { type: 'text/javascript; charset=utf-8', text: PAGE_SCRIPT }],
  ]);
  return (request) => {
    const file = files.get(new URL(request.url).pathname);
    if (!file) return null;
    const headers = { ...HEADERS, 'content-type': file.type };
    if (request.method === 'HEAD') return new Response(null, { headers });
    if (request.method === 'GET') return new Response(file.text, { headers });
    return new Response(null, { status: 405, headers: { ...HEADERS, allow: 'GET, HEAD' } });
  };
}
