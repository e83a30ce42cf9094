import { z } from 'zod';
import { takeIn, verifiedSource } from '../ingest/source.js';
import { Problem, sayFaults } from '../problem.js';
import { parseJson, readBytes } from '../readJson.js';
import type { Answer, RawCall, Route } from '../route.js';
import { sayIssue } from '../sayIssue.js';
import { noQuery } from '../wire.js';
import { ok } from './answers.js';

const takenWire = z.strictObject({
  items: z
    .array(
      z.strictObject({
        ticket_id: z.string(),
        result: z.enum(['created', 'known', 'resolved', 'left_open', 'refused']),
        code: z.string().nullable(),
      }),
    )
    .readonly(),
});

async function ingest({ remit, path, request, ingest: { sources, limits } }: RawCall): Promise<Answer> {
  const { source: name } = path as { readonly source: string };
  // The bytes as they came: a signature covers nothing else.
  const bytes = await readBytes(request, limits);
  const source = verifiedSource(sources, name, { headers: request.headers, bytes, nowMs: Date.now() });
  const value = parseJson(bytes);
  try {
    return ok({ items: await takeIn(remit, source, source.read(value)) });
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
    success: takenWire,
    successes: [200],
    headers: [],
    sends: [],
    codes: ['not_found', 'unauthenticated', 'payload_too_large', 'request_timeout'],
    statuses: {},
    answer: ingest,
  },
];
