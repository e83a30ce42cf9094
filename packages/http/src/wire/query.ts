import type { PageRequest } from '@remit/core';
import { z } from 'zod';
import { ticketStatus } from './ticket.js';

/** A whole number in a query string. */
const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min).max(max));

const PAGE = { limit: whole(1, 200).default(50), cursor: z.string().min(1).optional() };
const category = z.string().min(1).optional();
const days = whole(1, 3650).default(30);

/** No query. */
export const noQuery = z.object({});
/** Which page. */
export const pageQuery = z.object(PAGE);
/** Which tickets. */
export const ticketsQuery = z.object({ ...PAGE, status: ticketStatus.optional(), category });
/** Which patterns. */
export const patternsQuery = z.object({ ...PAGE, category, min_occurrences: whole(0, 1_000_000_000).optional() });
/** Over which days, today included. */
export const daysQuery = z.object({ days });
/** Over which days and for which category. */
export const reliabilityQuery = z.object({ days, category });

/** A page, as core asks for it. */
export function pageFromWire({ limit, cursor }: z.infer<typeof pageQuery>): PageRequest {
  return { limit, cursor: cursor ?? null };
}
