const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The W3C trace context that a request carries, if it is a valid one. */
export function traceparentOf(headers: Headers): { readonly traceparent?: string } {
  const given = headers.get('traceparent') ?? '';
  const traceId = TRACEPARENT.exec(given)?.[1];
  return traceId === undefined || /^0+$/.test(traceId) ? {} : { traceparent: given };
}

/** The id under which a request is found in logs: the caller's W3C trace id, or a new one; 32 hexadecimal digits. */
export function traceIdOf(headers: Headers): string {
  const traceId = TRACEPARENT.exec(traceparentOf(headers).traceparent ?? '')?.[1];
  return traceId ?? globalThis.crypto.randomUUID().replaceAll('-', '');
}
