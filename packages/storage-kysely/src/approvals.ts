import type { Approval, SimilarTicket } from '@remit/core';
import type { Kysely } from 'kysely';
import type { Change } from './differences.js';
import { asJson } from './rows.js';
import type { Schema } from './schema.js';

/** Whose rows are written. */
export interface RemediationKey {
  readonly tenant: string;
  readonly remediationId: string;
  readonly ticketId: string;
}

/** Writes the approval as the log tells it now; the log stays the truth. */
export function approvalChange(
  transaction: Kysely<Schema>,
  { tenant, remediationId, ticketId }: RemediationKey,
  state: string,
  approval: Approval,
): Change {
  const standing = {
    state,
    escalated_at_ms: approval.escalatedAtMs,
    consents: asJson(approval.consents),
    granted_at_ms: approval.grantedAtMs,
    good_until_ms: approval.goodUntilMs,
    consumed_at_ms: approval.consumedAtMs,
  };
  return transaction
    .insertInto('remediation_approvals')
    .values({
      tenant,
      approval_id: approval.approvalId,
      remediation_id: remediationId,
      ticket_id: ticketId,
      binding_hash: approval.bindingHash,
      binding: asJson(approval.binding),
      requested_at_ms: approval.requestedAtMs,
      expires_at_ms: approval.expiresAtMs,
      needed: approval.needed,
      barred: asJson(approval.barred),
      ...standing,
    })
    .onConflict((conflict) => conflict.columns(['tenant', 'approval_id']).doUpdateSet(standing));
}

/** Writes which earlier tickets were shown with a decision. */
export async function writeSimilarTickets(
  transaction: Kysely<Schema>,
  { tenant, remediationId, ticketId }: RemediationKey,
  similarTickets: readonly SimilarTicket[],
): Promise<void> {
  if (similarTickets.length === 0) return;
  const rows = similarTickets.map((similar, index) => ({
    tenant,
    ticket_id: ticketId,
    remediation_id: remediationId,
    rank: index + 1,
    similar_ticket_id: similar.ticketId,
    similarity: similar.similarity,
    shared_terms: asJson(similar.sharedTerms),
  }));
  await transaction.insertInto('similar_tickets').values(rows).execute();
}
