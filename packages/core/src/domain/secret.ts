import type { Json } from './canonical.js';

/** The name in a secret reference `{ secretRef: 'name' }`, or null for anything else. */
export function secretRefOf(value: Json | undefined): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const entries = Object.entries(value as Record<string, Json>);
  const [only] = entries;
  return entries.length === 1 && only?.[0] === 'secretRef' && typeof only[1] === 'string' ? only[1] : null;
}

const escaped = (token: string): string => token.replaceAll('~', '~0').replaceAll('/', '~1');
const unescaped = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~');

/** The JSON pointers at which a value holds anything that is called `secretRef`, well formed or not. */
export function secretRefsIn(value: Json, at = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (!Array.isArray(value) && Object.hasOwn(value, 'secretRef')) return [at];
  const found: string[] = [];
  for (const key of Object.keys(value)) {
    const item = (value as Readonly<Record<string, Json>>)[key];
    if (typeof item === 'object' && item !== null) found.push(...secretRefsIn(item, `${at}/${escaped(key)}`));
  }
  return found;
}

/** A copy with another value at a JSON pointer that stands for something. */
export function withValueAt(value: Json, pointer: string, replacement: Json): Json {
  if (pointer === '') return replacement;
  const [, first = '', ...rest] = pointer.split('/');
  const key = unescaped(first);
  const deeper = rest.map((token) => `/${token}`).join('');
  const put = (item: Json, name: string): Json => (name === key ? withValueAt(item, deeper, replacement) : item);
  if (Array.isArray(value)) return value.map((item, index) => put(item, String(index)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, put(item, name)]));
}
