import {
  type Analysis,
  type Approval,
  type ApprovalBinding,
  type Consent,
  type ReconciliationOption,
  type RemediationView,
  type SimilarTicket,
  shadowRoute,
  shadowVerdict,
  type TicketInput,
  type TicketRecord,
  type TicketView,
} from '@remit/core';
import { z } from 'zod';
import {
  actionToWire,
  actionWire,
  instant,
  json,
  jsonObject,
  planToWire,
  planWire,
  scoreToWire,
  scoreWire,
  toIso,
  toIsoOrNull,
  toToken,
  type WarningWire,
  warningWire,
} from './common.js';
import { decisionToWire, decisionWire } from './decision.js';

/** Where a ticket stands. */
export const ticketStatus = z
  .enum([
    'received',
    'analyzing',
    'suggested',
    'awaiting_approval',
    'deferred',
    'remediating',
    'resolved',
    'needs_human',
    'closed',
  ])
  .meta({ id: 'TicketStatus', description: 'Where a ticket stands.' });

/** A ticket's id: the caller's own, kept verbatim. `.` and `..` cannot be part of a URL's path and are refused. */
export const ticketId = z
  .string()
  .min(1)
  .refine((id) => id !== '.' && id !== '..', 'cannot be addressed in a URL: take another id than "." or ".."');

const TICKET_FIELDS = {
  ticket_id: ticketId,
  description: z.string().min(1),
  category: z.string().min(1),
  enable_auto_remediation: z.boolean().nullish(),
  title: z.string().nullish(),
  priority: z.string().nullish(),
  requester: z.string().nullish(),
  targets: z.array(z.string()).nullish(),
  metadata: jsonObject.nullish(),
};

/** The body of `POST /tickets`. Fields it does not know are kept in `metadata`. */
export const ticketBody = z.looseObject(TICKET_FIELDS).meta({
  id: 'TicketInput',
  description: 'The body of POST /tickets; unknown fields are kept in metadata and named in warnings.',
});

const lettersOf = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '');
const KNOWN = new Map(Object.keys(TICKET_FIELDS).map((name) => [lettersOf(name), name]));

function sayUnknownField(name: string, isTaken: boolean): string {
  const kept = isTaken
    ? `Unknown field "${name}": it was dropped, because metadata has a field of that name.`
    : `Unknown field "${name}": it was kept in metadata.`;
  const meant = KNOWN.get(lettersOf(name));
  const optIn = /remediat|opt_?in/i.test(name) ? 'enable_auto_remediation' : meant;
  const off = optIn === 'enable_auto_remediation' ? ' It opts nothing in.' : '';
  return optIn === undefined ? kept : `${kept}${off} Did you mean "${optIn}"?`;
}

/** A ticket as core takes it in, and what its sender should know about fields that are not part of it. */
export function ticketFromWire(body: z.infer<typeof ticketBody>): {
  readonly input: TicketInput;
  readonly warnings: readonly WarningWire[];
} {
  const given = body.metadata ?? {};
  const unknown = Object.keys(body).filter((name) => !Object.hasOwn(TICKET_FIELDS, name));
  const kept = unknown.filter((name) => !Object.hasOwn(given, name));
  const metadata = { ...given, ...Object.fromEntries(kept.map((name) => [name, body[name]])) };
  const input: TicketInput = {
    ticketId: body.ticket_id,
    description: body.description,
    category: body.category,
    optedIn: body.enable_auto_remediation ?? false,
    title: body.title ?? null,
    priority: body.priority ?? null,
    requester: body.requester ?? null,
    targets: body.targets ?? [],
    metadata: metadata as NonNullable<TicketInput['metadata']>,
  };
  const warnings = unknown.map((name) => ({
    pointer: `/${toToken(name)}`,
    detail: sayUnknownField(name, !kept.includes(name)),
  }));
  return { input, warnings };
}

