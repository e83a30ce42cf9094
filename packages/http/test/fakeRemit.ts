import {
  DEFAULT_CATEGORIES,
  DEFAULT_POLICY,
  type FeedbackRecord,
  feedbackValue,
  type Halt,
  type Health,
  type Json,
  type Policy,
  type PolicyVersion,
  type Principal,
  type Remit,
  RemitError,
  type TicketFigure,
  type TicketView,
} from '@remit/core';
import { reliabilityStatsOf, remediationStatsOf } from '@remit/core/statistics';
import {
  approval,
  decidedTicket,
  LOG,
  NOW,
  receivedTicket,
  reliability,
  statistics,
  tally,
  waiting,
} from './fixtures.js';

/** A Remit that keeps what it is told in memory and decides nothing. */
export interface FakeRemit {
  readonly remit: Remit;
  /** What was changed, in order; a refused request must leave it as it was. */
  readonly changes: string[];
  /** What reading verbs were asked, in order. */
  readonly asked: unknown[];
  /** Makes the next verb reject with this. */
  failNext(error: unknown): void;
}

const refuse = (...args: ConstructorParameters<typeof RemitError>): never => {
  throw new RemitError(...args);
};

function figure(parts: Partial<TicketFigure>): TicketFigure {
  const { score, level, factors } = { ...reliability, score: 87.46 };
  return {
    ticketId: 'A',
    category: 'server',
    createdAtMs: NOW,
    resolvedAtMs: null,
    optedIn: true,
    remediationId: null,
    disputed: false,
    reopened: [],
    scored: { score, level, factors, occurrences: 3 },
    byPerson: { fixed: false, minutes: null },
    shadow: null,
    models: null,
    ...parts,
  };
}

const HEALTHY: Health = {
  status: 'ok',
  store: { state: 'ok', error: null },
  queue: { state: 'working' },
  analyst: { state: 'not_asked' },
};

