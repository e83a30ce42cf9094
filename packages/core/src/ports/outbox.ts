import type { Json } from '../domain/canonical.js';
import type { Claim, ClaimRequest } from './storage.js';

/** What an event of the outbox is about. */
export type OutboxType =
  | 'ticket_received'
  | 'ticket_resolved'
  | 'ticket_reopened'
  | 'ticket_cancelled'
  | 'ticket_adjudicated'
  | 'ticket_opt_in_changed'
  | 'remediation_opened'
  | 'remediation_changed'
  | 'runbook_promoted'
  /** A row of the tenant's own log: feedback, a policy, a halt, accepted tools; `data.kind` says which. */
  | 'record_written';

/** Something that happened, told to observers outside of the process. It names; what it names is read anew. */
export interface OutboxEvent {
  readonly tenant: string;
  /** From 1, without gaps, within the tenant. Whoever has seen a number is never told a lower one afterwards. */
  readonly seq: number;
  readonly type: OutboxType;
  readonly ticketId: string | null;
  readonly remediationId: string | null;
  readonly atMs: number;
  /** A few words more, such as the state of a remediation; never what a ticket, a tool or a model said. */
  readonly data: Readonly<Record<string, Json>>;
}

/** A part of the outbox. */
export interface OutboxPart {
  /** Oldest first. */
  readonly events: readonly OutboxEvent[];
  /** Up to where the outbox was looked at: the next question goes on from here. */
  readonly upTo: number;
  /** The lowest number that is still kept; events below it are gone. `last + 1` when nothing is. */
  readonly first: number;
  /** The highest number so far; 0 before the first event. */
  readonly last: number;
}

/** Where a consumer of the outbox is. */
export type ConsumerClaim =
  | (Extract<Claim, { kind: 'claimed' }> & {
      /** The last event that it is done with. */
      readonly seq: number;
      /** Times that the next event was tried in vain. */
      readonly attempts: number;
    })
  | Extract<Claim, { kind: 'held' }>
  /** The next attempt is not due yet. */
  | { readonly kind: 'waits'; readonly untilMs: number };

/** How an attempt of a consumer ended. */
export type ConsumerStep =
  /** It is done with everything up to this number. */
  | { readonly kind: 'done'; readonly seq: number }
  /** The next event is tried again later. */
  | { readonly kind: 'again'; readonly dueAtMs: number }
  /** This event is given up and kept as a dead letter. */
  | { readonly kind: 'dead'; readonly event: OutboxEvent; readonly error: string };

/** An event that a consumer gave up. */
export interface DeadLetter {
  readonly consumer: string;
  readonly event: OutboxEvent;
  readonly error: string;
  readonly atMs: number;
}

/**
 * The outbox: what happened, stored in the same transaction as what it tells of (by the verbs of the other stores), and
 * kept for a while (`OUTBOX.keptMs`).
 */
export interface OutboxStore {
  /** Events after a number, oldest first; of one ticket where it is named. */
  after(
    tenant: string,
    query: { readonly seq: number; readonly limit: number; readonly ticketId?: string },
  ): Promise<OutboxPart>;
  /** Claims a consumer's place. A consumer that is new begins behind the last event. */
  claim(tenant: string, consumer: string, request: ClaimRequest): Promise<ConsumerClaim>;
  /** Ends an attempt and gives the claim back; false when the claim was lost meanwhile, and nothing is changed. */
  step(
    tenant: string,
    consumer: string,
    request: { readonly token: number; readonly step: ConsumerStep },
  ): Promise<boolean>;
  /** The newest dead letters of a tenant, newest first. */
  deadLetters(tenant: string, limit: number): Promise<readonly DeadLetter[]>;
  /** Forgets the dead letters of an event, once it was delivered after all; false when there are none. */
  forgetDeadLetter(tenant: string, consumer: string, seq: number): Promise<boolean>;
}
