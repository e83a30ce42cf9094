import { type Json, valueAt } from '@remit/core';

/** A piece of a message that can stand in a text; undefined for what is missing, empty or not one value. */
export function scalarAt(message: Json, pointer: string): string | undefined {
  const value = valueAt(message, pointer);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const PLACE = /\{(\/[^{}]*)\}/g;

/** A text with its places `{/json/pointer}` filled from a message, or the pointers that have nothing to fill in. */
export function fillText(
  text: string,
  message: Json,
): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly missing: readonly string[] } {
  const missing: string[] = [];
  const filled = text.replace(PLACE, (_, pointer: string) => {
    const found = scalarAt(message, pointer);
    if (found === undefined) missing.push(pointer);
    return found ?? '';
  });
  return missing.length > 0 ? { ok: false, missing } : { ok: true, text: filled };
}
