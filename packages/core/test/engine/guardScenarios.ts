import { type Fleet, fleet } from './fleet.js';
import { ORDER_SCENARIOS } from './guardOrderScenarios.js';
import type { Scenario } from './guardScenario.js';
import { WORLD_SCENARIOS } from './guardWorldScenarios.js';
import { operator } from './world.js';

/** Every write that one protection stops. */
export const SCENARIOS = [...ORDER_SCENARIOS, ...WORLD_SCENARIOS];

/** Lets a scenario happen. */
export async function play({ setup, act }: Scenario): Promise<Fleet> {
  const f = await fleet(setup);
  await act(f);
  return f;
}

/** Writes forward; what is taken back is no harm. */
export const writes = (f: Fleet): number => f.executor.sent.filter(({ tool }) => tool !== 'ops/disable').length;

/** The log of the first remediation of T. */
export async function firstRun(f: Fleet) {
  const rows = await f.remit.logOf(operator, 'T');
  return rows.filter(({ remediationId }) => remediationId === rows[0]?.remediationId).map(({ event }) => event);
}
