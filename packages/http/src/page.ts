import { RemitError } from '@remit/core';

/** Options of {@link createPage}. */
export interface PageOptions {
  /** The script that draws the page: that of `@remit/ui/bundle`. */
  readonly script: string;
  /** Where the API lies on the same origin: the `basePath` of the handler. Default `/api/v1`. */
  readonly apiBase?: string;
  /** Where the page lies; its style and script lie below. Default `/console`. */
  readonly path?: string;
  /** Everything is shown, nothing can be changed. Default false; the API's scopes hold in any case. */
  readonly readOnly?: boolean;
  /** The categories to choose from. Default: those of the specification. */
  readonly categories?: readonly string[];
}

const HEADERS = {
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  'cache-control': 'no-cache',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The ground before the script has drawn anything; the elements bring their own style. */
const STYLE = `:root { color-scheme: light dark; background: light-dark(#ffffff, #11161c); color: light-dark(#1b2028, #e8ecf1); }
body { margin: 0; font-family: system-ui, sans-serif; }
noscript p { padding: 16px; }
`;

function cleanPath(name: string, path: string): string {
  const clean = path.replace(/\/+$/, '');
  if (/^(?:\/[\w.~%-]+)*$/.test(clean)) return clean;
  throw new RemitError('invalid_configuration', `${name} must be a path such as /console, got "${path}".`);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function attribute(name: string, value: string): string {
  return ` ${name}="${value.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign)}"`;
}

function htmlOf(path: string, attributes: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Remit</title>
<link rel="stylesheet" href="${path}/console.css">
<script type="module" src="${path}/console.js"></script>
</head>
<body>
<remit-console${attributes}></remit-console>
<noscript><p>This page needs JavaScript.</p></noscript>
</body>
</html>
`;
}

/**
 * The console for people: tickets with score and decision, approvals, patterns, figures, policies and halt. It holds
 * no right of its own: it asks for a bearer token where the API wants one (kept in sessionStorage) and uses the API.
 * The function answers null for any address that is not the page's, so a host can ask the API next.
 * @throws RemitError `invalid_configuration` when an option is not a path.
 */
export function createPage(options: PageOptions): (request: Request) => Response | null {
  const apiBase = cleanPath('apiBase', options.apiBase ?? '/api/v1');
  const path = cleanPath('path', options.path ?? '/console');
  const attributes = [
    attribute('api', apiBase),
    options.categories ? attribute('categories', options.categories.join(',')) : '',
    options.readOnly ? ' read-only' : '',
  ].join('');
  const html = { type: 'text/html; charset=utf-8', text: htmlOf(path, attributes) };
  const files = new Map([
    [path, html],
    [`${path}/`, html],
    [`${path}/console.css`, { type: 'text/css; charset=utf-8', text: STYLE }],
    [`${path}/console.js`, { type: 'text/javascript; charset=utf-8', text: options.script }],
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
