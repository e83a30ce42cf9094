const NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

function isLoopback(url: string): boolean {
  try {
    return NAMES.has(new URL(url).hostname);
  } catch {
    return false;
  }
}

/**
 * Whether a request was meant for this very machine: its Host is loopback (not a name that somebody bound to it), and so
 * is its Origin (not the page of another site in the same browser).
 */
export function isForLoopback({ headers }: Request): boolean {
  const host = headers.get('host');
  const origin = headers.get('origin');
  return (host === null || isLoopback(`http://${host}`)) && (origin === null || isLoopback(origin));
}

/** Refuses what was not meant for this machine before anything else looks at it. */
export function loopbackOnly(handler: (request: Request) => Promise<Response>): typeof handler {
  return async (request) => {
    if (isForLoopback(request)) return handler(request);
    return Response.json(
      {
        type: 'urn:remit:problem:cross_site',
        title: 'This server is for this machine alone',
        status: 403,
        code: 'cross_site',
        detail: 'The Host or the Origin of the request is another one than this machine.',
        next_step: 'Use the address that the server printed, in a page of its own.',
        errors: [],
        facts: {},
        trace_id: globalThis.crypto.randomUUID().replaceAll('-', ''),
      },
      { status: 403, headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' } },
    );
  };
}