export function fakeRemit(): FakeRemit {
  const changes: string[] = [];
  const asked: unknown[] = [];
  const views = new Map<string, TicketView>([
    ['acme INC-001', { ticket: decidedTicket(), remediation: waiting }],
    ['acme INC/001 ü', { ticket: decidedTicket({ ticketId: 'INC/001 ü', remediationId: null }), remediation: null }],
  ]);
  const feedback: FeedbackRecord[] = [];
  const policies = new Map<string, PolicyVersion>();
  const halts: Halt[] = [];
  const answered = new Map<string, { readonly fingerprint: string; readonly answer: Json }>();
  let failure: { readonly error: unknown } | null = null;

  function enter(actor: Principal, scope: string): void {
    if (failure) {
      const { error } = failure;
      failure = null;
      throw error;
    }
    if (!actor.scopes.includes(scope)) {
      refuse('forbidden', `${actor.id} does not hold the scope ${scope}.`, { facts: { scope } });
    }
  }
  function find(actor: Principal, ticketId: string): TicketView {
    return (
      views.get(`${actor.tenant} ${ticketId}`) ?? refuse('not_found', `There is no ticket ${JSON.stringify(ticketId)}.`)
    );
  }
  function requireCategory(category: string): void {
    if (!DEFAULT_CATEGORIES.some((known) => known === category)) {
      refuse('unknown_category', `"${category}" is not a category.`, {
        faults: [{ pointer: '/category', detail: `must be one of ${DEFAULT_CATEGORIES.join(', ')}` }],
      });
    }
  }
  function policy(category: string): PolicyVersion {
    return policies.get(category) ?? { version: 0, policy: DEFAULT_POLICY, by: null, atMs: null, reason: null };
  }

  // Only what the routes ask for; verbs without a route are missing.
  const remit = {
    events: { on: () => undefined, once: () => undefined, off: () => undefined } as unknown as Remit['events'],
    categories: DEFAULT_CATEGORIES,
    async submitTicket(actor, input) {
      enter(actor, 'tickets:write');
      if (input.optedIn) enter(actor, 'tickets:opt_in');
      if (input.description.length > 100_000) {
        refuse('invalid_input', 'The ticket has 1 fault(s).', {
          faults: [{ pointer: '/description', detail: 'must have at most 100000 characters' }],
          nextStep: 'Correct /description and send it again.',
        });
      }
      requireCategory(input.category);
      const key = `${actor.tenant} ${input.ticketId}`;
      const there = views.get(key);
      const { incidentKey: _, traceparent: __, ...content } = input;
      const record = receivedTicket({
        ...content,
        optedIn: input.optedIn ?? false,
        tenant: actor.tenant,
        submitter: actor.id,
      });
      if (there) {
        const isSame = there.ticket.description === input.description;
        return isSame ? { ...there, created: false } : refuse('ticket_conflict', 'The id is taken by other content.');
      }
      const view = { ticket: record, remediation: null };
      views.set(key, view);
      changes.push(`ticket ${input.ticketId}`);
      return { ...view, created: true };
    },
    async reportIncident(actor, input) {
      enter(actor, 'tickets:write');
      changes.push(`incident ${input.ticketId}`);
      const { incidentKey: _, traceparent: __, ...content } = input;
      const known = { optedIn: input.optedIn ?? false, tenant: actor.tenant, submitter: actor.id };
      return { result: 'created', reason: 'new', ticket: receivedTicket({ ...content, ...known }) };
    },
    async reportRecovery(actor, { ticketId }) {
      enter(actor, 'tickets:write');
      return { result: 'left_open', reason: 'cannot_tell', ticket: find(actor, ticketId).ticket };
    },
    async ticket(actor, ticketId) {
      enter(actor, 'tickets:read');
      return find(actor, ticketId);
    },
    async tickets(actor, query) {
      enter(actor, 'tickets:read');
      asked.push(query);
      const items = [...views.values()].map(({ ticket }) => ticket).filter(({ tenant }) => tenant === actor.tenant);
      return { items, nextCursor: query.limit === 1 ? 'next one' : null };
    },
    async whenDecided(actor, ticketId, timeoutMs) {
      enter(actor, 'tickets:read');
      asked.push({ ticketId, timeoutMs });
      const { ticket } = find(actor, ticketId);
      return { ticket: { ...ticket, status: 'suggested' }, remediation: null };
    },
    async whenAtRest(actor, ticketId) {
      enter(actor, 'tickets:read');
      return find(actor, ticketId);
    },
    async answerApproval(actor, ticketId, answer) {
      enter(actor, 'remediation:approve');
      const view = find(actor, ticketId);
      if (!view.remediation) refuse('nothing_to_approve', 'This ticket has nothing to approve.');
      const open = { approvalId: approval.approvalId, bindingHash: approval.bindingHash };
      if (answer.bindingHash !== open.bindingHash) {
        const named = { approvalId: answer.approvalId, bindingHash: answer.bindingHash };
        refuse('approval_stale', 'The answer names another approval than the one that is open.', {
          facts: { differs: ['binding_hash'], open, named },
        });
      }
      changes.push(`answer ${JSON.stringify(answer)}`);
      return view;
    },
    async pendingApprovals(actor, page) {
      enter(actor, 'tickets:read');
      asked.push(page);
      return { items: [find(actor, 'INC-001')], nextCursor: null };
    },
    async logOf(actor, ticketId) {
      enter(actor, 'tickets:read');
      find(actor, ticketId);
      return LOG;
    },
    async recordFeedback(actor, input) {
      enter(actor, 'feedback:write');
      find(actor, input.ticketId);
      const {
        rating = null,
        wasHelpful = null,
        resolutionAccurate = null,
        actionsWorked = null,
        comment = null,
      } = input;
      const { whatWorked = null, whatDidntWork = null, suggestions = null } = input;
      const { actualResolution = null, timeToResolve = null } = input;
      const vote = { feedbackType: input.feedbackType, rating, actionsWorked, resolutionAccurate };
      const { ticketId } = input;
      const texts = { comment, whatWorked, whatDidntWork, suggestions, actualResolution, timeToResolve };
      const stamp = { tenant: actor.tenant, author: actor.id, atMs: NOW };
      const record: FeedbackRecord = {
        ticketId,
        remediationId: input.remediationId ?? null,
        ...vote,
        wasHelpful,
        ...texts,
        ...stamp,
        ...feedbackValue(vote),
      };
      const before = feedback.findIndex((other) => other.ticketId === ticketId && other.author === actor.id);
      if (before >= 0) feedback.splice(before, 1);
      feedback.push(record);
      changes.push(`feedback ${ticketId}`);
      return {
        feedback: record,
        replaced: before >= 0,
        counted: true,
        notCountedBecause: null,
        notes: ['Vote again later.'],
        reliability,
      };
    },
    async feedbackOf(actor, ticketId) {
      enter(actor, 'tickets:read');
      find(actor, ticketId);
      return feedback.filter((record) => record.ticketId === ticketId);
    },
    async similarTickets(actor, ticketId, { limit = 5 } = {}) {
      enter(actor, 'tickets:read');
      find(actor, ticketId);
      return [{ ticketId: 'INC-0', similarity: 0.9, sharedTerms: ['web'] }].slice(0, limit);
    },
    async resolveTicket(actor, ticketId, input) {
      enter(actor, 'tickets:write');
      const { ticket, remediation } = find(actor, ticketId);
      changes.push(`resolve ${ticketId}`);
      const actions = input.actions ?? [];
      const resolution = {
        resolver: actor.id,
        atMs: NOW,
        text: input.text,
        actions,
        timeToResolve: 5,
        confirmed: false,
        agreement: 'different' as const,
      };
      return { ticket: { ...ticket, status: 'resolved', resolvedAtMs: NOW, resolution }, remediation };
    },
    async policyOf(actor, category) {
      enter(actor, 'tickets:read');
      requireCategory(category);
      return policy(category);
    },
    async setPolicy(actor, category, change) {
      enter(actor, 'policy:write');
      requireCategory(category);
      const before = policy(category);
      const next: Policy = { ...before.policy, ...change.policy };
      if (next.minReliabilityScore < 85 && !next.allowBelowSeedMinimum) {
        refuse('invalid_policy', 'The policy has 1 fault(s).', {
          faults: [
            { pointer: '/minReliabilityScore', detail: 'must be 85 or more unless allowBelowSeedMinimum is set' },
          ],
        });
      }
      if (change.expectedVersion !== before.version) {
        refuse('version_conflict', `The policy is at version ${before.version} by now.`, {
          facts: { expectedVersion: change.expectedVersion, version: before.version },
        });
      }
      const version = { version: before.version + 1, policy: next, by: actor.id, atMs: NOW, reason: null };
      policies.set(category, version);
      changes.push(`policy ${category} ${JSON.stringify(change.policy)}`);
      return version;
    },
    async setPhase(actor, category, { phase, expectedVersion, reason = null }) {
      enter(actor, 'policy:write');
      requireCategory(category);
      const version = { ...policy(category), version: expectedVersion + 1, by: actor.id, atMs: NOW, reason };
      changes.push(`phase ${category} ${phase}`);
      return { ...version, policy: { ...version.policy, phase } };
    },
    async reopenTicket(actor, ticketId, input) {
      enter(actor, 'tickets:write');
      const { ticket, remediation } = find(actor, ticketId);
      const { remediationId } = ticket;
      changes.push(`reopen ${ticketId} ${input?.reason}`);
      const stamp = { by: actor.id, atMs: NOW, reason: input?.reason ?? null, resolvedAtMs: NOW - 1 };
      const reopening = { ...stamp, resolution: null, remediationId, countsAsFailure: true };
      return { ticket: { ...ticket, status: 'needs_human', reopenings: [reopening] }, remediation };
    },
    async cancelTicket(actor, ticketId) {
      enter(actor, 'tickets:write');
      const { ticket, remediation } = find(actor, ticketId);
      changes.push(`cancel ${ticketId}`);
      return { ticket: { ...ticket, status: 'closed' }, remediation };
    },
    async adjudicate(actor, ticketId, { wouldHaveWorked, comment = null }) {
      enter(actor, 'remediation:approve');
      const { ticket, remediation } = find(actor, ticketId);
      changes.push(`adjudicate ${ticketId} ${wouldHaveWorked}`);
      return {
        ticket: { ...ticket, adjudication: { by: actor.id, atMs: NOW, wouldHaveWorked, comment } },
        remediation,
      };
    },
    async patternTickets(actor) {
      enter(actor, 'tickets:read');
      return [...views.values()].map(({ ticket }) => ticket).filter(({ tenant }) => tenant === actor.tenant);
    },
    async candidateFixes(actor) {
      enter(actor, 'tickets:read');
      return [{ ticketId: 'INC-001', author: 'bo', atMs: NOW, source: 'feedback', text: 'rotated logs', actions: [] }];
    },
    async runbooksOf(actor) {
      enter(actor, 'tickets:read');
      return [];
    },
    async changePattern(actor, patternId, { reason = null, ...edit }) {
      enter(actor, 'policy:write');
      const said = edit.kind === 'split' ? { ...edit, into: 'pat-2', hashes: [] } : edit;
      const stamp = { tenant: actor.tenant, by: actor.id, atMs: NOW };
      return { ...stamp, changeId: 'change-1', patternId, edit: said, reason };
    },
    async patternChanges(actor) {
      enter(actor, 'tickets:read');
      return [];
    },
    async promote(actor, patternId, { name, title, steps, symptomTexts = [], candidate = null, retired = false }) {
      enter(actor, 'policy:write');
      changes.push(`promote ${patternId} ${name}`);
      const runbook = { name, title, categories: ['server'], symptomTexts, steps };
      const stamp = { version: 1, by: actor.id, atMs: NOW, tenant: actor.tenant };
      return { ...stamp, patternId, category: 'server', runbook, candidate, retired };
    },
    async tools(actor) {
      enter(actor, 'policy:write');
      return { pins: { 'ops/restart': 'abc' }, changed: [], unreachable: {} };
    },
    async acceptTools(actor, { pins }) {
      enter(actor, 'policy:write');
      return pins;
    },
    async patterns(actor, query) {
      enter(actor, 'tickets:read');
      asked.push(query);
      const lacking = ['2 more occurrences'];
      const actions = [{ actionType: 'restart_service', tally, statistics, standing: 'learning' as const, lacking }];
      return {
        items: [{ patternId: 'pat-1', category: 'server', title: 'web service', createdAtMs: NOW, actions }],
        nextCursor: null,
      };
    },
    async reliabilityStats(actor, query) {
      enter(actor, 'stats:read');
      asked.push(query);
      const at = NOW - 60_000;
      return reliabilityStatsOf([
        figure({ ticketId: 'A', category: 'network', createdAtMs: at }),
        figure({ ticketId: 'B', category: 'network', createdAtMs: at }),
      ]);
    },
    async guarantee(actor) {
      enter(actor, 'stats:read');
      const calibration = { method: 'identity', labels: 0, stated: null, recalibrated: null } as const;
      return { categories: [], strata: [], calibration, riskCoverage: [] };
    },
    async remediationStats(actor, query) {
      enter(actor, 'stats:read');
      asked.push(query);
      const run = { category: 'server', createdAtMs: NOW, reason: null, acts: true, approval: null } as const;
      return remediationStatsOf(
        [figure({ ticketId: 'A' }), figure({ ticketId: 'B', optedIn: false })],
        [
          { ...run, remediationId: 'r1', ticketId: 'A', route: 'approval', state: 'awaiting_approval' },
          { ...run, remediationId: 'r2', ticketId: 'B', route: 'suggest_only', state: 'suggested' },
        ],
        [],
      );
    },
    async halt(actor, order) {
      enter(actor, 'halt');
      const scope = order.category === undefined ? 'tenant' : 'category';
      const { tenant, id: by } = actor;
      const halt: Halt = {
        haltId: 'halt/1',
        scope,
        tenant,
        category: order.category ?? null,
        reason: order.reason,
        by,
        atMs: NOW,
      };
      halts.push(halt);
      changes.push('halt');
      return halt;
    },
    async liftHalt(actor, haltId) {
      enter(actor, 'halt');
      const index = halts.findIndex((halt) => halt.haltId === haltId && halt.tenant === actor.tenant);
      if (index < 0) refuse('not_found', `There is no halt ${JSON.stringify(haltId)} in force.`);
      halts.splice(index, 1);
      changes.push('lift');
    },
    async halts(actor) {
      enter(actor, 'tickets:read');
      return halts;
    },
    async changes(actor, { ticketId }) {
      enter(actor, 'tickets:read');
      if (ticketId !== undefined) find(actor, ticketId);
      return { events: [], upTo: 0, first: 1, last: 0 };
    },
    async answerOnce(_, request, work) {
      const before = answered.get(request.key);
      if (before && before.fingerprint !== request.fingerprint) refuse('idempotency_mismatch', 'Used before.');
      if (before) return { answer: before.answer, replayed: true };
      const { answer, keep } = await work();
      if (keep) answered.set(request.key, { fingerprint: request.fingerprint, answer });
      return { answer, replayed: false };
    },
    health: async () => {
      if (failure) return { ...HEALTHY, status: 'down', store: { state: 'unreachable', error: failure.error } };
      return HEALTHY;
    },
    async start() {},
    async idle() {},
    async close() {},
  } satisfies Partial<Remit>;
  return {
    remit: remit as unknown as Remit,
    changes,
    asked,
    failNext: (error) => {
      failure = { error };
    },
  };
}
