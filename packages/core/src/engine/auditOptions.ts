import type { Anchor } from '../domain/audit.js';
import { AUDIT } from '../domain/policy.js';
import { RemitError } from '../errors.js';

/** How the tenants' chains are kept. */
export interface AuditOptions {
  /**
   * Authenticates every seal (HMAC-SHA256). Whoever can write the database but does not have the key cannot rewrite
   * the chain unseen. At least 32 bytes; keep it where the database's administrators cannot read it.
   */
  readonly hmacKey?: string | Uint8Array;
  /**
   * Told every new head, oldest first. Keep it where whoever can write the database cannot write: only against such
   * an anchor is a full rewrite found without a key. An error is told as trouble; the next head covers what was missed.
   */
  readonly onAnchor?: (anchor: Anchor) => void | Promise<void>;
}

/** Refuses a key that could be guessed. @throws RemitError `invalid_configuration`. */
export function requireLongKey({ hmacKey }: AuditOptions): void {
  if (hmacKey === undefined || Buffer.byteLength(hmacKey) >= AUDIT.keyBytes) return;
  throw new RemitError('invalid_configuration', `The audit key has fewer than ${AUDIT.keyBytes} bytes.`, {
    nextStep: `Make a random one, for example with: openssl rand -base64 ${AUDIT.keyBytes}`,
  });
}
