import { z } from 'zod';
import { leftoverOf } from '../bridgedRequest.js';
import { answerRepeatable } from '../idempotency.js';
import { type IngestSource, takeIn, verifiedSource } from '../ingest/source.js';
import { Problem, sayFaults } from '../problem.js';
import { checkMediaType, parseJson, readBytes } from '../readJson.js';
import type { Answer, RawCall, Route } from '../route.js';
import { sayIssue } from '../sayIssue.js';
import { traceparentOf } from '../trace.js';
import { noQuery } from '../wire.js';
import { ok } from './answers.js';

const takenWire = z.strictObject({
  items: z
    .array(
      z.strictObject({
        ticket_id: z.string(),
        result: z.enum(['created', 'known', 'reopened', 'resolved', 'left_open', 'refused']),
        reason: z
          .enum([
            'new',
            'open',
            'closed',
            'repeated',
            'fault_shown',
            'fault_gone',
            'cannot_tell',
            'being_decided',
            'remediation_running',
            'parked',
          ])
          .nullable(),
        code: z.string().nullable(),
      }),
    )
    .readonly(),
});

/** The source of a message. A signature that fails over bytes that are not the sender's says nothing about the sender. */
function sourceOf({ request, ingest: { sources, nowMs } }: RawCall, name: string, bytes: Uint8Array): IngestSource {
  try {
    return verifiedSource(sources, name, { headers: request.headers, bytes, nowMs: nowMs() });
  } catch (cause) {
    const isRefused = cause instanceof Problem && cause.code === 'unauthenticated';
    if (!isRefused || leftoverOf(request) === null) throw cause;
    throw new Problem('raw_body_missing', 'The body was parsed before its signature was verified.', { cause });
  }
}

/** What of a message is not in its body: the attributes of an event that is sent in headers. */
function attributesOf(headers: Headers): Readonly<Record<string, string>> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith('ce-')));
}

async function ingest(call: RawCall): Promise<Answer> {
  const { remit, path, request, ingest: given } = call;
  const { source: name } = path as { readonly source: string };
  const { headers } = request;
  checkMediaType(headers);
  // The bytes as they came: a signature covers nothing else.
  const bytes = await readBytes(request, given.limits);
  const source = sourceOf(call, name, bytes);
  // An event whose attributes are headers may have no data.
  const value = bytes.byteLength === 0 && headers.has('ce-specversion') ? null : parseJson(bytes);
  const take = async (): Promise<Answer> => {
    const intake = { remit, source, name, trace: traceparentOf(headers) };
    return ok({ items: await takeIn(intake, source.read(value, headers)) });
  };
  // Only now is it known who sends: a key counts within what is theirs.
  const body = { value, attributes: attributesOf(headers) };
  try {
    return await answerRepeatable({ remit, actor: source.principal, request, body, answer: take });
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const faults = error.issues.flatMap((issue) => sayIssue(issue, { input: value, place: 'body' }));
    throw new Problem('invalid_input', sayFaults(faults), { faults });
  }
}

/** Messages of other systems. */
export const INGEST_ROUTES: readonly Route[] = [
  {
    method: 'POST',
    pattern: '/ingest/{source}',
    doc: 'Takes in a message of a system that the operator set up; authenticated by its signature or token.',
    name: 'ingest',
    tag: 'tickets',
    scopes: [],
    isPublic: true,
    path: z.object({ source: z.string() }),
    query: noQuery,
    body: null,
    rawBody: z.unknown().describe('JSON as the source sends it.'),
    success: takenWire,
    successes: [200],
    headers: [],
    sends: [],
    codes: [
      'not_found',
      'unauthenticated',
      'unsupported_media_type',
      'payload_too_large',
      'request_timeout',
      'raw_body_missing',
    ],
    statuses: {},
    answer: ingest,
  },
];
