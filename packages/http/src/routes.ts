import type { TicketView } from '@remit/core';
import { z } from 'zod';
import { tagOf, versionOf, waitOf } from './conditions.js';
import { type Answer, type Call, defineRoute, type Route } from './route.js';
import { acceptanceBody, acceptedWire, toolReviewWire } from './wire/tools.js';
import {
  acknowledgementToWire,
  acknowledgementWire,
  adjudicationBody,
  adjudicationFromWire,
  approvalBody,
  approvalFromWire,
  candidateFixToWire,
  candidateFixWire,
  daysQuery,
  feedbackBody,
  feedbackFromWire,
  feedbackToWire,
  feedbackWire,
  haltBody,
  haltFromWire,
  haltToWire,
  haltWire,
  logRowToWire,
  logRowWire,
  noQuery,
  optInBody,
  pageFromWire,
  pageQuery,
  pageWire,
  patternsQuery,
  patternToWire,
  patternWire,
  phaseBody,
  policyBody,
  policyFromWire,
  policyToWire,
  policyWire,
  promotionBody,
  promotionFromWire,
  receiptToWire,
  receiptWire,
  reconciliationBody,
  reconciliationFromWire,
  reliabilityQuery,
  reliabilityStatsToWire,
  reliabilityStatsWire,
  remediationStatsToWire,
  remediationStatsWire,
  reopenBody,
  resolutionBody,
  resolutionFromWire,
  runbookToWire,
  runbookWire,
  submittedWire,
  ticketBody,
  ticketFromWire,
  ticketItemToWire,
  ticketItemWire,
  ticketsQuery,
  ticketToWire,
  ticketWire,
} from './wire.js';

const segment = z.string().refine((text) => !text.includes('\0'), 'must not contain NUL');
const nothing = z.object({});
const ofTicket = z.object({ ticket_id: segment });
const ofCategory = z.object({ category: segment });
const ofPattern = z.object({ pattern_id: segment });

function ok(body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, body, headers };
}

/** Whether the caller may see tickets: to change one is not to read it. */
function mayRead({ scopes }: { readonly scopes: readonly string[] }): boolean {
  return scopes.includes('tickets:read');
}

/** The ticket for who may read it; for others, that it was taken in and where it stands. */
function okTicket({ actor }: Call<unknown, unknown, unknown>, view: TicketView): Answer {
  return ok(mayRead(actor) ? ticketToWire(view) : acknowledgementToWire(view));
}

/** What {@link okTicket} answers. */
const changedTicketWire = z.union([ticketWire, acknowledgementWire]);

/** A page of a list, with a link to the next one. */
function okPage<Item>(
  { request }: { readonly request: Request },
  page: { readonly items: readonly Item[]; readonly nextCursor: string | null },
  toWire: (item: Item) => unknown,
): Answer {
  const body = { items: page.items.map(toWire), next_cursor: page.nextCursor };
  if (page.nextCursor === null) return ok(body);
  const { pathname, searchParams } = new URL(request.url);
  searchParams.set('cursor', page.nextCursor);
  return ok(body, { link: `<${pathname}?${searchParams}>; rel="next"` });
}

/** The ticket once it is decided, if the caller waits for that and may see it; what was stored is told in any case. */
async function whenDecided(
  { remit, actor, report }: Call<unknown, unknown, unknown>,
  submitted: TicketView,
  seconds: number,
): Promise<{ readonly view: TicketView; readonly waited: boolean }> {
  if (seconds === 0) return { view: submitted, waited: false };
  try {
    const view = await remit.whenDecided(actor, submitted.ticket.ticketId, seconds * 1000);
    return { view, waited: true };
  } catch (error) {
    report('waiting for a decision', error);
    return { view: submitted, waited: false };
  }
}

