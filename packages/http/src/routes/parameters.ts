import { z } from 'zod';

const segment = z.string().refine((text) => !text.includes('\0'), 'must not contain NUL');

/** No parameters in the path. */
export const nothing = z.object({});
/** A ticket, by the caller's own id. */
export const ofTicket = z.object({ ticket_id: segment.describe("The caller's own id; a slash in it is sent as %2F.") });
/** A configured category. */
export const ofCategory = z.object({ category: segment.describe('One of the configured categories.') });
/** A learned pattern. */
export const ofPattern = z.object({ pattern_id: segment });
/** A dead letter. */
export const ofDeadLetter = z.object({ dead_letter_id: segment.describe('As `GET /webhooks/dead-letters` names it.') });
/** A halt. */
export const ofHalt = z.object({ halt_id: segment });
