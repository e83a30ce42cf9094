import { defaultPolicy } from '@remit/core';
import { memoryStorage, movableClock } from '@remit/core/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Guarantee, Subject } from '../src/index.js';
import { allGuarantees, attempt, subjectOf } from '../src/verifyGuarantees.js';
import { everyKind, LISTED } from './catalogues.js';

/* One protection missing at a time: the guarantee for it is found broken, and no other one that does not stand on it. */

const NOBODY_IS_ASKED = [
  'approval_binding',
  'approval_expired',
  'approval_other_ticket',
  'approval_replayed',
  'approval_stale_policy',
  'approval_stale_target',
  'approver_scope',
  'opt_in_withdrawn (not tried)',
  'policy_stricter_meanwhile',
  'quorum',
  'self_approval',
  'symptom_gone (not tried)',
  'tenants_apart',
];

/** Guarantees that stand on the same protection as another one, and so are broken with it. */
const STAND_ON_IT: Readonly<Record<string, readonly string[]>> = {
  // Where nobody is asked, there is no approval that could be refused.
  policy_asks: NOBODY_IS_ASKED,
  symptom_gone: ['approval_stale_target', 'healthy_target', 'hostile_text'],
  hostile_text: ['healthy_target', 'symptom_gone'],
  approval_other_ticket: ['approval_replayed'],
  approval_replayed: ['approval_other_ticket'],
  // Under a clock that stands still nothing is ever due.
  approval_expired: ['crash_resumed'],
  kill_switch_tenant: ['kill_switch_last_moment'],
  rate_limit: ['rate_limit_race'],
  intent_before_effect: ['crash_not_repeated', 'kill_switch_last_moment'],
  unknown_not_resent: ['crash_not_repeated'],
  crash_not_repeated: ['unknown_not_resent'],
  chain_edited: ['chain_swapped'],
  chain_removed: ['chain_cut', 'chain_edited', 'chain_swapped'],
  chain_swapped: ['chain_cut', 'chain_edited', 'chain_removed'],
  chain_cut: ['chain_edited', 'chain_removed', 'chain_swapped'],
  chain_own_store: ['chain_cut', 'chain_edited', 'chain_removed', 'chain_swapped'],
};

const own = memoryStorage({ clock: movableClock() });
const guarantees = allGuarantees(own.audit);
const subject = subjectOf({ catalogue: everyKind, tools: LISTED });

beforeAll(async () => {
  const change = { expectedVersion: 0, policy: defaultPolicy('server'), by: 'olga', atMs: 5 };
  await own.policies.save('default', 'server', change);
  await own.audit.seal('default', null);
});

/** The guarantees that are broken; a look at the table is spared where the table is the same. */
async function brokenOn(weak: Subject, all: readonly Guarantee[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const guarantee of all) {
    if (guarantee.id === 'monotonic' && weak.decide === subject.decide) continue;
    const { finding, failed } = await attempt(guarantee, weak);
    if (failed) found.push(`${guarantee.id} (not tried)`);
    else if (finding.kind !== 'holds') found.push(guarantee.id);
  }
  return found.sort();
}

it('with all protections in place every guarantee is tried and holds', async () => {
  expect(await brokenOn({ ...subject, decide: (input) => subject.decide(input) }, guarantees)).toEqual([]);
});

describe('with one protection missing', () => {
  it.each(guarantees.map((one) => [one.id, one] as const))('%s alone is found broken', async (id, missing) => {
    expect(await brokenOn(missing.without(subject), guarantees)).toEqual([id, ...(STAND_ON_IT[id] ?? [])].sort());
  });
});
