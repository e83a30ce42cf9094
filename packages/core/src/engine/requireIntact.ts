import { brokenRowOf } from '../domain/audit.js';
import { RemitError } from '../errors.js';
import type { LoadedRemediation } from '../ports/storage.js';

/**
 * Nothing is done on the word of a log that somebody changed.
 * @throws RemitError `storage_unavailable` that names the row.
 */
export function requireIntact({ remediationId, rows }: Pick<LoadedRemediation, 'remediationId' | 'rows'>): void {
  const broken = brokenRowOf(rows);
  if (broken === null) return;
  throw new RemitError(
    'storage_unavailable',
    `Row ${broken} of remediation ${remediationId} is not as it was written.`,
    {
      nextStep: 'Run `remit audit verify`. Nothing is done with this remediation until its log is restored.',
      facts: { remediationId, row: broken },
    },
  );
}
