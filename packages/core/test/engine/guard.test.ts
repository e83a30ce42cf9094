import { beforeEach, describe, expect, it, vi } from 'vitest';
import type * as Check from '../../src/engine/guard/check.js';
import { type Fleet, fleet, HOUR } from './fleet.js';
import { ORDER_SCENARIOS } from './guardOrderScenarios.js';
import { deafExecutor, type Scenario } from './guardScenario.js';
import { WORLD_SCENARIOS } from './guardWorldScenarios.js';
import { operator } from './world.js';

/** Checks that say yes without looking: how each test is known to be able to fail. */
const removed = vi.hoisted(() => new Set<string>());

vi.mock('../../src/engine/guard/check.js', async (importOriginal) => {
  const original = await importOriginal<typeof Check>();
  const check: typeof Check.check = (name, look) =>
    original.check(name, (request, context) =>
      removed.has(name) ? original.yes('Taken out by the test.') : look(request, context),
    );
  return { ...original, check };
});

const SCENARIOS = [...ORDER_SCENARIOS, ...WORLD_SCENARIOS];

beforeEach(() => removed.clear());

async function play({ setup, act }: Scenario): Promise<Fleet> {
  const f = await fleet(setup);
  await act(f);
  return f;
}

/** Writes forward; what is taken back is no harm. */
const writes = (f: Fleet): number => f.executor.sent.filter(({ tool }) => tool !== 'ops/disable').length;

/** The log of the first remediation of T. */
async function firstRun(f: Fleet) {
  const rows = await f.remit.logOf(operator, 'T');
  return rows.filter(({ remediationId }) => remediationId === rows[0]?.remediationId).map(({ event }) => event);
}

describe('the guard, one protection at a time', () => {
  it.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))('stops at %s', async (_, scenario) => {
    const f = await play(scenario);
    const { writesBefore = 0, keeps, without, named = without[0], ends } = scenario;
    expect(writes(f)).toBe(writesBefore);
    const events = await firstRun(f);
    const refusal = events.findLast((event) => ['stopped', 'deferred', ...ENDS].includes(event.type));
    const stopping = events.find((event) => event.type === 'stopped' || event.type === 'deferred' || isNo(event));
    expect(refusal && 'reason' in refusal ? `${refusal.type}/${refusal.reason}` : null).toBe(ends);
    const verdicts = stopping && 'verdicts' in stopping ? (stopping.verdicts ?? []) : [];
    expect(verdicts.at(-1)).toMatchObject({ check: named, because: expect.stringMatching(/\.|:/) });
    expect(verdicts.at(-1)?.answer).not.toBe('yes');
    expect(verdicts.slice(0, -1).every(({ answer }) => answer === 'yes')).toBe(true);
    if (keeps !== 'locks' && keeps !== 'both') {
      const keys = ['web', 'api', 'db', 'mail'].map((name) => `global/service:${name}`);
      expect(await f.storage.locks.take('acme', 'probe', keys)).toEqual({ kind: 'taken' });
    }
    if (keeps !== 'slots' && keeps !== 'both') {
      const all = [{ scope: 'tenant', key: 'acme', amount: 10, limit: 10, windowMs: HOUR } as const];
      expect(await f.storage.slots.reserve('acme', 'probe', all)).toEqual({ kind: 'reserved' });
    }
  });

  it.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
    'and nothing else would have stopped it: %s',
    async (_, scenario) => {
      for (const name of scenario.without) removed.add(name);
      const { setup, deaf } = scenario;
      const f = await play(deaf ? { ...scenario, setup: { ...setup, executor: deafExecutor } } : scenario);
      if (scenario.executorSays === undefined) expect(writes(f)).toBeGreaterThan(scenario.writesBefore ?? 0);
      else {
        expect(writes(f)).toBe(scenario.writesBefore ?? 0);
        const settled = (await firstRun(f)).find(({ type }) => type === 'action_settled');
        expect(settled).toMatchObject({ outcome: 'failed', detail: expect.stringContaining(scenario.executorSays) });
      }
    },
  );
});

const ENDS = [
  'halted',
  'manual',
  'superseded',
  'recovered',
  'rolled_back',
  'failed',
  'needs_reconciliation',
  'withdrawn',
];

function isNo(event: { readonly type: string }): boolean {
  return ENDS.includes(event.type) && 'verdicts' in event;
}
