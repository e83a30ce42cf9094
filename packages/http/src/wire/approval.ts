import type { Approval, ApprovalBinding, Consent } from '@remit/core';
import { z } from 'zod';
import { instant, json, planToWire, planWire, toIso, toIsoOrNull } from './common.js';

/** All that an approver says yes to. */
export const shownWire = z.strictObject({
  plan: planWire,
  pins: z.record(z.string(), z.string()).readonly(),
  policy_version: z.number().int(),
  snapshot: json,
  expires_at: instant,
});
/** One person's yes. */
export const consentWire = z
  .strictObject({ by: z.string(), at: instant, comment: z.string().nullable() })
  .meta({ id: 'Consent', description: 'The yes of one approver.' });

/** A request for approval. */
export const approvalWire = z
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

/** One person's yes, for the wire. */
export const consentToWire = ({ by, atMs, comment }: Consent) => ({ by, at: toIso(atMs), comment });

/** What was shown, for the wire. */
export function shownToWire({
  plan,
  pins,
  policyVersion,
  snapshot,
  expiresAtMs,
}: ApprovalBinding): z.infer<typeof shownWire> {
  return { plan: planToWire(plan), pins, policy_version: policyVersion, snapshot, expires_at: toIso(expiresAtMs) };
}

/** A request for approval, for the wire. */
export function approvalToWire(approval: Approval): z.infer<typeof approvalWire> {
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