/** Every route below the base path. The router works from this table. */
export const ROUTES: readonly Route[] = [
  defineRoute({
    method: 'POST',
    pattern: '/tickets',
    doc: 'Takes a ticket in; `Prefer: wait=N` waits up to N seconds (at most 30) for the decision.',
    path: nothing,
    query: noQuery,
    body: ticketBody,
    success: z.union([submittedWire, acknowledgementWire.extend({ warnings: submittedWire.shape.warnings })]),
    answer: async (call) => {
      const { remit, actor, basePath, body, request } = call;
      const { input, warnings } = ticketFromWire(body);
      const submitted = await remit.submitTicket(actor, input);
      const seconds = waitOf(request.headers);
      const { view, waited } = await whenDecided(call, submitted, seconds);
      return {
        status: submitted.created ? 201 : 200,
        body: { ...(mayRead(actor) ? ticketToWire(view) : acknowledgementToWire(view)), warnings },
        headers: {
          location: `${basePath}/tickets/${encodeURIComponent(input.ticketId)}`,
          ...(waited ? { 'preference-applied': `wait=${seconds}` } : {}),
        },
      };
    },
  }),
  defineRoute({
    method: 'GET',
    pattern: '/tickets',
    doc: 'Lists tickets, newest first.',
    path: nothing,
    query: ticketsQuery,
    body: null,
    success: pageWire(ticketItemWire),
    answer: async (call) => {
      const { remit, actor, query } = call;
      const { status, category } = query;
      const page = await remit.tickets(actor, {
        ...pageFromWire(query),
        ...(status === undefined ? {} : { status }),
        ...(category === undefined ? {} : { category }),
      });
      return okPage(call, page, ticketItemToWire);
    },
  }),
  defineRoute({
    method: 'GET',
    pattern: '/tickets/{ticket_id}',
    doc: 'One ticket with its analysis, reliability, decision and latest remediation.',
    path: ofTicket,
    query: noQuery,
    body: null,
    success: ticketWire,
    answer: async ({ remit, actor, path }) => ok(ticketToWire(await remit.ticket(actor, path.ticket_id))),
  }),
  defineRoute({
    method: 'POST',
    pattern: '/feedback',
    doc: "Records the caller's feedback on a ticket; one vote per author and ticket, the last wins.",
    path: nothing,
    query: noQuery,
    body: feedbackBody,
    success: receiptWire,
    answer: async ({ remit, actor, body }) => {
      const { input, warnings } = feedbackFromWire(body);
      const receipt = await remit.recordFeedback(actor, input);
      return {
        status: receipt.replaced ? 200 : 201,
        body: receiptToWire(receipt, { warnings, maySee: mayRead(actor) }),
      };
    },
  }),
  defineRoute({
    method: 'GET',
    pattern: '/tickets/{ticket_id}/feedback',
    doc: 'All feedback on a ticket, oldest first.',
    path: ofTicket,
    query: noQuery,
    body: null,
    success: pageWire(feedbackWire),
    answer: async (call) => {
      const items = await call.remit.feedbackOf(call.actor, call.path.ticket_id);
      return okPage(call, { items, nextCursor: null }, feedbackToWire);
    },
  }),
  defineRoute({
    method: 'POST',
    pattern: '/tickets/{ticket_id}/approve-remediation',
    doc: "A person's yes or no to exactly what was shown (approval_id and binding_hash).",
    path: ofTicket,
    query: noQuery,
    body: approvalBody,
    success: changedTicketWire,
    // Others answered at the same moment; no version was named, so no precondition failed.
    statuses: { version_conflict: 409 },
    answer: async (call) => {
      const { remit, actor, path, body } = call;
      return okTicket(call, await remit.answerApproval(actor, path.ticket_id, approvalFromWire(body)));
    },
  }),
  defineRoute({
    method: 'POST',
    pattern: '/tickets/{ticket_id}/reconcile',
    doc: 'Ends what is parked: an unknown outcome, or effects that a halt left standing. The old call may still land.',
    path: ofTicket,
    query: noQuery,
    body: reconciliationBody,
    success: changedTicketWire,
    statuses: { version_conflict: 409 },
    answer: async (call) => {
      const { remit, actor, path, body } = call;
      return okTicket(call, await remit.reconcile(actor, path.ticket_id, reconciliationFromWire(body)));
    },
  }),
  defineRoute({
    method: 'PATCH',
    pattern: '/tickets/{ticket_id}',
    doc: 'Opts a ticket in or out. Out ends pending work before its next write; in decides anew.',
    path: ofTicket,
    query: noQuery,
    body: optInBody,
    success: changedTicketWire,
    answer: async (call) => {
      const { remit, actor, path, body } = call;
      return okTicket(call, await remit.setOptIn(actor, path.ticket_id, body.enable_auto_remediation));
    },
  }),
  defineRoute({
    method: 'POST',
    pattern: '/catalogue/accept',
    doc: 'Accepts exactly the tool definitions that were seen, by their hashes; answers the pins then in force.',
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
    pattern: '/catalogue/tools',
    doc: 'The tools as they are defined now, and where that differs from what is accepted. Scope policy:write.',
    path: nothing,
    query: noQuery,
    body: null,
    success: toolReviewWire,
    answer: async ({ remit, actor }) => ok(await remit.tools(actor)),
  }),
  defineRoute({
    method: 'GET',
    pattern: '/tickets/{ticket_id}/remediation-logs',
    doc: 'All log rows of a ticket, in the order in which they were written.',
    path: ofTicket,
    query: noQuery,
    body: null,
    success: pageWire(logRowWire),
    answer: async (call) => {
      const items = await call.remit.logOf(call.actor, call.path.ticket_id);
      return okPage(call, { items, nextCursor: null }, logRowToWire);
    },
  }),
  defineRoute({
    method: 'POST',
    pattern: '/tickets/{ticket_id}/resolve',
    doc: 'A person fixed it: ends pending work of the ticket before its next write.',
    path: ofTicket,
    query: noQuery,
    body: resolutionBody,
    success: changedTicketWire,
    answer: async (call) => {
      const { remit, actor, path, body } = call;
      return okTicket(call, await remit.resolveTicket(actor, path.ticket_id, resolutionFromWire(body)));
    },
  }),
  defineRoute({
    method: 'POST',
    pattern: '/tickets/{ticket_id}/reopen',
    doc: 'It is broken still, or again: a person has to look. Within 7 days the fix counts as a failure.',
    path: ofTicket,
    query: noQuery,
    body: reopenBody,
    success: changedTicketWire,
    answer: async (call) => {
      const { remit, actor, path, body } = call;
      return okTicket(call, await remit.reopenTicket(actor, path.ticket_id, { reason: body.reason ?? null }));
    },
  }),
  defineRoute({
    method: 'POST',
    pattern: '/tickets/{ticket_id}/adjudicate',
    doc: 'Shadow mode: says whether the proposal would have worked, where the person who fixed it did something else.',
    path: ofTicket,
    query: noQuery,
    body: adjudicationBody,
    success: changedTicketWire,
    answer: async (call) => {
      const { remit, actor, path, body } = call;
      return okTicket(call, await remit.adjudicate(actor, path.ticket_id, adjudicationFromWire(body)));
    },
  }),
  defineRoute({
    method: 'GET',
    pattern: '/approvals',
    doc: 'Tickets that wait for an approval, oldest first.',
    path: nothing,
    query: pageQuery,
    body: null,
    success: pageWire(ticketWire),
    answer: async (call) => {
      const page = await call.remit.pendingApprovals(call.actor, pageFromWire(call.query));
      return okPage(call, page, ticketToWire);
    },
  }),
  defineRoute({
    method: 'GET',
    pattern: '/stats/reliability',
    doc: 'Reliability over the last `days` (default 30), of one category or all.',
    path: nothing,
    query: reliabilityQuery,
    body: null,
    success: reliabilityStatsWire,
    answer: async ({ remit, actor, query: { days, category } }) => {
      const stats = await remit.reliabilityStats(actor, category === undefined ? { days } : { days, category });
      return ok(reliabilityStatsToWire({ days, category: category ?? null }, stats));
    },
  }),
  defineRoute({
    method: 'GET',
    pattern: '/stats/auto-remediation',
    doc: 'What became of the tickets of the last `days` (default 30), with 95 % intervals by Wilson (1927).',
    path: nothing,
    query: daysQuery,
    body: null,
    success: remediationStatsWire,
    answer: async ({ remit, actor, query: { days } }) =>
      ok(remediationStatsToWire(days, await remit.remediationStats(actor, { days }))),
  }),
  defineRoute({
    method: 'GET',
    pattern: '/patterns',
    doc: 'Learned patterns, newest first, with what each action type still lacks.',
    path: nothing,
    query: patternsQuery,
    body: null,
    success: pageWire(patternWire),
    answer: async (call) => {
      const { category, min_occurrences: minOccurrences } = call.query;
      const page = await call.remit.patterns(call.actor, {
        ...pageFromWire(call.query),
        ...(category === undefined ? {} : { category }),
        ...(minOccurrences === undefined ? {} : { minOccurrences }),
      });
      return okPage(call, page, patternToWire);
    },
  }),
  defineRoute({
    method: 'GET',
    pattern: '/patterns/{pattern_id}/candidate-fixes',
    doc: 'What people said has fixed tickets of a pattern, newest first, at most 100.',
    path: ofPattern,
    query: noQuery,
    body: null,
    success: pageWire(candidateFixWire),
    answer: async (call) => {
      const items = await call.remit.candidateFixes(call.actor, call.path.pattern_id);
      return okPage(call, { items, nextCursor: null }, candidateFixToWire);
    },
  }),
  defineRoute({
    method: 'GET',
    pattern: '/patterns/{pattern_id}/runbooks',
    doc: 'The runbooks that people made of a pattern, every version, oldest first.',
    path: ofPattern,
    query: noQuery,
    body: null,
    success: pageWire(runbookWire),
    answer: async (call) => {
      const items = await call.remit.runbooksOf(call.actor, call.path.pattern_id);
      return okPage(call, { items, nextCursor: null }, runbookToWire);
    },
  }),
  defineRoute({
    method: 'POST',
    pattern: '/patterns/{pattern_id}/promote',
    doc: 'Makes a runbook of a candidate fix, changes one (the same name again), or retires it.',
    path: ofPattern,
    query: noQuery,
    body: promotionBody,
    success: runbookWire,
    answer: async ({ remit, actor, path, body }) => {
      const promoted = await remit.promote(actor, path.pattern_id, promotionFromWire(body));
      return { status: 201, body: runbookToWire(promoted) };
    },
  }),
  defineRoute({
    method: 'GET',
    pattern: '/policies/{category}',
    doc: 'The policy in force for a category; its ETag is the version.',
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
    pattern: '/halt',
    doc: 'Halts in force.',
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
    path: z.object({ halt_id: segment }),
    query: noQuery,
    body: null,
    success: null,
    answer: async ({ remit, actor, path }) => {
      await remit.liftHalt(actor, path.halt_id);
      return { status: 204, body: null };
    },
  }),
  {
    method: 'GET',
    pattern: '/health',
    doc: 'Says that the service answers; needs no authentication.',
    isPublic: true,
    path: nothing,
    query: noQuery,
    body: null,
    success: z.strictObject({ status: z.literal('ok') }),
    statuses: {},
    answer: async () => ok({ status: 'ok' }),
  },
];
