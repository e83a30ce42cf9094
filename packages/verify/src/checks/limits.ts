import type { SlotClaim } from '@remit/core';
import type { Cast } from '../dry/play.js';
import type { Guarantee, Subject } from '../subject.js';
import { withOptions, withStore } from '../subject.js';
import { NO_LIMITS, TENANT, type Trial, withTrial } from '../trial.js';
import { anyOne, nothingSent, onEach } from './tries.js';

/* Whether limits and locks hold, races included. */

/** More than so many writes are not made to reach a limit; a higher one is tried at this height. */
const TRIED_AT_MOST = 10;
const MINUTE_MS = 60_000;

/** The subject whose store does not count some scopes. */
function uncounted(subject: Subject, scopes: readonly SlotClaim['scope'][]): Subject {
  return withStore(subject, (storage) => ({
    ...storage,
    slots: {
      reserve: (tenant, remediationId, claims) =>
        storage.slots.reserve(
          tenant,
          remediationId,
          claims.filter(({ scope }) => !scopes.includes(scope)),
        ),
    },
  }));
}

const RATES = ['tenant', 'category', 'target', 'pattern'] as const;

/** Runs one ticket after the other on a target that breaks again each time; answers how many wrote. */
async function again(trial: Trial, cast: Cast, times: number, apartMs: number): Promise<number> {
  for (let n = 0; n < times; n += 1) {
    trial.world.turn(cast.target, 'faulty');
    await trial.submit(`T-${n}`, cast);
    await trial.settle();
    trial.clock.advance(apartMs);
  }
  return trial.world.sent.length;
}

