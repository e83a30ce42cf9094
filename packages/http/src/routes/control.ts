import { tagOf, versionOf } from '../conditions.js';
import { defineRoute, type Route } from '../route.js';
import { acceptanceBody, acceptedWire, toolReviewWire } from '../wire/tools.js';
import {
  haltBody,
  haltFromWire,
  haltToWire,
  haltWire,
  noQuery,
  pageWire,
  phaseBody,
  policyBody,
  policyFromWire,
  policyToWire,
  policyWire,
} from '../wire.js';
import { ok, okPage } from './answers.js';
import { nothing, ofCategory, ofHalt } from './parameters.js';

/** What operators set: policies, accepted tools, halts. */
export const CONTROL_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'GET',
    pattern: '/policies/{category}',
    doc: 'The policy in force for a category; its ETag is the version.',
    name: 'getPolicy',
    tag: 'policies',
    scopes: ['tickets:read'],
    codes: ['unknown_category'],
    sends: ['ETag'],
    path: ofCategory,
    query: noQuery,
    body: null,
    success: policyWire,
    statuses: { unknown_category: 404 },
    answer: async ({ remit, actor, path: { category } }) => {
      const version = await remit.policyOf(actor, category);
      return ok(policyToWire(category, version), { etag: tagOf(version.version) });
    },
  }),
  defineRoute({
    method: 'PUT',
    pattern: '/policies/{category}',
    doc: 'Changes parts of a policy; needs If-Match with the ETag of the version that was read.',
    name: 'setPolicy',
    tag: 'policies',
    scopes: ['policy:write'],
    headers: ['If-Match'],
    codes: ['unknown_category', 'invalid_policy', 'version_conflict', 'precondition_required'],
    sends: ['ETag'],
    path: ofCategory,
    query: noQuery,
    body: policyBody,
    success: policyWire,
    statuses: { unknown_category: 404 },
    answer: async ({ remit, actor, path: { category }, body, request }) => {
      const expectedVersion = versionOf(request.headers);
      const version = await remit.setPolicy(actor, category, { policy: policyFromWire(body), expectedVersion });
      return ok(policyToWire(category, version), { etag: tagOf(version.version) });
    },
  }),
  defineRoute({
    method: 'POST',
    pattern: '/policies/{category}/phase',
    doc: 'Sets the rollout phase of a category; needs If-Match with the ETag of the version that was read.',
    name: 'setPhase',
    tag: 'policies',
    scopes: ['policy:write'],
    headers: ['If-Match'],
    codes: ['unknown_category', 'invalid_policy', 'version_conflict', 'precondition_required'],
    sends: ['ETag'],
    path: ofCategory,
    query: noQuery,
    body: phaseBody,
    success: policyWire,
    statuses: { unknown_category: 404 },
    answer: async ({ remit, actor, path: { category }, body, request }) => {
      const expectedVersion = versionOf(request.headers);
      const { phase, reason = null } = body;
      const version = await remit.setPhase(actor, category, { phase, expectedVersion, reason });
      return ok(policyToWire(category, version), { etag: tagOf(version.version) });
    },
  }),
  defineRoute({
    method: 'GET',
    pattern: '/catalogue/tools',
    doc: 'The tools as they are defined now, and where that differs from what is accepted. Scope policy:write.',
    name: 'reviewTools',
    tag: 'catalogue',
    scopes: ['policy:write'],
    codes: ['invalid_configuration'],
    path: nothing,
    query: noQuery,
    body: null,
    success: toolReviewWire,
    answer: async ({ remit, actor }) => ok(await remit.tools(actor)),
  }),
  defineRoute({
    method: 'POST',
    pattern: '/catalogue/accept',
    doc: 'Accepts exactly the tool definitions that were seen, by their hashes; answers the pins then in force.',
    name: 'acceptTools',
    tag: 'catalogue',
    scopes: ['policy:write'],
    codes: ['version_conflict'],
    path: nothing,
    query: noQuery,
    body: acceptanceBody,
    success: acceptedWire,
    // Somebody changed a tool since it was looked at; no version was named, so no precondition failed.
    statuses: { version_conflict: 409 },
    answer: async ({ remit, actor, body }) => ok({ pins: await remit.acceptTools(actor, body) }),
  }),
  defineRoute({
    method: 'GET',
    pattern: '/halt',
    doc: 'Halts in force.',
    name: 'listHalts',
    tag: 'halt',
    scopes: ['tickets:read'],
    path: nothing,
    query: noQuery,
    body: null,
    success: pageWire(haltWire),
    answer: async (call) => okPage(call, { items: await call.remit.halts(call.actor), nextCursor: null }, haltToWire),
  }),
  defineRoute({
    method: 'POST',
    pattern: '/halt',
    doc: 'Stops all writes of the tenant, or of one category, before the next call.',
    name: 'halt',
    tag: 'halt',
    scopes: ['halt', 'halt:raise'],
    successes: [201],
    codes: ['unknown_category'],
    sends: ['Location'],
    path: nothing,
    query: noQuery,
    body: haltBody,
    success: haltWire,
    answer: async ({ remit, actor, basePath, body }) => {
      const halt = await remit.halt(actor, haltFromWire(body));
      const location = `${basePath}/halt/${encodeURIComponent(halt.haltId)}`;
      return { status: 201, body: haltToWire(halt), headers: { location } };
    },
  }),
  defineRoute({
    method: 'DELETE',
    pattern: '/halt/{halt_id}',
    doc: 'Lifts a halt.',
    name: 'liftHalt',
    tag: 'halt',
    scopes: ['halt'],
    successes: [204],
    codes: ['not_found'],
    path: ofHalt,
    query: noQuery,
    body: null,
    success: null,
    answer: async ({ remit, actor, path }) => {
      await remit.liftHalt(actor, path.halt_id);
      return { status: 204, body: null };
    },
  }),
];
