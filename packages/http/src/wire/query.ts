import { PATTERN_TICKETS_SHOWN, type PageRequest, SIMILARITY } from '@remit/core';
import { z } from 'zod';
import { ticketStatus } from './ticket.js';

/** A whole number in a query string. */
const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .meta({ override: { type: 'integer', minimum: min, maximum: max } });

const PAGE = {
  limit: whole(1, 200).default(50).describe('Items of a page; default 50.'),
  cursor: z.string().min(1).optional().describe('`next_cursor` of the page before.'),
};
const category = z.string().min(1).optional().describe('One of the configured categories.');
const days = whole(1, 3650).default(30).describe('Days up to now; default 30.');

/** No query. */
export const noQuery = z.strictObject({});
/** Which page. */
export const pageQuery = z.strictObject(PAGE);
/** Which tickets. */
export const ticketsQuery = z.strictObject({ ...PAGE, status: ticketStatus.optional(), category });
/** Which patterns. */
export const patternsQuery = z.strictObject({ ...PAGE, category, min_occurrences: whole(0, 1_000_000_000).optional() });
/** How many tickets of a pattern. */
export const patternTicketsQuery = z.strictObject({
  limit: whole(1, PATTERN_TICKETS_SHOWN).default(50).describe('How many; default 50.'),
});
/** How many dead letters. */
export const deadLettersQuery = z.strictObject({ limit: whole(1, 200).default(50).describe('How many; default 50.') });
/** How many similar tickets. */
export const similarQuery = z.strictObject({
  limit: whole(1, SIMILARITY.mostShown).default(SIMILARITY.shown).describe(`How many; default ${SIMILARITY.shown}.`),
});
/** Over which days, today included. */
export const daysQuery = z.strictObject({ days });
/** Over which days and for which category. */
export const reliabilityQuery = z.strictObject({ days, category });

/** A page, as core asks for it. */
export function pageFromWire({ limit, cursor }: z.infer<typeof pageQuery>): PageRequest {
  return { limit, cursor: cursor ?? null };
}
