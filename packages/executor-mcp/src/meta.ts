import { type CallRequest, type Json, sha256 } from '@remit/core';
import type { CheckedOptions } from './options.js';

/**
 * The W3C trace context of a call when the host has none of its own: one trace for each remediation, one span for each
 * call, both derived from what the log holds, so that a server's traces can be found from it.
 */
function derivedTrace({ remediationId, idempotencyKey }: CallRequest): Readonly<Record<string, string>> {
  const traceId = sha256(`trace ${remediationId}`).slice(0, 32);
  const spanId = sha256(`span ${idempotencyKey}`).slice(0, 16);
  return { traceparent: `00-${traceId}-${spanId}-01` };
}

/** What a tool is told besides its arguments: by what it recognises a call, and where the call belongs. */
export function metaOf(request: CallRequest, { traceContext }: CheckedOptions): Readonly<Record<string, Json>> {
  return {
    ...(traceContext?.() ?? derivedTrace(request)),
    'remit/idempotencyKey': request.idempotencyKey,
    'remit/remediationId': request.remediationId,
    // The key is unique, so it may name the call in progress notifications too.
    progressToken: request.idempotencyKey,
  };
}
