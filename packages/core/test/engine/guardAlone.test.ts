import { beforeEach, describe, expect, it, vi } from 'vitest';
import type * as Check from '../../src/engine/guard/check.js';
import { deafExecutor } from './guardScenario.js';
import { firstRun, play, SCENARIOS, writes } from './guardScenarios.js';

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

beforeEach(() => removed.clear());

describe('the guard, with one protection taken out', () => {
  it.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
    'would not have stopped at %s',
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
