import type { ErrorCode, Fault, Principal, Remit } from '@remit/core';
import type { z } from 'zod';
import type { IngestSources } from './ingest/source.js';
import { Problem, type ProblemCode, sayFaults } from './problem.js';
import type { BodyLimits } from './readJson.js';
import { type Place, sayIssue } from './sayIssue.js';
import type { Webhooks } from './webhooks/webhooks.js';

/** Methods that routes use. HEAD is answered by GET. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a route sends back. */
export interface Answer {
  readonly status: number;
  /** JSON; null sends no body. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent in the place of a body, as it comes (`text/event-stream`). */
  readonly stream?: ReadableStream<Uint8Array>;
}

/** A request, parsed: what a route's own code sees. */
export interface Call<Path, Query, Body> {
  readonly remit: Remit;
  readonly actor: Principal;
  readonly path: Path;
  readonly query: Query;
  readonly body: Body;
  readonly request: Request;
  /** Under which all addresses lie, without a slash at its end. */
  readonly basePath: string;
  /** Systems whose messages are taken in, how much of a message is read, and what time it is. */
  readonly ingest: {
    readonly sources: IngestSources;
    readonly limits: BodyLimits;
    /** Ms since the epoch. */
    readonly nowMs: () => number;
  };
  /** What tells webhook endpoints what happens; null where this server does not. */
  readonly webhooks: Pick<Webhooks, 'deadLetters' | 'replay'> | null;
  /** Every route that is served. */
  readonly routes: readonly Route[];
  /** Tells the log about trouble that does not change the answer. */
  readonly report: (what: string, error: unknown) => void;
}

/** A request before its path, query and body are parsed. */
export type RawCall = Omit<Call<unknown, unknown, unknown>, 'actor'> & { readonly actor: Principal | null };

/** Request headers that a route heeds. */
export type HeededHeader = 'Idempotency-Key' | 'If-Match' | 'Last-Event-ID' | 'Prefer';

/** Response headers that a route sends besides those that every answer has. */
export type SentHeader = 'ETag' | 'Link' | 'Location';

/** What a row of the route table says, besides what it does. */
interface RouteFacts {
  readonly method: Method;
  /** Below the base path; `{name}` is one segment, decoded. */
  readonly pattern: string;
  /** What it does, in one line. */
  readonly doc: string;
  /** Its name in descriptions of the API (operationId). */
  readonly name: string;
  /** The group it belongs to in descriptions of the API. */
  readonly tag: string;
  /** Scopes of which one is enough; empty when to be authenticated is. */
  readonly scopes: readonly string[];
  /** Null when it takes no body, or reads the bytes itself. */
  readonly body: z.ZodType | null;
  /** What the bytes say that it reads itself, for the description of the API. Default: none. */
  readonly rawBody?: z.ZodType;
  /** Body of a success; null when there is none, `events` for a stream of server-sent events. */
  readonly success: z.ZodType | 'events' | null;
}

/** One row of the route table, from which both the router and the description of the API (OpenAPI) come. */
export interface Route extends RouteFacts {
  /** Whether it answers without authentication. */
  readonly isPublic: boolean;
  readonly path: z.ZodObject;
  readonly query: z.ZodObject;
  /** Statuses of a success. */
  readonly successes: readonly number[];
  readonly headers: readonly HeededHeader[];
  readonly sends: readonly SentHeader[];
  /** Codes of its refusals, besides those that every route of its kind has. */
  readonly codes: readonly ProblemCode[];
  /** Codes that mean another status here than elsewhere. */
  readonly statuses: Readonly<Partial<Record<ErrorCode, number>>>;
  /** Answers a call that passed authentication, scopes and parsing. */
  readonly answer: (call: RawCall) => Promise<Answer>;
}

interface RouteDraft<Path, Query, Body> extends RouteFacts {
  readonly path: z.ZodObject & z.ZodType<Path>;
  readonly query: z.ZodObject & z.ZodType<Query>;
  readonly body: z.ZodType<Body> | null;
  /** Default: 200. */
  readonly successes?: Route['successes'];
  readonly headers?: Route['headers'];
  readonly sends?: Route['sends'];
  readonly codes?: Route['codes'];
  readonly statuses?: Route['statuses'];
  readonly answer: (call: Call<Path, Query, Body>) => Promise<Answer>;
}

/** Parses one part of a request; its faults are added to the list. */
function parsePart<Part>(schema: z.ZodType<Part>, part: { input: unknown; place: Place }, faults: Fault[]) {
  const parsed = schema.safeParse(part.input);
  if (!parsed.success) faults.push(...parsed.error.issues.flatMap((issue) => sayIssue(issue, part)));
  return parsed;
}

/** Defines a route for authenticated callers. All faults of path, query and body are reported at once. */
export function defineRoute<Path, Query, Body>(draft: RouteDraft<Path, Query, Body>): Route {
  return {
    ...draft,
    isPublic: false,
    successes: draft.successes ?? [200],
    headers: draft.headers ?? [],
    sends: draft.sends ?? [],
    codes: draft.codes ?? [],
    statuses: draft.statuses ?? {},
    answer: async (call) => {
      const { actor } = call;
      if (!actor) throw new Problem('unauthenticated', 'This route needs an authenticated caller.');
      const faults: Fault[] = [];
      const path = parsePart(draft.path, { input: call.path, place: 'path' }, faults);
      const query = parsePart(draft.query, { input: call.query, place: 'query' }, faults);
      const body = draft.body && parsePart(draft.body, { input: call.body, place: 'body' }, faults);
      if (!path.success || !query.success || body?.success === false) {
        throw new Problem('invalid_input', sayFaults(faults), { faults });
      }
      // A route without a body schema has `Body` = null.
      return draft.answer({ ...call, actor, path: path.data, query: query.data, body: (body?.data ?? null) as Body });
    },
  };
}
