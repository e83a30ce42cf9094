import type { Halt, Policy, Storage } from '@remit/core';
import type { Cast } from '../dry/play.js';
import type { Guarantee, Subject } from '../subject.js';
import { withEntries, withExecutor, withPolicy, withStore } from '../subject.js';
import { ASKING, OPERATOR, TENANT, type Trial, withTrial } from '../trial.js';
import { anyOne, nothingSent, onEach } from './tries.js';

/* Whether what people ordered stops what is on its way: kill switch, windows, accepted tools. */

/** A trial with a run that was decided to be automatic and has not begun. */
function decided(
  subject: Subject,
  cast: Cast,
  attempt: (trial: Trial) => Promise<void>,
  policy: Partial<Policy> = {},
): Promise<string | null> {
  return withTrial(subject, [cast], { policy }, async (trial) => {
    await trial.submit('T', cast);
    await trial.decide();
    await attempt(trial);
    await trial.settle();
    return nothingSent(trial, 'T');
  });
}

/** A store that forgets some halts. */
function deafTo(subject: Subject, scope: Halt['scope']): Subject {
  const heard = (halts: readonly Halt[]) => halts.filter((halt) => halt.scope !== scope);
  return withStore(subject, (storage) => ({
    ...storage,
    halts: { ...storage.halts, inForce: async (tenant) => heard(await storage.halts.inForce(tenant)) },
    async standingOrders(...asked) {
      const orders = await storage.standingOrders(...asked);
      return { ...orders, halts: heard(orders.halts) };
    },
  }));
}

const ORDERS: Readonly<Record<Halt['scope'], (category: string) => { category?: string; everywhere?: boolean }>> = {
  global: () => ({ everywhere: true }),
  tenant: () => ({}),
  category: (category) => ({ category }),
};

function killSwitch(scope: Halt['scope'], says: string): Guarantee {
  return {
    id: `kill_switch_${scope}`,
    says,
    properties: [1],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) =>
        decided(subject, cast, async ({ remit, category }) => {
          await remit.halt(OPERATOR, { ...ORDERS[scope](category), reason: 'remit verify' });
        }),
      ),
    without: (subject) => deafTo(subject, scope),
  };
}

const HOUR_MS = 3_600_000;

/** A window that is shut at the time of a trial, Monday 09:00 UTC. */
const SHUT: Policy['maintenanceWindows'] = [{ zone: 'UTC', days: ['sat'], from: '02:00', to: '04:00' }];

