import type { Json } from './canonical.js';

/** The name in a secret reference `{ secretRef: 'name' }`, or null for anything else. */
export function secretRefOf(value: Json | undefined): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const entries = Object.entries(value as Record<string, Json>);
  const [only] = entries;
  return entries.length === 1 && only?.[0] === 'secretRef' && typeof only[1] === 'string' ? only[1] : null;
}
