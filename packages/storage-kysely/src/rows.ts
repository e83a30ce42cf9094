import { RemitError } from '@remit/core';
import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { SqlDifferences } from './differences.js';

/*
 * Each column is checked in one step: a row has dozens, and every read of a row pays for each step of each of them.
 */

/** A column that is read by a function; what it answers null for is not what the column holds. */
function column<Value extends {}>(read: (value: unknown) => Value | null, fault: string): z.ZodType<Value, unknown> {
  return z.transform((value: unknown, context) => {
    const found = read(value);
    if (found !== null) return found;
    context.addIssue({ code: 'custom', message: fault });
    return z.NEVER;
  });
}

function toWhole(value: unknown): number | null {
  const isDigits = typeof value === 'string' && /^-?\d+$/.test(value);
  const number = typeof value === 'bigint' || isDigits ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : null;
}

/** A whole number, however the driver brings it. */
export const whole = column(toWhole, 'not a whole number up to 2^53');

/** A number, however the driver brings it. */
export const real = column((value) => {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return Number.isFinite(number) ? (number as number) : null;
}, 'not a number');

/** 0 or 1 as false or true. */
export const flag = column((value) => {
  const number = toWhole(value);
  return number === 0 || number === 1 ? number === 1 : null;
}, 'neither 0 nor 1');

/** A JSON column of this shape, as text or parsed already. */
export function json<Value>(shape: z.ZodType<Value>): z.ZodType<Value, unknown> {
  // Most columns that may be empty are, in most rows.
  const empty = shape.safeParse(null);
  return z.transform((value: unknown, context) => {
    if (value === null && empty.success) return empty.data;
    let found = value;
    if (typeof value === 'string') {
      try {
        found = JSON.parse(value) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: 'not JSON' });
        return z.NEVER;
      }
    }
    const read = shape.safeParse(found);
    if (read.success) return read.data;
    for (const { path, message } of read.error.issues) context.addIssue({ code: 'custom', path, message });
    return z.NEVER;
  });
}

/** Texts of one column whose values are kept. */
const REMEMBERED = 200;

/**
 * A JSON column of this shape that is read again and again and seldom changes: the same text is parsed once. Values are
 * shared, and never changed. To be selected as text ({@link asTextColumn}).
 */
export function rememberedJson<Value>(shape: z.ZodType<Value>): z.ZodType<Value, unknown> {
  const values = new Map<string, Value>();
  const parsed = json(shape);
  return z.unknown().transform((stored, context) => {
    const known = typeof stored === 'string' ? values.get(stored) : undefined;
    if (known !== undefined) return known;
    const read = parsed.safeParse(stored);
    if (!read.success) {
      for (const { path, message } of read.error.issues) context.addIssue({ code: 'custom', path, message });
      return z.NEVER;
    }
    if (typeof stored === 'string') {
      if (values.size >= REMEMBERED) values.clear();
      values.set(stored, read.data);
    }
    return read.data;
  });
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

/** A text from a list of rows as a JSON column takes it. */
export function asJsonColumn({ types }: Pick<SqlDifferences, 'types'>, name: string): RawBuilder<string> {
  return sql`cast(${sql.ref(name)} as ${sql.raw(types.json)})`;
}

/** A JSON column as text, exactly as it was written. */
export function asTextColumn(name: string): RawBuilder<string | null> {
  return sql`cast(${sql.ref(name)} as text)`;
}

/** A flag as columns keep it. */
export function asFlag(value: boolean): number {
  return value ? 1 : 0;
}

/** A flag that may be unknown. */
export function asFlagOrNull(value: boolean | null): number | null {
  return value === null ? null : asFlag(value);
}
