import { describe, expect, it } from 'vitest';
import type { CatalogueEntry } from '../../src/domain/action.js';
import type { Executor } from '../../src/ports/executor.js';
import { type Fleet, type FleetSetup, fleet, HOUR } from './fleet.js';
import { fleetCatalogue, plan, restart } from './fleetCatalogue.js';
import {
  CHANGES,
  type Change,
  firstEnd,
  ONLY_APPROVED,
  ONLY_AUTO,
  onDb,
  type Tampering,
  tampering,
} from './toctouChanges.js';
import { operator } from './world.js';

async function expectStopped(f: Fleet, { ends, status }: Pick<Change, 'ends' | 'status'>): Promise<void> {
  expect(f.effects).toEqual([]);
  expect(f.executor.sent).toEqual([]);
  expect(await firstEnd(f)).toBe(ends);
  expect((await f.view('T')).ticket.status).toBe(status);
}

const named = (changes: readonly Change[]) => changes.map((change) => [change.what, change] as const);

/** From 12:00 to 13:00 UTC; the clock starts at 9:00. */
const NOON = { maintenanceWindows: [{ zone: 'UTC', days: ['mon'], from: '12:00', to: '13:00' } as const] };
const ASKS: FleetSetup = { policy: { requiresApproval: true } };

/** How a run comes to lie between its decision and its start. */
interface Wait {
  readonly setup: FleetSetup;
  readonly until: (f: Fleet) => Promise<unknown>;
  readonly goOn: (f: Fleet) => Promise<unknown>;
}

const submitted = async (f: Fleet): Promise<void> => {
  await f.submit('T');
  await f.settle();
};

const AUTO_WAITS: Readonly<Record<string, Wait>> = {
  'an automatic decision': {
    setup: {},
    async until(f) {
      await f.submit('T');
      await f.decide();
      expect((await f.view('T')).remediation?.state).toBe('proposed');
    },
    goOn: (f) => f.settle(),
  },
  'an automatic decision that was put off for room under a limit': {
    setup: {},
    async until(f) {
      const all = [{ scope: 'tenant', key: 'acme', amount: 10, limit: 10, windowMs: HOUR } as const];
      await f.storage.slots.reserve('acme', 'earlier', all);
      await submitted(f);
      expect(await f.end('T')).toBe('deferred/rate_slots');
    },
    goOn: (f) => f.later(HOUR),
  },
  'an automatic decision that waits for a maintenance window': {
    setup: { policy: NOON },
    async until(f) {
      await submitted(f);
      expect(await f.end('T')).toBe('deferred/maintenance_window');
    },
    goOn: (f) => f.later(3 * HOUR),
  },
};

const APPROVED_WAITS: Readonly<Record<string, Wait>> = {
  'an approval': {
    setup: ASKS,
    async until(f) {
      await submitted(f);
      await f.approve('T');
    },
    goOn: (f) => f.settle(),
  },
  'an approval that waits for a maintenance window': {
    setup: { policy: { ...ASKS.policy, ...NOON } },
    async until(f) {
      await submitted(f);
      await f.approve('T');
      await f.settle();
      expect(await f.end('T')).toBe('deferred/maintenance_window');
    },
    goOn: (f) => f.later(3 * HOUR),
  },
};

async function held(wait: Wait, hand: Tampering = tampering()): Promise<Fleet> {
  const f = await fleet({ ...wait.setup, storage: hand.storage });
  await wait.until(f);
  return f;
}

const WAITS = { ...AUTO_WAITS, ...APPROVED_WAITS };
const waits = (some: Readonly<Record<string, Wait>>) => Object.entries(some);

describe.each(waits(AUTO_WAITS))('between %s and its run', (_, wait) => {
  it.each(named([...CHANGES, ...ONLY_AUTO]))('%s', async (_, change) => {
    const f = await held(wait);
    await change.happens(f);
    await wait.goOn(f);
    await expectStopped(f, change);
  });

  it('the stored arguments are others than the decided ones: a person has to look', async () => {
    const hand = tampering();
    const f = await held(wait, hand);
    hand.swap = onDb;
    await wait.goOn(f);
    await expectStopped(f, { ends: 'manual/plan', status: 'needs_human' });
  });

  it('the target is another one than was decided about: it is decided anew, about what is there now', async () => {
    const f = await held(wait);
    Object.assign(f.services['web'] ?? {}, { load: 99 });
    await wait.goOn(f);
    expect(await firstEnd(f)).toBe('superseded/snapshot');
    const rows = await f.remit.logOf(operator, 'T');
    const calls = rows.filter(({ event }) => event.type === 'action_intended');
    const decided = rows.filter(({ event }) => event.type === 'proposed').at(-1);
    expect(calls.map(({ remediationId }) => remediationId)).toEqual([decided?.remediationId]);
    expect(decided?.event).toMatchObject({ snapshot: { 0: { '/load': 99 } } });
  });
});

