import type { Halt } from '../../src/domain/safety.js';
import type { Storage } from '../../src/ports/storage.js';
import { badRecord } from './fleet.js';
import { ASKS, afterYes, between, duringFirst, type Scenario, submitAndSettle, TWO_STEPS } from './guardScenario.js';
import { operator } from './world.js';

/** A halt that is in force only at these looks (0 is the first). */
function haltAt(isUp: (look: number) => boolean): (shared: Storage) => Storage {
  const halt: Halt = { haltId: 'h', scope: 'tenant', tenant: 'acme', category: null, reason: 'fire', by: 'o', atMs: 0 };
  return (shared) => {
    let looks = -1;
    const inForce: Storage['halts']['inForce'] = async () => {
      looks += 1;
      return isUp(looks) ? [halt] : [];
    };
    return { ...shared, halts: { ...shared.halts, inForce } };
  };
}

/** What people and policy stop. */
export const ORDER_SCENARIOS: readonly Scenario[] = [
  {
    name: 'a halt at the first look',
    // Whoever looks first sees it: the next look would, and the executor's.
    without: ['kill_switch', 'kill_switch_again'],
    deaf: true,
    ends: 'halted/kill_switch',
    setup: { storage: haltAt((n) => n === 0) },
    act: submitAndSettle,
  },
  {
    name: 'a halt raised while the guard looks',
    without: ['kill_switch_again'],
    deaf: true,
    ends: 'halted/kill_switch_again',
    setup: { storage: haltAt((n) => n === 1) },
    act: submitAndSettle,
    keeps: 'slots',
  },
  {
    name: 'an opt-in withdrawn in the middle of a plan',
    without: ['opt_in'],
    deaf: true,
    ends: 'withdrawn/opt_in',
    setup: TWO_STEPS,
    act: duringFirst((f) => f.storage.tickets.setOptIn('acme', 'T', { optedIn: false, by: 'ana' })),
    writesBefore: 1,
    keeps: 'both',
  },
  {
    name: 'a category switched off in the middle of a plan',
    without: ['category_enabled'],
    ends: 'rolled_back/category_enabled',
    setup: TWO_STEPS,
    act: duringFirst((f) => f.policy({ enabled: false })),
    writesBefore: 1,
    keeps: 'slots',
  },
  {
    name: 'a policy that wants approval by now',
    without: ['decision_again'],
    ends: 'superseded/decision_again',
    act: between((f) => f.policy({ requiresApproval: true })),
  },
  {
    name: 'a rollout phase that leaves the ticket out by now',
    without: ['decision_again'],
    ends: 'superseded/decision_again',
    act: between((f) => f.policy({ phase: 'pilot' })),
  },
  {
    name: 'failures of the pattern since the decision',
    without: ['decision_again'],
    ends: 'superseded/decision_again',
    act: between((f) => f.learn(badRecord('restart', f.clock.now()))),
  },
  {
    name: 'a policy changed since the approval',
    without: ['approval'],
    ends: 'superseded/approval',
    setup: ASKS,
    act: afterYes((f) => f.policy({ maxActionsPerHour: 9 })),
  },
  {
    name: 'tools accepted anew since the approval',
    without: ['approval'],
    ends: 'superseded/approval',
    setup: ASKS,
    act: afterYes(async (f) => {
      f.executor.define({
        'ops/restart': {
          run: () => f.effects.push({ tool: 'new', service: 'web', key: '', atMs: 0, wasUp: false }),
          description: 'another',
        },
      });
      await f.remit.acceptTools(operator, { pins: (await f.remit.tools(operator)).pins });
    }),
  },
  {
    name: 'a tool that changed since it was accepted',
    without: ['tool_pins'],
    executorSays: 'not the accepted one',
    ends: 'manual/tool_pins',
    act: between((f) => {
      f.executor.define({
        'ops/restart': {
          run: () => f.effects.push({ tool: 'new', service: 'web', key: '', atMs: 0, wasUp: false }),
          description: 'another',
        },
      });
    }),
  },
];