/** Guarantees about orders. */
export const orderGuarantees: readonly Guarantee[] = [
  killSwitch('global', 'A halt everywhere stops a run before its next write.'),
  killSwitch('tenant', "A tenant's halt stops its runs before their next write."),
  killSwitch('category', "A category's halt stops its runs before their next write."),
  {
    id: 'kill_switch_last_moment',
    says: 'A halt that is raised after every check has passed and right before the call still stops it.',
    properties: [1],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) => {
        const halt = { haltId: 'h', scope: 'tenant', tenant: TENANT, category: null, reason: 'late', by: 'v' } as const;
        const faults = (storage: Storage): Storage => ({
          ...storage,
          remediations: {
            ...storage.remediations,
            async append(append) {
              const appended = await storage.remediations.append(append);
              const isIntent = append.events.some(({ type }) => type === 'action_intended');
              if (isIntent) await storage.halts.raise({ ...halt, atMs: await storage.now() });
              return appended;
            },
          },
        });
        return withTrial(subject, [cast], { faults }, async (trial) => {
          await trial.submit('T', cast);
          await trial.settle();
          return nothingSent(trial, 'T');
        });
      }),
    without: (subject) =>
      withExecutor(subject, (executor) => ({
        ...executor,
        call: (request, limits) => executor.call({ ...request, refusedNow: async () => null }, limits),
      })),
  },
  {
    id: 'kill_switch_unknown',
    says: 'When the store cannot tell whether there is a halt, nothing is sent.',
    properties: [10],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) => {
        const fail = async (): Promise<never> => {
          throw new Error('the store does not answer');
        };
        const faults = (storage: Storage): Storage => ({
          ...storage,
          halts: { ...storage.halts, inForce: fail },
          standingOrders: fail,
        });
        return withTrial(subject, [cast], { faults }, async (trial) => {
          await trial.submit('T', cast);
          await trial.settle();
          return nothingSent(trial, 'T');
        });
      }),
    without: (subject) =>
      withStore(subject, (storage) => ({
        ...storage,
        halts: { ...storage.halts, inForce: (tenant) => storage.halts.inForce(tenant).catch(() => []) },
        standingOrders: (tenant, about) =>
          storage.standingOrders(tenant, about).catch(async () => ({
            nowMs: await storage.now(),
            halts: [],
            ticket: { optedIn: true, isResolvedByPerson: false },
            policy: await storage.policies.find(tenant, about.category),
          })),
      })),
  },
  {
    id: 'opt_in_withdrawn',
    says: 'A ticket that is opted out before its first write is not written for.',
    properties: [1],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) =>
        withTrial(subject, [cast], { policy: { ...ASKING, approvers: 1 } }, async (trial) => {
          await trial.submit('T', cast);
          await trial.settle();
          await trial.remit.setOptIn(OPERATOR, 'T', false);
          await trial.settle();
          await trial.approve('T').catch(() => {});
          await trial.settle();
          return nothingSent(trial, 'T');
        }),
      ),
    without: (subject) => ({
      ...subject,
      remit(own) {
        const remit = subject.remit(own);
        return { ...remit, setOptIn: (actor, ticketId) => remit.ticket(actor, ticketId) };
      },
    }),
  },
  {
    id: 'policy_stricter_meanwhile',
    says: 'A policy that became stricter after the decision holds for runs that have not begun.',
    properties: [1, 8],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) =>
        decided(subject, cast, async ({ bare, category, policy, clock }) => {
          const change = { policy: { ...policy, requiresApproval: true }, by: 'verify', atMs: clock.now() } as const;
          await bare.policies.save(TENANT, category, { ...change, expectedVersion: 1 });
        }),
      ),
    // A store that goes on with the policy that it read first.
    without: (subject) =>
      withStore(subject, (storage) => {
        let first: Policy | null = null;
        return {
          ...storage,
          policies: {
            ...storage.policies,
            async find(...asked) {
              const found = await storage.policies.find(...asked);
              first ??= found?.policy ?? null;
              return found && first && { ...found, policy: first };
            },
          },
          async standingOrders(...asked) {
            const orders = await storage.standingOrders(...asked);
            return { ...orders, policy: orders.policy && { ...orders.policy, policy: first ?? orders.policy.policy } };
          },
        };
      }),
  },
  {
    id: 'tool_changed',
    says: 'A tool whose definition changed after it was accepted is not called.',
    properties: [1],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) =>
        decided(subject, cast, async ({ world }) => {
          world.version = '2';
        }),
      ),
    // An installation that accepts whatever its servers say.
    without: (subject) =>
      withStore(subject, (storage, world) => ({
        ...storage,
        pins: {
          ...storage.pins,
          async accepted() {
            return (await world.executor.catalogue({ signal: AbortSignal.timeout(1_000) })).pins;
          },
        },
      })),
  },
  {
    id: 'maintenance_window',
    says: 'Outside the maintenance windows nothing is written; it waits for the next one.',
    properties: [1],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) =>
        decided(subject, cast, async () => {}, { maintenanceWindows: SHUT }),
      ),
    without: (subject) => withPolicy(subject, { maintenanceWindows: [] }),
  },
  {
    id: 'freeze_period',
    says: 'In a freeze nothing is written.',
    properties: [1],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) => {
        const nowMs = Date.UTC(2026, 0, 5, 9);
        const freeze = { fromMs: nowMs - HOUR_MS, toMs: nowMs + HOUR_MS, reason: 'remit verify' };
        return decided(subject, cast, async () => {}, { freezePeriods: [freeze] });
      }),
    without: (subject) => withPolicy(subject, { freezePeriods: [] }),
  },
  {
    id: 'backup_missing',
    says: 'Where the catalogue asks for a backup, nothing is written without proof of a fresh one.',
    properties: [10],
    attempt: (subject) =>
      onEach(
        subject.plays.filter(({ entry }) => entry.backup),
        ({ casts: [first] }) => {
          const { backup } = first.entry;
          if (!backup) return Promise.resolve(null);
          // The same backup, which nothing is fresh enough for.
          const entry = { ...first.entry, backup: { ...backup, maxAgeSeconds: -1 } };
          const cast = { ...first, entry };
          const actions = subject.catalogue.actions.map((one) => (one.name === entry.name ? entry : one));
          return withTrial(
            subject,
            [cast],
            { options: { catalogue: { ...subject.catalogue, actions } } },
            async (trial) => {
              await trial.submit('T', cast);
              await trial.settle();
              return nothingSent(trial, 'T');
            },
          );
        },
        'No action asks for a backup.',
      ),
    without: (subject) =>
      withEntries(subject, ({ backup, ...entry }) => [
        backup && backup.maxAgeSeconds >= 0 ? { ...entry, backup } : entry,
      ]),
  },
];
