import type { Json } from './canonical.js';

/** What stands in the place of a secret value. */
export const MASK = '[secret]';

/** The ways in which a text may spell these values: as they are, as JSON, as part of an address, as base64. Longest first. */
export function spellings(values: readonly string[]): readonly string[] {
  const all = values.flatMap((value) => {
    const bytes = new TextEncoder().encode(value);
    const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
    const url = base64.replaceAll('+', '-').replaceAll('/', '_');
    // Half a pair of surrogates cannot be part of an address.
    const encoded = /\p{Cs}/u.test(value) ? [] : [encodeURIComponent(value)];
    return [
      value,
      JSON.stringify(value).slice(1, -1),
      ...encoded,
      base64,
      base64.replace(/=+$/, ''),
      url,
      url.replace(/=+$/, ''),
    ];
  });
  return [...new Set(all)].filter((spelling) => spelling !== '').sort((a, b) => b.length - a.length);
}

/** A text without these spellings. */
export function hide(text: string, hidden: readonly string[]): string {
  return hidden.reduce((told, spelling) => told.replaceAll(spelling, MASK), text);
}

/** A value without these spellings, keys included. Numbers that spell one are hidden too. */
export function hideIn(value: Json, hidden: readonly string[]): Json {
  if (hidden.length === 0) return value;
  if (typeof value === 'string') return hide(value, hidden);
  if (typeof value === 'number') return hidden.includes(String(value)) ? MASK : value;
  if (Array.isArray(value)) return value.map((item) => hideIn(item, hidden));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [hide(key, hidden), hideIn(item, hidden)]));
}
