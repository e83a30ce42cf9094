import type { Claim, ClaimRequest } from '@remit/core';
import { sql as raw } from 'kysely';
import { z } from 'zod';
import { gathered } from './gathered.js';
import { claimOf, leaseShape, wakeAt } from './leases.js';
import { flag, parseRow, whole } from './rows.js';
import type { Sql } from './sql.js';

/* Claims of remediations, those of one process together. */

interface Ask {
  readonly tenant: string;
  readonly remediationId: string;
  readonly request: ClaimRequest & { readonly expectedVersion: number };
}

const LockedRow = z.object({
  ...leaseShape,
  tenant: z.string(),
  remediation_id: z.string(),
  version: whole,
  blocks_ticket: flag,
  rests_until_ms: whole.nullable(),
});

const COLUMNS = {
  tenant: 'text',
  remediation_id: 'text',
  lease_owner: 'text',
  lease_token: 'whole',
  lease_until_ms: 'whole',
  wake_at_ms: 'wholeOrNull',
} as const;

const subjectOf = (tenant: string, remediationId: string): string => JSON.stringify([tenant, remediationId]);

/** Claims in one transaction; null for what somebody else has locked, where that is not waited for. */
async function claimAll(sql: Sql, asks: readonly Ask[], waits: boolean): Promise<readonly (Claim | null)[]> {
  const { oneOf, lockRows, lockFreeRows, rowsOf } = sql.differences;
  const tenants = [...new Set(asks.map(({ tenant }) => tenant))];
  const ids = [...new Set(asks.map(({ remediationId }) => remediationId))];
  return sql.writeSwiftly(async (transaction) => {
    const query = transaction
      .selectFrom('remediations')
      .select(['tenant', 'remediation_id', 'lease_token', 'lease_until_ms'])
      .select(['version', 'blocks_ticket', 'rests_until_ms'])
      .where(oneOf(raw.ref('tenant'), tenants))
      .where(oneOf(raw.ref('remediation_id'), ids))
      .orderBy('tenant')
      .orderBy('remediation_id');
    const found = new Map(
      (await sql.lockedAll(transaction, waits ? lockRows(query) : lockFreeRows(query))).map(({ row, nowMs }) => {
        const parsed = parseRow('remediations', [row.tenant, row.remediation_id], LockedRow, row);
        return [subjectOf(parsed.tenant, parsed.remediation_id), { ...parsed, nowMs }];
      }),
    );
    const answers = asks.map(({ tenant, remediationId, request }) => {
      const held = found.get(subjectOf(tenant, remediationId));
      if (!held) return waits ? { claim: { kind: 'stale' } as const, set: null, held } : null;
      const isStale = !held.blocks_ticket || held.version !== request.expectedVersion;
      if (isStale) return { claim: { kind: 'stale' } as const, set: null, held };
      return { ...claimOf(held, request, held.nowMs), held };
    });
    const rows = answers.flatMap((answer) => {
      if (!answer?.set || !answer.held) return [];
      const { tenant, remediation_id, rests_until_ms } = answer.held;
      return [{ tenant, remediation_id, ...answer.set, wake_at_ms: wakeAt(rests_until_ms, answer.set.lease_until_ms) }];
    });
    if (rows.length > 0) {
      await transaction
        .updateTable('remediations')
        .from(rowsOf(COLUMNS, rows).as('next'))
        .set(({ ref }) => ({
          lease_owner: ref('next.lease_owner'),
          lease_token: ref('next.lease_token'),
          lease_until_ms: ref('next.lease_until_ms'),
          wake_at_ms: ref('next.wake_at_ms'),
        }))
        .whereRef('remediations.tenant', '=', 'next.tenant')
        .whereRef('remediations.remediation_id', '=', 'next.remediation_id')
        .execute();
    }
    return answers.map((answer) => answer?.claim ?? null);
  });
}

/** The verb that claims. */
export function claimsOf(sql: Sql): (ask: Ask) => Promise<Claim> {
  return gathered<Ask, Claim>({
    together: (asks) => claimAll(sql, asks, false),
    async alone(ask) {
      const [answer] = await claimAll(sql, [ask], true);
      return answer ?? { kind: 'stale' };
    },
    about: ({ tenant, remediationId }) => subjectOf(tenant, remediationId),
  });
}
