import type { Analyst } from '../ports/analyst.js';
import type { Storage } from '../ports/storage.js';
import { loadWork } from './verbs/later.js';
import type { AuditReport, VerifyOptions } from './verifyAudit.js';

/* What answers later anyway, and is loaded when it is first asked. */

/**
 * The embedded analyst: proposes from what was learned and from runbooks, with a confidence that counts the signs for
 * and against. No network, no model, the same answer for the same facts.
 */
export function runbookAnalyst(): Analyst {
  return {
    name: 'runbook',
    analyze: async (input) => (await loadWork()).proposeFromRunbooks(input),
  };
}

/**
 * Reads everything that is kept and checks that it is as it was written: every row of every log, what is kept beside
 * the logs, policies, halts, pins and feedback against their records, and the chain of seals. May run beside a Remit
 * that works. Without anchors and key, a database that was rewritten from the beginning, hashes included, looks intact.
 * @throws RemitError `storage_unavailable` when the store cannot be read.
 */
export async function verifyAudit(storage: Pick<Storage, 'audit'>, options?: VerifyOptions): Promise<AuditReport> {
  return (await loadWork()).verifyAudit(storage, options);
}
