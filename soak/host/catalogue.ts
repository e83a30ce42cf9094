import { type Catalogue, type Check, defineAction } from '@remit/core';
import { z } from 'zod';

/** What needs no person once its pattern has earned that, and what always needs one. */
export const CATEGORIES = ['server', 'application'] as const;

/** A service that a restart does not repair: its plan is taken back. */
export function isBeyondRepair(service: string): boolean {
  return service.endsWith('-hopeless');
}

function shows(path: string): Check {
  return { tool: 'ops/status', arguments: { service: '$target' }, expect: [{ path, equals: true }] };
}

/** One safe write, with everything the guard looks at, allowed on these services. */
export function catalogueOf(services: readonly string[]): Catalogue {
  return {
    actions: [
      defineAction({
        name: 'restart_service',
        title: 'Restart a service',
        tool: 'ops/restart',
        class: 'safe_write',
        family: 'restart',
        categories: [...CATEGORIES],
        arguments: z.strictObject({ service: z.string() }),
        targets: [{ kind: 'service', argument: '/service' }],
        allowedTargets: services.map((service) => `service:${service}`),
        timeoutMs: 5_000,
        idempotent: true,
        dedupes: false,
        symptom: shows('/broken'),
        prechecks: [],
        validation: [shows('/helped')],
        validationWithinMs: 0,
        undo: { tool: 'ops/restore', arguments: { service: '$target' }, validation: [shows('/broken')] },
      }),
    ],
    runbooks: [],
  };
}