describe.each(waits(APPROVED_WAITS))('between %s and its run', (_, wait) => {
  it.each(named([...CHANGES, ...ONLY_APPROVED]))('%s', async (_, change) => {
    const f = await held(wait);
    await change.happens(f);
    await wait.goOn(f);
    await expectStopped(f, change);
  });

  it('the stored arguments are others than the approved ones: it is asked for anew', async () => {
    const hand = tampering();
    const f = await held(wait, hand);
    hand.swap = onDb;
    await wait.goOn(f);
    hand.swap = null;
    expect(f.executor.sent).toEqual([]);
    const superseded = (await f.remit.logOf(operator, 'T')).find(({ event }) => event.type === 'superseded')?.event;
    expect(superseded).toMatchObject({ reason: 'approval' });
    expect(JSON.stringify(superseded)).toContain('What was approved has changed: plan.');
  });
});

describe.each(waits(WAITS))('whatever came before, %s', (_, wait) => {
  it('a stored plan that was changed together with its steps is not run', async () => {
    const hand = tampering();
    const f = await held(wait, hand);
    hand.swap = (proposed) => ({ ...onDb(proposed), plan: plan('restart db') });
    await wait.goOn(f);
    hand.swap = null;
    expect(f.executor.sent).toEqual([]);
    expect(await firstEnd(f)).toMatch(/^(manual\/plan|superseded\/approval)$/);
  });

  it('a stored plan that is another one than its steps is not run, however mild it looks', async () => {
    const hand = tampering();
    const f = await held(wait, hand);
    hand.swap = (proposed) => ({ ...proposed, plan: plan('inspect web') });
    await wait.goOn(f);
    hand.swap = null;
    expect(f.executor.sent).toEqual([]);
    expect(await firstEnd(f)).toBe('manual/plan');
  });

  it('a write that was made to look like a look is neither sent nor read', async () => {
    const hand = tampering();
    const looks: string[] = [];
    const watched = (own: Executor): Executor => ({
      ...own,
      async read(tool, args, options) {
        looks.push(tool);
        return own.read(tool, args, options);
      },
    });
    const f = await fleet({ ...wait.setup, storage: hand.storage, executor: watched });
    await wait.until(f);
    hand.swap = (proposed) => ({ ...proposed, steps: proposed.steps.map((step) => ({ ...step, class: 'read_only' })) });
    await wait.goOn(f);
    hand.swap = null;
    expect(f.executor.sent).toEqual([]);
    expect(looks).not.toContain('ops/restart');
    expect(looks).toContain('ops/status');
    expect(await firstEnd(f)).toBe('superseded/plan');
  });

  it('a catalogue that reads the plan otherwise supersedes it', async () => {
    const f = await held(wait);
    const allowedTargets = restart.allowedTargets;
    const stricter: CatalogueEntry = { ...restart, allowedTargets, targetNamespace: 'tenant' };
    const actions = [stricter, ...fleetCatalogue.actions.filter(({ name }) => name !== 'restart')];
    const other = await f.engine({ catalogue: { actions, runbooks: [] } });
    if (wait.setup.policy?.maintenanceWindows) f.clock.advance(3 * HOUR);
    else if (await f.end('T').then((end) => end.startsWith('deferred'))) f.clock.advance(HOUR);
    await other.settle();
    expect(await firstEnd(f)).toBe('superseded/plan');
  });
});

describe('between an approval and the run', () => {
  it('the analyst says something else by now: it is not asked again', async () => {
    const f = await fleet(ASKS);
    await submitted(f);
    await f.approve('T');
    f.said.plan = plan('wipe db');
    await f.settle();
    expect(f.effects.map(({ tool, service }) => `${tool} ${service}`)).toEqual(['ops/restart web']);
  });

  it('an answer to what was superseded names what differs, and starts nothing', async () => {
    const f = await fleet(ASKS);
    await submitted(f);
    const { approvalId = '', bindingHash = '' } = (await f.view('T')).remediation?.approval ?? {};
    await f.approve('T');
    await f.policy({ maxActionsPerHour: 9 });
    await f.settle();
    const again = f.remit.answerApproval({ ...operator, scopes: ['remediation:approve'] }, 'T', {
      approve: true,
      approvalId,
      bindingHash,
    });
    await expect(again).rejects.toMatchObject({
      code: 'approval_stale',
      facts: { differs: expect.arrayContaining(['policyVersion']) },
    });
    expect(f.effects).toEqual([]);
  });

  it('a ticket whose facts keep changing goes to a person after the third time', async () => {
    const f = await fleet(ASKS);
    await submitted(f);
    for (let n = 0; n < 3; n += 1) {
      await f.approve('T');
      await f.policy({ maxActionsPerHour: 9 - n });
      await f.settle();
    }
    expect(await f.end('T')).toBe('manual/keeps_changing');
    expect(f.effects).toEqual([]);
  });
});