/** Guarantees about limits. */
export const limitGuarantees: readonly Guarantee[] = [
  {
    id: 'rate_limit',
    says: "No more writes in an hour than the category's policy and the tenant's limit allow.",
    properties: [3],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) => {
        const { category } = { category: subject.categories.find((one) => cast.entry.categories.includes(one)) ?? '' };
        const own = subject.policies[category]?.maxActionsPerHour ?? TRIED_AT_MOST;
        const limit = Math.min(own, subject.limits.actionsPerHourTenant, TRIED_AT_MOST);
        const policy = { maxActionsPerHour: limit };
        return withTrial(subject, [cast], { policy }, async (trial) => {
          const wrote = await again(trial, cast, limit + 2, 1_000);
          return wrote === limit ? null : `${wrote} writes within the hour; the limit is ${limit}.`;
        });
      }),
    without: (subject) => uncounted(subject, RATES),
  },
  {
    id: 'rate_limit_race',
    says: 'Workers that ask for the last slots at the same moment never take more than there are.',
    properties: [3],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) =>
        withTrial(subject, [cast], {}, async ({ storage }) => {
          const limit = 3;
          const claim: SlotClaim = { scope: 'tenant', key: 'race', amount: 1, limit, windowMs: 60 * MINUTE_MS };
          const asked = Array.from({ length: 4 * limit }, (_, n) =>
            storage.slots.reserve(TENANT, `race-${n}`, [claim]),
          );
          const got = (await Promise.all(asked)).filter(({ kind }) => kind === 'reserved').length;
          return got === limit ? null : `${got} workers took a slot; there are ${limit}.`;
        }),
      ),
    // Looks first and takes later: between the two others look as well.
    without: (subject) =>
      withStore(subject, (storage) => {
        const taken = new Map<string, number>();
        return {
          ...storage,
          slots: {
            async reserve(tenant, remediationId, claims) {
              const [claim] = claims;
              if (claim?.key !== 'race') return storage.slots.reserve(tenant, remediationId, claims);
              const seen = taken.get(claim.key) ?? 0;
              await Promise.resolve();
              if (seen >= claim.limit) return { kind: 'refused', claim, taken: seen, untilMs: null };
              taken.set(claim.key, seen + 1);
              return { kind: 'reserved' };
            },
          },
        };
      }),
  },
  {
    id: 'target_lock',
    says: 'While one remediation works on a target, no other one writes to it.',
    properties: [4],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) =>
        withTrial(subject, [cast], {}, async (trial) => {
          const other = await trial.instance();
          let inside = 0;
          let most = 0;
          trial.world.during = async () => {
            inside += 1;
            most = Math.max(most, inside);
            if (inside === 1) await other.settle();
            inside -= 1;
          };
          await trial.submit('T-1', cast);
          await trial.submit('T-2', cast);
          await trial.decide();
          await trial.settle();
          if (trial.world.sent.length === 0) return `Nothing was written: ${await trial.say('T-1')}.`;
          return most === 1 ? null : `${most} writes were on their way to ${cast.target} at once.`;
        }),
      ),
    without: (subject) =>
      withStore(subject, (storage) => ({
        ...storage,
        locks: { ...storage.locks, take: async () => ({ kind: 'taken' }) },
      })),
  },
  {
    id: 'loop',
    says: 'An action that keeps being needed on the same target goes to a person.',
    properties: [3],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) => {
        const loopAllowed = Math.min(subject.limits.loopAllowed, TRIED_AT_MOST);
        const options = { settings: { limits: { ...NO_LIMITS, loopAllowed } } };
        return withTrial(subject, [cast], { options }, async (trial) => {
          const wrote = await again(trial, cast, loopAllowed + 2, 11 * MINUTE_MS);
          return wrote === loopAllowed ? null : `It was carried out ${wrote} times; ${loopAllowed} are allowed.`;
        });
      }),
    without: (subject) => uncounted(subject, ['loop']),
  },
  {
    id: 'storm',
    says: 'Many tickets of one pattern on different targets within minutes go to a person.',
    properties: [3],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) => {
        const stormFrom = Math.min(subject.limits.stormFrom, TRIED_AT_MOST);
        const options = { settings: { limits: { ...NO_LIMITS, stormFrom } } };
        return withTrial(subject, [cast], { options }, async (trial) => {
          for (let n = 1; n < stormFrom; n += 1) {
            trial.plans.set(`T-${n}`, { actions: [{ action: `remit-verify-${n}`, arguments: {} }] });
            await trial.submit(`T-${n}`, cast);
          }
          await trial.submit('T', cast);
          await trial.settle();
          return nothingSent(trial, 'T');
        });
      }),
    without: (subject) =>
      withStore(subject, (storage) => ({ ...storage, patterns: { ...storage.patterns, plansOf: async () => [] } })),
  },
  {
    id: 'blast_radius_plan',
    says: 'A plan of more actions than allowed is not begun.',
    properties: [3],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) =>
        withTrial(subject, [cast], {}, async (trial) => {
          const actions = Array.from({ length: subject.limits.actionsPerPlan + 1 }, () => ({
            action: cast.entry.name,
            arguments: cast.arguments,
          }));
          trial.plans.set('T', { actions });
          await trial.submit('T', cast);
          await trial.settle();
          return nothingSent(trial, 'T');
        }),
      ),
    without: (subject) =>
      withOptions(subject, (options) => ({
        ...options,
        settings: {
          ...options.settings,
          limits: { ...options.settings?.limits, actionsPerPlan: 1_000, targetsPerPlan: 1_000 },
        },
      })),
  },
  {
    id: 'blast_radius_hour',
    says: 'No more targets are touched in an hour than the tenant allows.',
    properties: [3],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) => {
        const targetsPerHourTenant = Math.min(subject.limits.targetsPerHourTenant, TRIED_AT_MOST);
        const options = { settings: { limits: { ...NO_LIMITS, targetsPerHourTenant } } };
        return withTrial(subject, [cast], { options }, async (trial) => {
          const wrote = await again(trial, cast, targetsPerHourTenant + 2, 1_000);
          const allowed = targetsPerHourTenant;
          return wrote === allowed ? null : `${wrote} targets were touched within the hour; ${allowed} are allowed.`;
        });
      }),
    without: (subject) => uncounted(subject, ['blast']),
  },
];
