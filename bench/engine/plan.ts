import { type Catalogue, defineAction, type Limits, type Policy } from '@remit/core';
import { z } from 'zod';

/* The work: five safe writes on one target, each with everything the guard looks at. No tool does anything. */

/** Steps of every remediation. */
export const STEPS = 5;
/** The one category. */
export const CATEGORY = 'server';
/** The five actions. */
export const ACTIONS = ['drain', 'flush', 'reload', 'rebalance', 'resume'] as const;

const status = { tool: 'ops/status', arguments: { service: '$target' } };

/** Tools that do nothing; the status is whatever a check wants to see. */
export const TOOLS = {
  'ops/status': { readOnly: true, run: () => ({ broken: true, known: true }) },
  ...Object.fromEntries(ACTIONS.map((name) => [`ops/${name}`, { run: () => ({}) }])),
};

/** The catalogue, with a target for each ticket. */
export function catalogue(targets: number): Catalogue {
  return {
    actions: ACTIONS.map((name) =>
      defineAction({
        name: `${name}_service`,
        title: `${name} a service`,
        tool: `ops/${name}`,
        class: 'safe_write',
        family: 'restart',
        categories: [CATEGORY],
        arguments: z.strictObject({ service: z.string() }),
        targets: [{ kind: 'service', argument: '/service' }],
        allowedTargets: Array.from({ length: targets }, (_, n) => `service:s${n}`),
        timeoutMs: 5_000,
        idempotent: true,
        dedupes: false,
        symptom: { ...status, expect: [{ path: '/broken', equals: true }] },
        prechecks: [],
        validation: [{ ...status, expect: [{ path: '/known', equals: true }] }],
        irreversible: 'repeating it is its own remedy',
      }),
    ),
    runbooks: [],
  };
}

const HIGH = 1_000_000;

/**
 * Room for as many writes as the measurement makes. The guard makes every check as always; storm, loop and blast radius of a
 * plan keep their limits.
 */
export const LIMITS: Partial<Limits> = {
  actionsPerHourTenant: HIGH,
  actionsPerHourPattern: HIGH,
  targetsPerHourTenant: HIGH,
};

/** No person in between: the pattern has earned it. */
export const POLICY: Partial<Policy> = { requiresApproval: false, maxActionsPerHour: HIGH };
