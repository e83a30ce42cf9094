import { createHash } from 'node:crypto';
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

/** SHA-256 of a text, as 64 hexadecimal digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** SHA-256 of the canonical JSON of a value, as 64 hexadecimal digits. */
export function hashOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** The hash of a log row: it covers the row and the hash of the row before ('' for the first). */
export function chainHash(previousHash: string, row: unknown): string {
  return sha256(`${previousHash}\n${canonicalJson(row)}`);
}
