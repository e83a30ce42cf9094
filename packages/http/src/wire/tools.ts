import { z } from 'zod';
import { json } from './common.js';

/* Tool definitions on the wire. Names and hashes are the same on both sides. */

const pins = z.record(z.string(), z.string());

/** `POST /catalogue/accept`: the hash of each definition as it was seen. */
export const acceptanceBody = z
  .strictObject({
    pins: pins.describe('Hash of each tool definition as seen, by name.'),
    everywhere: z.boolean().default(false).describe('For every tenant; needs the scope policy:everywhere.'),
  })
  .meta({
    id: 'ToolAcceptance',
    description: 'The body of POST /catalogue/accept: the hash of each definition as it was seen.',
  });

/** The pins in force. */
export const acceptedWire = z.strictObject({ pins: pins.readonly() });

const difference = z.strictObject({ pointer: z.string(), was: json.optional(), is: json.optional() });
const change = z.strictObject({
  name: z.string(),
  accepted: z.string().nullable(),
  now: z.string().nullable(),
  differences: z.array(difference).readonly(),
});

/** `GET /catalogue/tools`: the tools as they are, and what is not as accepted. */
export const toolReviewWire = z
  .strictObject({
    pins: pins.readonly(),
    changed: z.array(change).readonly(),
    unreachable: z.record(z.string(), z.string()).readonly(),
  })
  .meta({ id: 'ToolReview', description: 'The tools as they are now, and what is not as accepted.' });