const analysisWire = z
  .strictObject({
    analyst: z.string(),
    summary: z.string(),
    root_cause: z.string().nullable(),
    hypotheses: z.array(z.strictObject({ cause: z.string(), probability: z.number() })).readonly(),
    plan: planWire.nullable(),
    confidence: z.number(),
    evidence: z.array(z.string()).readonly(),
    what_would_change_my_mind: z.string().nullable(),
    observations: z
      .array(z.strictObject({ tool: z.string(), arguments: json, value: json, error: z.string().nullable() }))
      .readonly(),
  })
  .meta({ id: 'Analysis', description: 'What the analyst said: summary, hypotheses, proposed plan, confidence.' });

function analysisToWire(analysis: Analysis): z.infer<typeof analysisWire> {
  return {
    analyst: analysis.analyst,
    summary: analysis.summary,
    root_cause: analysis.rootCause,
    hypotheses: analysis.hypotheses.map(({ cause, probability }) => ({ cause, probability })),
    plan: analysis.plan && planToWire(analysis.plan),
    confidence: analysis.confidence,
    evidence: analysis.evidence,
    what_would_change_my_mind: analysis.whatWouldChangeMyMind,
    observations: analysis.observations.map(({ tool, arguments: args, value, error }) => ({
      tool,
      arguments: args,
      value,
      error,
    })),
  };
}

const similarTicketWire = z
  .strictObject({
    ticket_id: z.string(),
    similarity: z.number(),
    shared_terms: z.array(z.string()).readonly(),
  })
  .meta({ id: 'SimilarTicket', description: 'An earlier ticket that reads alike, with the reasons.' });

/** Similar tickets, most alike first. */
export const similarTicketsWire = z.strictObject({ items: z.array(similarTicketWire).readonly() });

/** A similar ticket as it is sent. */
export function similarToWire({ ticketId, similarity, sharedTerms }: SimilarTicket): z.infer<typeof similarTicketWire> {
  return { ticket_id: ticketId, similarity, shared_terms: sharedTerms };
}

const resolutionWire = z
  .strictObject({
    resolver: z.string(),
    at: instant,
    text: z.string(),
    actions: z.array(actionWire).readonly(),
    time_to_resolve: z.number().nullable(),
    confirmed: z.boolean(),
    /** How it compares with what was proposed. */
    agreement: z.enum(['same', 'different', 'not_told', 'no_proposal']),
  })
  .meta({ id: 'Resolution', description: 'How a person fixed a ticket.' });

function resolutionToWire(resolution: NonNullable<TicketRecord['resolution']>): z.infer<typeof resolutionWire> {
  return {
    resolver: resolution.resolver,
    at: toIso(resolution.atMs),
    text: resolution.text,
    actions: resolution.actions.map(actionToWire),
    time_to_resolve: resolution.timeToResolve,
    confirmed: resolution.confirmed,
    agreement: resolution.agreement,
  };
}

const reopeningWire = z
  .strictObject({
    by: z.string(),
    at: instant,
    reason: z.string().nullable(),
    resolved_at: instant,
    resolution: resolutionWire.nullable(),
    remediation_id: z.string().nullable(),
    counts_as_failure: z.boolean(),
  })
  .meta({ id: 'Reopening', description: 'When and why a ticket was opened again.' });

function reopeningToWire(reopening: TicketRecord['reopenings'][number]): z.infer<typeof reopeningWire> {
  return {
    by: reopening.by,
    at: toIso(reopening.atMs),
    reason: reopening.reason,
    resolved_at: toIso(reopening.resolvedAtMs),
    resolution: reopening.resolution && resolutionToWire(reopening.resolution),
    remediation_id: reopening.remediationId,
    counts_as_failure: reopening.countsAsFailure,
  };
}

