import type { TicketRecord, TicketView } from '@remit/core';
import { z } from 'zod';
import { analysisToWire, analysisWire, similarTicketWire, similarToWire } from './analysis.js';
import { instant, jsonObject, scoreToWire, scoreWire, toIso, toIsoOrNull, warningWire } from './common.js';
import { decisionToWire, decisionWire } from './decision.js';
import {
  reopeningToWire,
  reopeningWire,
  resolutionToWire,
  resolutionWire,
  shadowToWire,
  shadowWire,
} from './outcome.js';
import { remediationToWire, remediationWire } from './remediation.js';

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
