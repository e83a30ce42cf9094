import type { OutboxEvent } from '@remit/core';
import { z } from 'zod';
import { instant, json, toIso } from './common.js';

/** The data of a server-sent event, and the body of an outgoing webhook. */
export const outboxEventWire = z
  .strictObject({
    /** From 1, without gaps, within the tenant. */
    seq: z.number().int(),
    type: z.string(),
    ticket_id: z.string().nullable(),
    remediation_id: z.string().nullable(),
    at: instant,
    /** A few words more, such as the state of a remediation. */
    data: z.record(z.string(), json).readonly(),
  })
  .meta({
    id: 'OutboxEvent',
    description: 'Something that happened, with its place in the order of all events of the tenant.',
  });
/** Something that happened. */
export type OutboxEventWire = z.infer<typeof outboxEventWire>;

/** Something that happened, for the wire. */
export function eventToData({ seq, type, ticketId, remediationId, atMs, data }: OutboxEvent): OutboxEventWire {
  return { seq, type, ticket_id: ticketId, remediation_id: remediationId, at: toIso(atMs), data };
}