/** What shadow mode knows of a proposal that nobody carried out. */
const shadowWire = z
  .strictObject({
    would_be_route: z.enum(['auto', 'approval', 'manual', 'suggest_only']),
    verdict: z.enum([
      'agreed',
      'failed',
      'would_have_worked',
      'would_not_have_worked',
      'unknown',
      'open',
      'nothing_proposed',
    ]),
    adjudication: z
      .strictObject({ by: z.string(), at: instant, would_have_worked: z.boolean(), comment: z.string().nullable() })
      .nullable(),
  })
  .meta({
    id: 'Shadow',
    description: 'What a proposal that was not carried out was worth, by what a person really did.',
  });

function shadowToWire(ticket: TicketRecord): z.infer<typeof shadowWire> | null {
  const route = ticket.assessment && shadowRoute(ticket.assessment.decision);
  const verdict = shadowVerdict(ticket);
  if (route === null || verdict === null) return null;
  const { adjudication: said } = ticket;
  return {
    would_be_route: route,
    verdict,
    adjudication: said && {
      by: said.by,
      at: toIso(said.atMs),
      would_have_worked: said.wouldHaveWorked,
      comment: said.comment,
    },
  };
}

/** One step of a plan with what the catalogue knows of it. */
export const stepWire = z
  .strictObject({
    step: z.number().int(),
    action: z.string(),
    arguments: jsonObject,
    tool: z.string(),
    class: z.enum(['read_only', 'safe_write', 'critical_write', 'destructive', 'forbidden']),
    family: z.string(),
    targets: z.array(z.string()).readonly(),
  })
  .meta({ id: 'Step', description: 'A step of a plan: what stands, what was undone, what is unknown.' });

/** One step of a plan, for the wire. */
export function stepToWire(step: RemediationView['steps'][number]): z.infer<typeof stepWire> {
  return {
    step: step.step,
    action: step.action,
    arguments: step.arguments,
    tool: step.tool,
    class: step.class,
    family: step.family,
    targets: step.targets,
  };
}

const shownWire = z.strictObject({
  plan: planWire,
  pins: z.record(z.string(), z.string()).readonly(),
  policy_version: z.number().int(),
  snapshot: json,
  expires_at: instant,
});
const orderedCallWire = z
  .strictObject({
    step: z.number().int(),
    direction: z.enum(['do', 'undo']),
    tool: z.string(),
    /** Null when the catalogue cannot fill them any more. */
    arguments: z.record(z.string(), json).nullable(),
    targets: z.array(z.string()).readonly(),
  })
  .meta({ id: 'OrderedCall', description: 'A call that an order would send.' });
const consentWire = z
  .strictObject({ by: z.string(), at: instant, comment: z.string().nullable() })
  .meta({ id: 'Consent', description: 'The yes of one approver.' });

const approvalWire = z
  .strictObject({
    approval_id: z.string(),
    binding_hash: z.string(),
    requested_at: instant,
    expires_at: instant,
    /** When nobody had answered for too long and somebody else was told. */
    escalated_at: instant.nullable(),
    needed: z.number().int(),
    approvals: z.array(consentWire).readonly(),
    /** Principals who may not answer, with why. */
    barred: z.record(z.string(), z.string()).readonly(),
    granted_at: instant.nullable(),
    good_until: instant.nullable(),
    consumed_at: instant.nullable(),
    /** What `binding_hash` covers: all that an approver says yes to. */
    shown: shownWire,
  })
  .meta({
    id: 'Approval',
    description: 'An approval request: what is asked of whom, until when, and what the binding hash covers.',
  });

const consentToWire = ({ by, atMs, comment }: Consent) => ({ by, at: toIso(atMs), comment });

function shownToWire({ plan, pins, policyVersion, snapshot, expiresAtMs }: ApprovalBinding): z.infer<typeof shownWire> {
  return { plan: planToWire(plan), pins, policy_version: policyVersion, snapshot, expires_at: toIso(expiresAtMs) };
}

