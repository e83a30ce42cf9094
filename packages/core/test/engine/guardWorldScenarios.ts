import { type Fleet, type FleetSetup, HOUR, PATTERN } from './fleet.js';
import { plan } from './fleetCatalogue.js';
import { ASKS, afterYes, between, type Scenario, submitAndSettle, TWO_STEPS } from './guardScenario.js';

const noon = Date.UTC(2026, 0, 5, 12);
const MONDAY = { zone: 'UTC', days: ['mon'], from: '12:00', to: '13:00' } as const;

/** As many earlier writes as fill a count. */
const taken =
  (scope: 'tenant' | 'category' | 'target' | 'pattern' | 'loop' | 'storm' | 'blast', key: string, windowMs: number) =>
  (amount: number) =>
  async (f: Fleet): Promise<void> => {
    const claims = [{ scope, key, amount, limit: 1000, windowMs }];
    await f.storage.slots.reserve('acme', `earlier-${amount}`, claims);
    await submitAndSettle(f);
  };

const backupIs =
  (change: Partial<Fleet['backup']>) =>
  (f: Fleet): Promise<void> =>
    afterYes(() => Object.assign(f.backup, change))(f);
const RESIZE: FleetSetup = { plan: plan('resize web') };

/** What the world, the clock and the limits stop. */
export const WORLD_SCENARIOS: readonly Scenario[] = [
  {
    name: 'a closed maintenance window',
    without: ['maintenance_window'],
    ends: 'deferred/maintenance_window',
    setup: { policy: { maintenanceWindows: [MONDAY] } },
    act: submitAndSettle,
  },
  {
    name: 'a window that closes too soon for plan and rollback',
    without: ['maintenance_window'],
    ends: 'deferred/maintenance_window',
    setup: { policy: { maintenanceWindows: [MONDAY] } },
    act: async (f) => {
      f.clock.set(noon + HOUR - 999);
      await submitAndSettle(f);
    },
  },
  {
    name: 'a freeze',
    without: ['freeze_period'],
    ends: 'deferred/freeze_period',
    setup: { policy: { freezePeriods: [{ fromMs: 0, toMs: noon, reason: 'year end' }] } },
    act: submitAndSettle,
  },
  {
    name: 'a freeze that begins before the plan would be done',
    without: ['freeze_period'],
    ends: 'deferred/freeze_period',
    setup: { policy: { freezePeriods: [{ fromMs: noon, toMs: noon + HOUR, reason: 'year end' }] } },
    act: async (f) => {
      f.clock.set(noon - 999);
      await submitAndSettle(f);
    },
  },
  {
    name: 'a target that another remediation holds',
    without: ['target_lock'],
    ends: 'deferred/target_lock',
    act: async (f) => {
      await f.storage.locks.take('acme', 'somebody-else', ['global/service:web']);
      await submitAndSettle(f);
    },
    keeps: 'locks',
  },
  {
    name: 'five tickets of the pattern on different targets within ten minutes',
    without: ['storm_guard'],
    ends: 'manual/storm_guard',
    act: async (f) => {
      for (const name of ['api', 'db', 'mail', 'auth']) {
        f.said.plan = plan(`restart ${name}`);
        await f.submit(`STORM-${name}`, { optedIn: false });
        await f.settle();
      }
      f.said.plan = plan('restart web');
      await submitAndSettle(f);
    },
  },
  {
    name: 'a plan of six actions',
    without: ['blast_radius'],
    ends: 'manual/blast_radius',
    setup: { plan: plan(...Array<string>(6).fill('restart web')) },
    act: submitAndSettle,
  },
  {
    name: 'a plan on four targets',
    without: ['blast_radius'],
    ends: 'manual/blast_radius',
    setup: { plan: plan('restart web', 'restart api', 'restart db', 'restart mail') },
    act: async (f) => {
      Object.assign(f.services['mail'] ?? {}, { up: false });
      await f.submit('T', { targets: ['web', 'api', 'db', 'mail'].map((name) => `service:${name}`) });
      await f.settle();
    },
  },
  {
    name: 'a backup that cannot be asked for',
    without: ['backup'],
    ends: 'manual/backup',
    setup: RESIZE,
    act: backupIs({ there: false }),
  },
  {
    name: 'a backup that was never verified',
    without: ['backup'],
    ends: 'manual/backup',
    setup: RESIZE,
    act: backupIs({ verified: false }),
  },
  {
    name: 'a stale backup',
    without: ['backup'],
    ends: 'manual/backup',
    setup: RESIZE,
    act: backupIs({ ageSeconds: 61 }),
  },
  {
    name: 'a backup from the future',
    without: ['backup'],
    ends: 'manual/backup',
    setup: RESIZE,
    act: backupIs({ ageSeconds: -1 }),
  },
  {
    name: 'a symptom that is gone',
    without: ['symptom'],
    ends: 'recovered/symptom',
    act: between((f) => Object.assign(f.services['web'] ?? {}, { up: true })),
  },
  {
    name: 'a precheck that fails',
    without: ['prechecks'],
    ends: 'manual/prechecks',
    act: between((f) => Object.assign(f.services['web'] ?? {}, { disk: 'full' })),
  },
  {
    name: 'a snapshot that moved beyond its tolerance',
    setup: ASKS,
    without: ['snapshot'],
    ends: 'superseded/snapshot',
    act: afterYes((f) => Object.assign(f.services['web'] ?? {}, { load: 56 })),
  },
  {
    name: 'a target that moved since our own last step',
    without: ['snapshot'],
    ends: 'rolled_back/snapshot',
    setup: TWO_STEPS,
    writesBefore: 1,
    keeps: 'slots',
    act: async (f) => {
      let looks = 0;
      f.before = (tool, service) => {
        // The first look after the first effect is our own snapshot; it moves after that.
        if (f.effects.length > 0 && tool === 'ops/status' && service === 'api') looks += 1;
        if (looks === 2) Object.assign(f.services['api'] ?? {}, { load: 90 });
      };
      await submitAndSettle(f);
    },
  },
  {
    name: 'the third remediation of one target and action within 24 h',
    without: ['rate_slots'],
    ends: 'manual/rate_slots',
    act: taken('loop', `global/service:web restart`, 24 * HOUR)(2),
    keeps: 'slots',
  },
  {
    name: 'ten writes of the tenant within the hour',
    without: ['rate_slots'],
    ends: 'deferred/rate_slots',
    act: taken('tenant', 'acme', HOUR)(10),
    keeps: 'slots',
  },
  {
    name: 'ten writes of the category within the hour',
    without: ['rate_slots'],
    ends: 'deferred/rate_slots',
    act: taken('category', 'server', HOUR)(10),
  },
  {
    name: 'ten writes on the target within the hour',
    without: ['rate_slots'],
    ends: 'deferred/rate_slots',
    act: taken('target', 'global/service:web', HOUR)(10),
  },
  {
    name: 'ten writes of the pattern within the hour',
    without: ['rate_slots'],
    ends: 'deferred/rate_slots',
    act: taken('pattern', PATTERN, HOUR)(10),
  },
  {
    name: 'four remediations of the pattern within ten minutes',
    without: ['rate_slots'],
    ends: 'manual/rate_slots',
    act: taken('storm', PATTERN, HOUR / 6)(4),
  },
  {
    name: 'ten targets of the tenant within the hour',
    without: ['rate_slots'],
    ends: 'manual/rate_slots',
    act: taken('blast', 'acme', HOUR)(10),
  },
];
