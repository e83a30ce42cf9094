import type { Claim, ClaimRequest } from '@remit/core';
import { z } from 'zod';
import { whole } from './rows.js';

/** The columns that say who works on something. */
export const LEASE_COLUMNS = ['lease_token', 'lease_until_ms'] as const;

/** Their shape. */
export const leaseShape = { lease_token: whole, lease_until_ms: whole.nullable() };
const LeaseRow = z.object(leaseShape);
type LeaseRow = z.infer<typeof LeaseRow>;

/** Whether somebody holds it at this moment. A lease is over at `lease_until_ms`. */
export function isAlive(row: LeaseRow, nowMs: number): row is LeaseRow & { lease_until_ms: number } {
  return row.lease_until_ms !== null && row.lease_until_ms > nowMs;
}

/** Whether the token is the last one given out and its lease is alive. */
export function holds(row: LeaseRow, token: number, nowMs: number): boolean {
  return row.lease_token === token && isAlive(row, nowMs);
}

/** The columns of something that nobody has ever claimed. */
export const UNCLAIMED = { lease_owner: null, lease_token: 0, lease_until_ms: null };

/** The columns of a lease that is over; the token stays, so that the next one is larger. */
export const GIVEN_BACK = { lease_owner: null, lease_until_ms: null };

/** What a claim answers, and the columns that it sets when it succeeds. */
export function claimOf(
  row: LeaseRow,
  { owner, leaseMs }: ClaimRequest,
  nowMs: number,
): {
  readonly claim: Claim;
  readonly set: null | { lease_owner: string; lease_token: number; lease_until_ms: number };
} {
  if (isAlive(row, nowMs)) return { claim: { kind: 'held', untilMs: row.lease_until_ms }, set: null };
  const token = row.lease_token + 1;
  const untilMs = nowMs + leaseMs;
  return {
    claim: { kind: 'claimed', token, untilMs },
    set: { lease_owner: owner, lease_token: token, lease_until_ms: untilMs },
  };
}

/** When something wants to be looked at, given when it would without a lease (null: never). */
export function wakeAt(restsUntilMs: number | null, leaseUntilMs: number | null): number | null {
  if (restsUntilMs === null || leaseUntilMs === null) return restsUntilMs;
  return Math.max(restsUntilMs, leaseUntilMs);
}
