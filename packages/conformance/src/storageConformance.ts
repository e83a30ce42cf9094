import { describe, expect, it } from 'vitest';
import { auditCases } from './storage/audit.js';
import { haltCases, lockCases, pinCases, policyCases, slotCases } from './storage/guards.js';
import { feedbackCases, patternCases, runbookCases, statsCases } from './storage/learning.js';
import { consumerCases, idempotencyCases, outboxCases } from './storage/outbox.js';
import { patternChangeCases } from './storage/patternChanges.js';
import { remediationCases } from './storage/remediations.js';
import { standingOrderCases } from './storage/standingOrders.js';
import { ticketCases } from './storage/tickets.js';
import { trialCases } from './storage/trials.js';
import { clockCases, dueCases, persistenceCases, tidyCases } from './storage/work.js';
import type { OpenedStorage, StorageCases } from './storage/world.js';

const GROUPS: Readonly<Record<string, StorageCases>> = {
  tickets: ticketCases,
  remediations: remediationCases,
  locks: lockCases,
  slots: slotCases,
  halts: haltCases,
  policies: policyCases,
  standingOrders: standingOrderCases,
  pins: pinCases,
  patterns: { ...patternCases, ...patternChangeCases },
  runbooks: runbookCases,
  feedback: feedbackCases,
  stats: statsCases,
  audit: auditCases,
  trials: trialCases,
  outbox: outboxCases,
  consumers: consumerCases,
  idempotency: idempotencyCases,
  due: dueCases,
  tidy: tidyCases,
  clock: clockCases,
  persistence: persistenceCases,
};

/** A store to be held to the contract. */
export interface StorageUnderTest {
  /** What the results call it. */
  readonly name: string;
  /** Opens an empty store with a clock of its own; called once per case. The suite closes what it opened. */
  readonly open: () => Promise<OpenedStorage>;
  /**
   * Cases that the store does not meet, as `group / case`, each with the reason. They are skipped and the reason is
   * printed; a name that is no case fails, so that a gap does not outlive what it excuses. Default: none.
   */
  readonly gaps?: Readonly<Record<string, string>>;
}

/** Every case of the contract as `group / case`, in order. */
export function storageCaseNames(): readonly string[] {
  return Object.entries(GROUPS).flatMap(([group, cases]) => Object.keys(cases).map((title) => `${group} / ${title}`));
}

/**
 * The contract of the Storage port as vitest tests: call it at the top of a test file. Every verb with its refusals, its
 * racing writers, the tenants' walls, and what must survive a restart.
 */
export function storageConformance({ name, open, gaps = {} }: StorageUnderTest): void {
  describe(`storage contract: ${name}`, () => {
    it('every declared gap is a case of the contract', () => {
      const known = new Set(storageCaseNames());
      expect(Object.keys(gaps).filter((gap) => !known.has(gap))).toEqual([]);
    });
    for (const [group, cases] of Object.entries(GROUPS)) {
      describe(group, () => {
        for (const [title, run] of Object.entries(cases)) {
          it(title, async (context) => {
            const gap = gaps[`${group} / ${title}`];
            if (gap !== undefined) context.skip(gap);
            const world = await open();
            try {
              await run(world);
            } finally {
              await world.storage.close();
            }
          });
        }
      });
    }
  });
}
