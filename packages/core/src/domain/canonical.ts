import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { RemitError } from '../errors.js';

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * The canonical JSON of a value (RFC 8785): the same text for the same content, whatever the order of keys.
 * @throws RemitError `invalid_input` for what JSON cannot say (NaN, Infinity, cycles).
 */
export function canonicalJson(value: unknown): string {
  try {
    const text = canonicalize(value);
    if (text !== undefined) return text;
  } catch (cause) {
    throw new RemitError('invalid_input', 'The value has no canonical JSON form.', { cause });
  }
  throw new RemitError('invalid_input', 'The value has no canonical JSON form: it is undefined.');
}

/**
 * A value as JSON carries it: what is no number becomes null, fields without a value are left out. What is plain already
 * is answered as it is, not copied: it is made for values that nobody changes.
 */
export function asJson(value: unknown): Json {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value !== 'object') return null;
  if (Array.isArray(value)) {
    let copy: Json[] | null = null;
    for (let at = 0; at < value.length; at += 1) {
      const item = asJson(value[at]);
      if (copy === null && item !== value[at]) copy = value.slice(0, at) as Json[];
      copy?.push(item);
    }
    return copy ?? (value as readonly Json[]);
  }
  const fields = value as Readonly<Record<string, unknown>>;
  let changed: Record<string, Json> | null = null;
  for (const key in fields) {
    const was = fields[key];
    const now = was === undefined ? undefined : asJson(was);
    if (now === was && was !== undefined) continue;
    changed ??= { ...fields } as Record<string, Json>;
    if (now === undefined) delete changed[key];
    else changed[key] = now;
  }
  return changed ?? (fields as { readonly [key: string]: Json });
}

/** Whether two JSON values say the same, whatever the order of keys. */
export function isSameJson(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (saysOtherwise(one) || saysOtherwise(other)) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other)) return false;
    if (one.length !== other.length) return false;
    for (let at = 0; at < one.length; at += 1) if (!isSameJson(one[at], other[at])) return false;
    return true;
  }
  const [fields, others] = [one, other] as [Readonly<Record<string, Json>>, Readonly<Record<string, Json>>];
  const keys = Object.keys(fields);
  if (keys.length !== Object.keys(others).length) return false;
  for (const key of keys) if (!Object.hasOwn(others, key) || !isSameJson(fields[key], others[key])) return false;
  return true;
}

/** Whether an object is no JSON value but writes itself as one, as a date does: its fields do not tell what it says. */
function saysOtherwise(value: object): boolean {
  return typeof (value as { readonly toJSON?: unknown }).toJSON === 'function';
}

/** SHA-256 of a text, as 64 hexadecimal digits. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

/** SHA-256 of the canonical JSON of a value, as 64 hexadecimal digits. */
export function hashOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** The hash of a log row: it covers the row and the hash of the row before ('' for the first). */
export function chainHash(previousHash: string, row: unknown): string {
  return sha256(`${previousHash}\n${canonicalJson(row)}`);
}
