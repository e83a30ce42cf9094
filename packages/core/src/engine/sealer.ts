import { createHmac, timingSafeEqual } from 'node:crypto';
import { AUDIT } from '../domain/policy.js';
import type { Storage } from '../ports/storage.js';
import type { AuditOptions } from './auditOptions.js';

/** The code that a key gives to a seal's hash. */
export function macWith(key: string | Uint8Array): (hash: string) => string {
  return (hash) => createHmac('sha256', key).update(hash, 'utf8').digest('hex');
}

/** Whether a code is the key's, in a time that tells nothing about how much of it is right. */
export function isMacOf(key: string | Uint8Array): (hash: string, mac: string) => boolean {
  const macOf = macWith(key);
  return (hash, mac) => {
    const wanted = Buffer.from(macOf(hash));
    const given = Buffer.from(mac);
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  };
}

/** Seals what tenants wrote, at intervals well within a second. Several instances may do so at once. */
export interface Sealer {
  start(): void;
  /** Seals what is left, and no more after that. */
  stop(): Promise<void>;
}

/** What a sealer works with. */
export interface SealerOptions extends AuditOptions {
  readonly storage: Pick<Storage, 'audit'>;
  readonly trouble: (where: string, error: unknown) => void;
}

/**
 * Seals everything that no seal covers yet. Where much is left (after an outage, or an upgrade) it rests after each full
 * seal for as long as that took, so that tickets get their turn; not once `isEnding`.
 */
async function sealAll({ storage, hmacKey, onAnchor, trouble }: SealerOptions, isEnding: () => boolean): Promise<void> {
  const mac = hmacKey === undefined ? null : macWith(hmacKey);
  for (const tenant of await storage.audit.unsealed(AUDIT.tenantsPerTurn)) {
    try {
      for (;;) {
        const begunMs = performance.now();
        const seal = await storage.audit.seal(tenant, mac);
        const tookMs = performance.now() - begunMs;
        if (!seal) break;
        const { seq, hash, atMs, entries } = seal;
        try {
          await onAnchor?.({ tenant, seq, hash, atMs });
        } catch (error) {
          trouble('anchor', error);
        }
        if (entries.length >= AUDIT.logsPerSeal && !isEnding()) await new Promise((go) => setTimeout(go, tookMs));
      }
    } catch (error) {
      // One tenant's damaged row must not keep the others' from being sealed.
      trouble(`sealing ${tenant}`, error);
    }
  }
}

/** A sealer that is not running yet. */
export function sealerOf(options: SealerOptions): Sealer {
  let timer: NodeJS.Timeout | undefined;
  let turn: Promise<void> = Promise.resolve();
  let busy = false;
  let ending = false;

  function take(): Promise<void> {
    if (busy) return turn;
    busy = true;
    turn = sealAll(options, () => ending)
      .catch((error: unknown) => options.trouble('sealing', error))
      .finally(() => {
        busy = false;
      });
    return turn;
  }

  return {
    start() {
      timer ??= setInterval(() => void take(), AUDIT.sealEveryMs);
      timer.unref();
    },
    async stop() {
      if (timer === undefined) return;
      clearInterval(timer);
      ending = true;
      await turn;
      await take();
    },
  };
}
