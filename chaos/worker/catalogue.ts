import type { Catalogue, Check } from '@remit/core';
import { z } from 'zod';
import type { Scenario } from '../scenarios.js';

/** What every ticket says: one pattern, which has a record. */
export const DESCRIPTION = 'The display wall in the hall stays dark after the power came back';

/** The action that repairs, and the one that only looks. */
export const REPAIR = 'repair';
export const LOOK = 'look';

/** How late a slow tool has its effect, ms: later than the next worker needs to start and to look. */
export const SLOW_MS = 1_500;

const KNOWN_TARGETS = ['a', 'b', 'c'];
/** Long enough for a loaded machine; where the reply never comes, nobody wants to wait for it. */
const PATIENT_MS = 10_000;
const HASTY_MS = 400;

/** The target's id, as tickets and locks name it. */
export function targetId(target: string): string {
  return `wall:${target}`;
}

function shows(tool: string, state: string): Check {
  return { tool: `world/${tool}`, arguments: { target: '$target' }, expect: [{ path: '/state', equals: state }] };
}

/** The catalogue of a situation. */
export function catalogueOf({ tools, holds, snapshot }: Scenario): Catalogue {
  const target = { target: '$target' };
  const before = { tool: 'world/status', arguments: target, fields: ['/state', '/effects'] };
  return {
    actions: [
      {
        name: REPAIR,
        title: 'Repair a display wall',
        tool: 'world/repair',
        class: 'safe_write',
        family: 'restart',
        categories: ['server', 'network'],
        arguments: z.strictObject({ target: z.string() }),
        targets: [{ kind: 'wall', argument: '/target' }],
        allowedTargets: KNOWN_TARGETS.map(targetId),
        timeoutMs: tools.behaviour === 'loses_reply' ? HASTY_MS : PATIENT_MS,
        idempotent: false,
        dedupes: tools.dedupes,
        symptom: shows('status', 'broken'),
        prechecks: [],
        ...(snapshot ? { snapshot: before } : {}),
        // "perfect" is a state that no repair leads to.
        validation: [shows('status', holds ? 'fixed' : 'perfect')],
        validationWithinMs: 0,
        reconcile: shows('probe', 'fixed'),
        undo: {
          tool: 'world/unrepair',
          arguments: target,
          dedupes: tools.dedupes,
          validation: [shows('status', 'broken')],
        },
      },
      {
        name: LOOK,
        title: 'Look at a display wall',
        tool: 'world/status',
        class: 'read_only',
        family: 'restart',
        categories: ['server', 'network'],
        arguments: z.strictObject({ target: z.string() }),
        targets: [],
        allowedTargets: [],
        timeoutMs: PATIENT_MS,
        idempotent: true,
        dedupes: false,
        prechecks: [],
        validation: [],
      },
    ],
    runbooks: [],
  };
}
