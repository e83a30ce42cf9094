import type { Halt } from '@remit/core';
import { z } from 'zod';
import { instant, toIso } from './common.js';

/** The body of `POST /halt`: without a category it stops all writes of the tenant. */
export const haltBody = z.strictObject({ category: z.string().min(1).nullish(), reason: z.string().min(1) }).meta({
  id: 'HaltOrder',
  description: 'The body of POST /halt; without a category it stops all writes of the tenant.',
});

/** A halt as core takes it in. */
export function haltFromWire({ category, reason }: z.infer<typeof haltBody>): {
  readonly category?: string;
  readonly reason: string;
} {
  return category ? { category, reason } : { reason };
}

/** A stop that somebody ordered. */
export const haltWire = z
  .strictObject({
    halt_id: z.string(),
    scope: z.enum(['global', 'tenant', 'category']),
    category: z.string().nullable(),
    reason: z.string(),
    by: z.string(),
    at: instant,
  })
  .meta({ id: 'Halt', description: 'A halt that is in force: nothing is written where it holds.' });
/** A stop that somebody ordered. */
export type HaltWire = z.infer<typeof haltWire>;

/** A stop that somebody ordered, for the wire. */
export function haltToWire(halt: Halt): HaltWire {
  const { haltId, scope, category, reason, by, atMs } = halt;
  return { halt_id: haltId, scope, category, reason, by, at: toIso(atMs) };
}
