import type { ErrorCode, Fault, Principal, Remit } from '@remit/core';
import type { z } from 'zod';
import { Problem, sayFaults } from './problem.js';
import { type Place, sayIssue } from './sayIssue.js';

/** Methods that routes use. HEAD is answered by GET. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a route sends back. */
export interface Answer {
  readonly status: number;
  /** JSON; null sends no body. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
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
  /** Tells the log about trouble that does not change the answer. */
  readonly report: (what: string, error: unknown) => void;
}

/** A request before its path, query and body are parsed. */
export type RawCall = Omit<Call<unknown, unknown, unknown>, 'actor'> & { readonly actor: Principal | null };

/** One row of the route table. The router works from it, and so can a description of the API. */
export interface Route {
  readonly method: Method;
  /** Below the base path; `{name}` is one segment, decoded. */
  readonly pattern: string;
  /** What it does, in one line. */
  readonly doc: string;
  /** Whether it answers without authentication. */
  readonly isPublic: boolean;
  readonly path: z.ZodType;
  readonly query: z.ZodType;
  /** Null when it takes no body. */
  readonly body: z.ZodType | null;
  /** Body of a success; null when there is none. */
  readonly success: z.ZodType | null;
  /** Codes that mean another status here than elsewhere. */
  readonly statuses: Readonly<Partial<Record<ErrorCode, number>>>;
  readonly answer: (call: RawCall) => Promise<Answer>;
}

interface RouteDraft<Path, Query, Body> {
  readonly method: Method;
  readonly pattern: string;
  readonly doc: string;
  readonly path: z.ZodType<Path>;
  readonly query: z.ZodType<Query>;
  readonly body: z.ZodType<Body> | null;
  readonly success: z.ZodType | null;
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