function approvalToWire(approval: Approval): z.infer<typeof approvalWire> {
  const { binding } = approval;
  return {
    approval_id: approval.approvalId,
    binding_hash: approval.bindingHash,
    requested_at: toIso(approval.requestedAtMs),
    expires_at: toIso(approval.expiresAtMs),
    escalated_at: toIsoOrNull(approval.escalatedAtMs),
    needed: approval.needed,
    approvals: approval.consents.map(consentToWire),
    barred: approval.barred,
    granted_at: toIsoOrNull(approval.grantedAtMs),
    good_until: toIsoOrNull(approval.goodUntilMs),
    consumed_at: toIsoOrNull(approval.consumedAtMs),
    shown: shownToWire(binding),
  };
}

const optionWire = z
  .strictObject({
    answer: z.enum(['happened', 'did_not_happen', 'send_again', 'roll_back', 'accept']),
    /** An answer names it. */
    binding_hash: z.string(),
    /** Steps the answer would send again or take back. */
    steps: z.array(z.number().int()).readonly(),
    /** Distinct people who must give this answer. */
    needed: z.number().int(),
    approvals: z.array(consentWire).readonly(),
    /** Principals who may not order it, with why. */
    barred: z.record(z.string(), z.string()).readonly(),
    /** What `binding_hash` covers. */
    shown: shownWire.extend({
      /** Number of the last row of the log that says something about the run. */
      version: z.number().int(),
      /** What the answer would send, first call first. */
      calls: z.array(orderedCallWire).readonly(),
    }),
  })
  .meta({
    id: 'ReconciliationOption',
    description: 'An answer that would end a parked remediation, what it would send, and what it is bound to.',
  });

function optionToWire(option: ReconciliationOption): z.infer<typeof optionWire> {
  const { answer, bindingHash, steps, needed, consents, barred, binding } = option;
  const shown = { ...shownToWire(binding), version: binding.order.version, calls: binding.order.calls };
  return { answer, binding_hash: bindingHash, steps, needed, approvals: consents.map(consentToWire), barred, shown };
}

const remediationWire = z
  .strictObject({
    id: z.string(),
    state: z.enum([
      'proposed',
      'awaiting_approval',
      'deferred',
      'executing',
      'validating',
      'rolling_back',
      'succeeded',
      'rolled_back',
      'failed',
      'needs_reconciliation',
      'rejected',
      'expired',
      'halted',
      'withdrawn',
      'recovered',
      'manual',
      'suggested',
      'superseded',
    ]),
    reason: z.string().nullable(),
    plan: z.strictObject({ actions: z.array(stepWire).readonly() }),
    plan_hash: z.string().nullable(),
    approval: approvalWire.nullable(),
    /** An order about what is parked that waits for more people: its option says what it would send. Null for none. */
    order: z.strictObject({ answer: z.enum(['send_again', 'roll_back']), approval: approvalWire }).nullable(),
    /** Ways out while it is parked; empty otherwise. */
    options: z.array(optionWire).readonly(),
  })
  .meta({ id: 'Remediation', description: 'One attempt to carry out one plan for one ticket.' });

function remediationToWire(remediation: RemediationView): z.infer<typeof remediationWire> {
  const { order } = remediation;
  return {
    id: remediation.remediationId,
    state: remediation.state,
    reason: remediation.reason,
    plan: { actions: remediation.steps.map(stepToWire) },
    plan_hash: remediation.planHash,
    approval: remediation.approval && approvalToWire(remediation.approval),
    order: order && { answer: order.answer, approval: approvalToWire(order.approval) },
    options: remediation.options.map(optionToWire),
  };
}

const RECORD_FIELDS = {
  ticket_id: z.string(),
  title: z.string().nullable(),
  description: z.string(),
  category: z.string(),
  enable_auto_remediation: z.boolean(),
  priority: z.string().nullable(),
  requester: z.string().nullable(),
  submitter: z.string(),
  targets: z.array(z.string()).readonly(),
  metadata: jsonObject,
  status: ticketStatus,
  analysis: analysisWire.nullable(),
  ...scoreWire,
  remediation_decision: decisionWire.nullable(),
  pattern_id: z.string().nullable(),
  similar_tickets: z.array(similarTicketWire).readonly(),
  resolution: resolutionWire.nullable(),
  /** Oldest first. */
  reopenings: z.array(reopeningWire).readonly(),
  /** Null outside shadow mode. */
  shadow: shadowWire.nullable(),
  created_at: instant,
  updated_at: instant,
  resolved_at: instant.nullable(),
};

