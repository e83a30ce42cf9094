import { z } from 'zod';
import type { Catalogue, CatalogueEntry, Check, Plan } from '../../src/domain/action.js';
import { NotExecuted, type ScriptedTool } from '../../src/testing/index.js';

/** What a service is like at a moment. */
export interface Service {
  up: boolean;
  load: number;
  disk: string;
}

/** How a tool behaves when it is called. */
export type Behaviour =
  | 'works'
  /** Proven not executed. */
  | 'refuses'
  /** Says that it did it, and the fault stays. */
  | 'does_nothing'
  /** The request never arrived, and nobody can tell. */
  | 'lost_before'
  /** It happened, and the reply was lost. */
  | 'lost_after';

/** One effect that really happened. */
export interface Effect {
  readonly tool: string;
  readonly service: string;
  readonly key: string;
  readonly atMs: number;
  readonly wasUp: boolean;
}

export const SERVICES = ['web', 'api', 'db', 'mail', 'auth', 'ldap', 'dns', 'ntp', 'crm', 'erp', 'git', 'wiki'];

const onTarget = { service: '$target' };
const status = (path: string, equals: boolean | string): Check => ({
  tool: 'ops/status',
  arguments: onTarget,
  expect: [{ path, equals }],
});

export const IS_DOWN = status('/up', false);
export const IS_UP = status('/up', true);

/** Safe, cannot be undone, does not dedupe. */
export const restart: CatalogueEntry = {
  name: 'restart',
  title: 'Restart a service',
  tool: 'ops/restart',
  class: 'safe_write',
  family: 'restart',
  categories: ['server', 'security'],
  arguments: z.strictObject({ service: z.string() }),
  targets: [{ kind: 'service', argument: '/service' }],
  allowedTargets: SERVICES.map((name) => `service:${name}`),
  timeoutMs: 500,
  idempotent: true,
  dedupes: false,
  symptom: IS_DOWN,
  prechecks: [status('/disk', 'ok')],
  snapshot: { tool: 'ops/status', arguments: onTarget, fields: ['/load'], tolerances: { '/load': 5 } },
  validation: [IS_UP],
  validationWithinMs: 0,
  reconcile: IS_UP,
  irreversible: 'starting again is its own remedy',
};

/** Safe, can be undone, dedupes. */
export const enable: CatalogueEntry = {
  ...restart,
  name: 'enable',
  title: 'Enable a service',
  tool: 'ops/enable',
  family: 'network',
  idempotent: false,
  dedupes: true,
  undo: { tool: 'ops/disable', arguments: onTarget, validation: [IS_DOWN] },
};

/** Critical, wants a fresh backup. */
export const resize: CatalogueEntry = {
  ...restart,
  name: 'resize',
  title: 'Resize a volume',
  tool: 'ops/resize',
  class: 'critical_write',
  family: 'storage',
  backup: {
    tool: 'ops/backup',
    arguments: {},
    expect: [{ path: '/verified', equals: true }],
    agePath: '/ageSeconds',
    maxAgeSeconds: 60,
  },
};

/** Deletes data. */
export const wipe: CatalogueEntry = { ...restart, name: 'wipe', tool: 'ops/wipe', class: 'destructive' };

/** Only looks. */
export const inspect: CatalogueEntry = {
  ...restart,
  name: 'inspect',
  tool: 'ops/status',
  class: 'read_only',
  validation: [],
};

export const fleetCatalogue: Catalogue = { actions: [restart, enable, resize, wipe, inspect], runbooks: [] };

/** A plan from words: `plan('restart web', 'enable db')`. */
export function plan(...actions: readonly string[]): Plan {
  return {
    actions: actions.map((words) => {
      const [action = '', service = ''] = words.split(' ');
      return { action, arguments: { service } };
    }),
  };
}

/** What the tools act on, and how they behave. */
export interface Machines {
  readonly services: Record<string, Service>;
  readonly backup: { ageSeconds: number; verified: boolean; there: boolean };
  readonly effects: Effect[];
  /** How the next call of a tool on a service behaves; default `works`. */
  behave: (tool: string, service: string) => Behaviour;
  /** Runs when a call or a read of a service arrives; the key is null for a read. */
  before: (tool: string, service: string, key: string | null) => Promise<void> | void;
}

/** Machines that all work. */
export function machines(): Machines {
  const services = Object.fromEntries(SERVICES.map((name) => [name, { up: true, load: 50, disk: 'ok' }]));
  const backup = { ageSeconds: 5, verified: true, there: true };
  return { services, backup, effects: [], behave: () => 'works', before: () => {} };
}

/** Tools that look at and change the machines. Those of `enable` keep the idempotency keys they have seen. */
export function toolsFor(on: Machines, nowMs: () => number): Record<string, ScriptedTool> {
  const seen = new Set<string>();
  const serviceOf = (name: string): Service => {
    const service = on.services[name];
    if (!service) throw new NotExecuted(`there is no service ${name}`);
    return service;
  };
  const write = (tool: string, up: boolean, dedupes: boolean): ScriptedTool => ({
    async run(args, idempotencyKey) {
      const name = String(args['service']);
      await on.before(tool, name, idempotencyKey);
      const service = serviceOf(name);
      const behaviour = on.behave(tool, name);
      if (behaviour === 'refuses') throw new NotExecuted('refused');
      if (behaviour === 'lost_before') throw new Error('connection lost');
      const key = idempotencyKey ?? '';
      if (dedupes && seen.has(key)) return { again: true };
      seen.add(key);
      on.effects.push({ tool, service: name, key, atMs: nowMs(), wasUp: service.up });
      if (behaviour !== 'does_nothing') service.up = up;
      if (behaviour === 'lost_after') throw new Error('reply lost');
      return { done: name };
    },
  });
  return {
    'ops/status': {
      readOnly: true,
      async run(args) {
        const name = String(args['service']);
        await on.before('ops/status', name, null);
        return { ...serviceOf(name) };
      },
    },
    'ops/backup': {
      readOnly: true,
      run() {
        if (!on.backup.there) throw new Error('no backup service');
        return { ageSeconds: on.backup.ageSeconds, verified: on.backup.verified };
      },
    },
    'ops/restart': write('ops/restart', true, false),
    'ops/enable': write('ops/enable', true, true),
    'ops/disable': write('ops/disable', false, true),
    'ops/resize': write('ops/resize', true, false),
    'ops/wipe': write('ops/wipe', true, false),
  };
}
