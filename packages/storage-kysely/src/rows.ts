import { RemitError } from '@remit/core';
import { z } from 'zod';

/** A whole number, however the driver brings it. */
export const whole = z
  .union([z.number(), z.bigint(), z.string().regex(/^-?\d+$/)])
  .transform(Number)
  .refine(Number.isSafeInteger, 'not a whole number up to 2^53');

/** A number, however the driver brings it. */
export const real = z
  .union([z.number(), z.string().min(1)])
  .transform(Number)
  .refine(Number.isFinite, 'not a number');

/** 0 or 1 as false or true. */
export const flag = whole.pipe(z.union([z.literal(0), z.literal(1)])).transform((value) => value === 1);

/** A JSON column of this shape, as text or parsed already. */
export function json<Value>(shape: z.ZodType<Value>): z.ZodType<Value, unknown> {
  return z
    .unknown()
    .transform((value, context) => {
      if (typeof value !== 'string') return value;
      try {
        return JSON.parse(value) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: 'not JSON' });
        return z.NEVER;
      }
    })
    .pipe(shape);
}

/**
 * Parses one row.
 * @param key what identifies the row, for the message.
 * @throws RemitError `storage_unavailable` that names table and key, for a row that Remit cannot have written.
 */
export function parseRow<Value>(table: string, key: unknown, shape: z.ZodType<Value>, row: unknown): Value {
  const parsed = shape.safeParse(row);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, detail: message }));
  const at = JSON.stringify(key, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
  throw new RemitError('storage_unavailable', `A row of table ${table} is damaged (key ${at}).`, {
    nextStep: 'Restore the row from a backup; something other than Remit changed it.',
    faults,
    facts: { table, key: at },
    cause: parsed.error,
  });
}

/**
 * The text that a JSON column gets.
 * @throws RemitError `invalid_input` for numbers that JSON cannot say: they would come back as null.
 */
export function asJson(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => {
    if (typeof part === 'number' && !Number.isFinite(part)) {
      throw new RemitError('invalid_input', `The number ${part} (under "${key}") cannot be stored.`);
    }
    return part;
  });
}

/** A flag as columns keep it. */
export function asFlag(value: boolean): number {
  return value ? 1 : 0;
}

/** A flag that may be unknown. */
export function asFlagOrNull(value: boolean | null): number | null {
  return value === null ? null : asFlag(value);
}