/** A ticket with the state of its latest remediation. */
export const ticketWire = z
  .strictObject({ ...RECORD_FIELDS, remediation: remediationWire.nullable() })
  .meta({ id: 'Ticket', description: 'A ticket with the state of its latest remediation.' });
/** A ticket with the state of its latest remediation. */
export type TicketWire = z.infer<typeof ticketWire>;

/** A ticket as `POST /tickets` answers it: with what its sender should know about unknown fields. */
export const submittedWire = ticketWire.extend({ warnings: z.array(warningWire).readonly() }).meta({
  id: 'SubmittedTicket',
  description: 'A ticket as POST /tickets answers it, with what its sender should know.',
});
/** A ticket as `POST /tickets` answers it. */
export type SubmittedWire = z.infer<typeof submittedWire>;

/** What a caller gets who may change a ticket and not read it: that it was taken in, and where it stands. */
export const acknowledgementWire = z.strictObject({ ticket_id: z.string(), status: ticketStatus }).meta({
  id: 'Acknowledgement',
  description: 'What a caller gets who may change a ticket and not read it: that it was taken in, and where it stands.',
});

/** What a caller gets who may change a ticket and not read it. */
export function acknowledgementToWire({ ticket }: TicketView): z.infer<typeof acknowledgementWire> {
  return { ticket_id: ticket.ticketId, status: ticket.status };
}

/** A ticket as lists show it: the id of its latest remediation instead of its state. */
export const ticketItemWire = z.strictObject({ ...RECORD_FIELDS, remediation_id: z.string().nullable() }).meta({
  id: 'TicketItem',
  description: 'A ticket as lists show it: the id of its latest remediation instead of its state.',
});
/** A ticket as lists show it. */
export type TicketItemWire = z.infer<typeof ticketItemWire>;

function recordToWire(ticket: TicketRecord): Omit<TicketWire, 'remediation'> {
  const { assessment } = ticket;
  return {
    ticket_id: ticket.ticketId,
    title: ticket.title,
    description: ticket.description,
    category: ticket.category,
    enable_auto_remediation: ticket.optedIn,
    priority: ticket.priority,
    requester: ticket.requester,
    submitter: ticket.submitter,
    targets: ticket.targets,
    metadata: ticket.metadata,
    status: ticket.status,
    analysis: assessment && analysisToWire(assessment.analysis),
    ...scoreToWire(assessment?.reliability ?? null),
    remediation_decision: assessment && decisionToWire(assessment.decision),
    pattern_id: assessment?.patternId ?? null,
    similar_tickets: assessment?.similarTickets.map(similarToWire) ?? [],
    resolution: ticket.resolution && resolutionToWire(ticket.resolution),
    reopenings: ticket.reopenings.map(reopeningToWire),
    shadow: shadowToWire(ticket),
    created_at: toIso(ticket.createdAtMs),
    updated_at: toIso(ticket.updatedAtMs),
    resolved_at: toIsoOrNull(ticket.resolvedAtMs),
  };
}

/** A ticket with the state of its latest remediation, for the wire. */
export function ticketToWire({ ticket, remediation }: TicketView): TicketWire {
  return { ...recordToWire(ticket), remediation: remediation && remediationToWire(remediation) };
}

/** A ticket as lists show it, for the wire. */
export function ticketItemToWire(ticket: TicketRecord): TicketItemWire {
  return { ...recordToWire(ticket), remediation_id: ticket.remediationId };
}

/** The body of `PATCH /tickets/{ticket_id}`. */
export const optInBody = z
  .strictObject({ enable_auto_remediation: z.boolean() })
  .meta({ id: 'OptIn', description: 'The body of PATCH /tickets/{ticket_id}: true decides anew, false withdraws.' });
