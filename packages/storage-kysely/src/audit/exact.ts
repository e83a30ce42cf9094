import type { StoredRow } from '@remit/core';
import { z } from 'zod';
import { whole } from '../rows.js';

/** JSON text that Remit wrote, as it was written: another spelling of the same value is damage too. */
export const exactJson = z.string().transform((text, context): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    if (JSON.stringify(value) === text) return value;
    context.addIssue({ code: 'custom', message: 'not spelled as Remit spells JSON' });
  } catch {
    context.addIssue({ code: 'custom', message: 'not JSON' });
  }
  return z.NEVER;
});

/** The columns that every log row has besides its content. */
export const placeShape = {
  position: whole,
  seq: whole,
  previous_hash: z.string(),
  hash: z.string(),
};

type Place = z.infer<z.ZodObject<typeof placeShape>>;

function numberOr0(value: unknown): number {
  const parsed = whole.safeParse(value);
  return parsed.success ? parsed.data : 0;
}

/** Reads a row whatever became of it: what cannot be read is told as damage, and the rest is there. */
export function storedRow<Row extends Place>(
  shape: z.ZodType<Row>,
  row: Readonly<Record<keyof Place, unknown>>,
  contentOf: (row: Row) => { readonly content: unknown; readonly damage: string | null },
): StoredRow {
  const parsed = shape.safeParse(row);
  if (parsed.success) {
    const { seq, position, previous_hash: previousHash, hash } = parsed.data;
    return { seq, position, previousHash, hash, ...contentOf(parsed.data) };
  }
  const damage = parsed.error.issues.map(({ path, message }) => `column ${path.join('.')} is ${message}.`).join(' ');
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    seq: numberOr0(row.seq),
    position: numberOr0(row.position),
    previousHash: text(row.previous_hash),
    hash: text(row.hash),
    content: null,
    damage,
  };
}
