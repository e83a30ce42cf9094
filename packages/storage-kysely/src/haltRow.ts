import type { Halt } from '@remit/core';
import { z } from 'zod';
import { whole } from './rows.js';

/** A row of `halts`. */
export const HaltRow = z.object({
  tenant: z.string(),
  halt_id: z.string(),
  scope: z.enum(['global', 'tenant', 'category']),
  category: z.string().nullable(),
  reason: z.string(),
  raised_by: z.string(),
  at_ms: whole,
  lifted_by: z.string().nullable(),
  lifted_at_ms: whole.nullable(),
});

/** A stop with who lifted it, as records keep it. */
export function haltOf(
  row: z.infer<typeof HaltRow>,
): Halt & { readonly lifted: null | { readonly by: string; readonly atMs: number } } {
  const { tenant, halt_id: haltId, scope, category, reason, raised_by: by, at_ms: atMs } = row;
  const lifted = row.lifted_at_ms === null ? null : { by: row.lifted_by ?? '', atMs: row.lifted_at_ms };
  return { haltId, scope, tenant, category, reason, by, atMs, lifted };
}
