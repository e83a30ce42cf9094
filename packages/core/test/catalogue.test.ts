import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { CatalogueEntry } from '../src/domain/action.js';
import { mostSevere, planHashOf } from '../src/domain/action.js';
import type { Json } from '../src/domain/canonical.js';
import { checkCatalogue, resolvePlan, toolsOf } from '../src/domain/catalogue.js';
import { RemitError } from '../src/errors.js';
import { enable, fleetCatalogue, plan, resize, restart } from './engine/fleetCatalogue.js';

function faultsOf(...actions: readonly CatalogueEntry[]): Readonly<Record<string, string>> {
  try {
    checkCatalogue({ actions, runbooks: [] });
    return {};
  } catch (error) {
    if (!RemitError.is(error)) throw error;
    expect(error.code).toBe('invalid_catalogue');
    return Object.fromEntries(error.faults.map(({ pointer, detail }) => [pointer, detail]));
  }
}

describe('a catalogue', () => {
  it('is taken when nothing is wrong', () => expect(checkCatalogue(fleetCatalogue)).toBe(fleetCatalogue));

  it('names all faults at once, each with its place', () => {
    const { undo: _, ...noUndo } = enable;
    const { irreversible: __, ...neither } = { ...noUndo, name: '', tool: '' };
    const bad = {
      ...neither,
      allowedTargets: ['service:*', 'web'],
      timeoutMs: 0,
      validation: [],
      symptom: { tool: 'ops/status', arguments: {}, expect: [] },
      prechecks: [{ tool: 'ops/status', arguments: {}, expect: [] }],
      targets: [],
    };
    expect(Object.keys(faultsOf(restart, bad)).sort()).toEqual([
      '/actions/1/allowedTargets/0',
      '/actions/1/allowedTargets/1',
      '/actions/1/name',
      '/actions/1/prechecks/0/expect',
      '/actions/1/symptom/expect',
      '/actions/1/targets',
      '/actions/1/timeoutMs',
      '/actions/1/tool',
      '/actions/1/undo',
      '/actions/1/validation',
    ]);
  });

  it('wants an undo that can be carried out and looked at, also of hosts that have no types', () => {
    const half = { ...enable, undo: { action: 'ops/disable', arguments: {} } } as unknown as CatalogueEntry;
    expect(Object.keys(faultsOf(half)).sort()).toEqual(['/actions/0/undo/tool', '/actions/0/undo/validation']);
    const blind = { ...enable, undo: { tool: 'ops/disable', arguments: {}, validation: [] } };
    expect(Object.keys(faultsOf(blind))).toEqual(['/actions/0/undo/validation']);
    const vague = { ...enable, validation: [{ arguments: {} }] } as unknown as CatalogueEntry;
    expect(Object.keys(faultsOf(vague)).sort()).toEqual([
      '/actions/0/validation/0/expect',
      '/actions/0/validation/0/tool',
    ]);
  });

  it('wants an undo of a safe write, unless doing it again is harmless', () => {
    const { undo: _, ...noUndo } = enable;
    expect(faultsOf({ ...noUndo, irreversible: 'cannot be taken back' })['/actions/0/class']).toMatch(/critical_write/);
    expect(faultsOf({ ...noUndo, irreversible: 'x', class: 'critical_write' })).toEqual({});
    expect(faultsOf({ ...noUndo, irreversible: 'x', counterReset: true })).toEqual({});
    expect(faultsOf({ ...noUndo, irreversible: 'x', idempotent: true, family: 'cache' })).toEqual({});
    expect(faultsOf({ ...noUndo, irreversible: 'x', idempotent: true, family: 'network' })).not.toEqual({});
  });

  it('knows its classes and families', () => {
    expect(faultsOf({ ...restart, class: 'harmless' as never })).toHaveProperty(['/actions/0/class']);
    expect(faultsOf({ ...restart, family: 'magic' as never })).toHaveProperty(['/actions/0/family']);
    expect(faultsOf({ ...restart, raise: [{ when: [], class: 'nice' as never }] })).toHaveProperty([
      '/actions/0/raise/0/class',
    ]);
  });

  it('takes a name once', () => {
    expect(faultsOf(restart, restart)).toEqual({ '/actions/1/name': expect.stringContaining('twice') });
  });

  it('lists every tool an action relies on', () => {
    expect(toolsOf(enable)).toEqual(['ops/disable', 'ops/enable', 'ops/status']);
    expect(toolsOf(resize)).toEqual(['ops/backup', 'ops/resize', 'ops/status']);
  });
});

describe('an entry with secrets', () => {
  const login = {
    ...restart,
    arguments: z.strictObject({ service: z.string(), password: z.unknown() }),
    secretArguments: ['/password'],
    allowedSecrets: ['web'],
  };
  const undo = { tool: 'ops/restart', arguments: {}, validation: enable.validation };
  const read = { tool: 'ops/status', expect: [{ path: '/up', equals: true }] };

  it.each<[string, Partial<CatalogueEntry>, string]>([
    ['in the undo', { undo: { ...undo, arguments: { key: { secretRef: 'web' } } } }, '/actions/0/undo/arguments/key'],
    [
      'in the undo, by an argument',
      { undo: { ...undo, arguments: { key: '$args.password' } } },
      '/actions/0/undo/arguments/key',
    ],
    [
      'in the undo, by all arguments',
      { undo: { ...undo, arguments: { all: ['$args'] } } },
      '/actions/0/undo/arguments/all/0',
    ],
    [
      'in a read',
      { prechecks: [{ ...read, arguments: { key: { secretRef: 'web' } } }] },
      '/actions/0/prechecks/0/arguments/key',
    ],
    [
      'in a snapshot',
      { snapshot: { tool: 'ops/status', arguments: { k: '$args.password.x' }, fields: ['/up'] } },
      '/actions/0/snapshot/arguments/k',
    ],
    ['with no names', { allowedSecrets: [] }, '/actions/0/allowedSecrets'],
  ])('is refused at load: %s', (_, change, pointer) => {
    const load = () => checkCatalogue({ actions: [{ ...login, ...change }], runbooks: [] });
    expect(load).toThrow(
      expect.objectContaining({ code: 'invalid_catalogue', faults: [expect.objectContaining({ pointer })] }),
    );
  });

  it('is refused at load when a runbook puts one elsewhere', () => {
    const steps = [
      { action: login.name, arguments: { service: { secretRef: 'web' }, password: { secretRef: 'web' } } },
    ];
    const runbook = { name: 'r', title: 'r', categories: ['server'], symptomTexts: ['x'], steps };
    expect(() => checkCatalogue({ actions: [login], runbooks: [runbook] })).toThrow(
      expect.objectContaining({
        faults: [expect.objectContaining({ pointer: '/runbooks/0/steps/0/arguments/service' })],
      }),
    );
    expect(checkCatalogue({ actions: [login], runbooks: [] }).actions).toHaveLength(1);
  });
});

describe('a plan', () => {
  const resolve = (entry: CatalogueEntry, args: unknown) =>
    resolvePlan(
      { actions: [entry], runbooks: [] },
      { actions: [{ action: entry.name, arguments: args as never }] },
      'acme',
    );

  it('takes class, tool and targets from the catalogue alone', () => {
    const resolved = resolvePlan(fleetCatalogue, plan('wipe web'), 'acme');
    expect(resolved).toMatchObject({
      ok: true,
      actions: [
        { class: 'destructive', tool: 'ops/wipe', targets: ['service:web'], targetKeys: ['global/service:web'] },
      ],
    });
  });

  it('is refused with every fault when an action or an argument is unknown', () => {
    const resolved = resolvePlan(fleetCatalogue, plan('nosuch web', 'restart web', '__proto__ web'), 'acme');
    expect(resolved).toMatchObject({
      ok: false,
      faults: [{ pointer: '/actions/0/action' }, { pointer: '/actions/2/action' }],
    });
    expect(resolve(restart, { service: 'web', force: true }).ok).toBe(false);
    expect(resolve(restart, { service: '' })).toMatchObject({
      ok: false,
      faults: [{ pointer: '/actions/0/arguments/service' }],
    });
  });

  it('is refused when a secret is given as its value', () => {
    const login = {
      ...restart,
      arguments: z.strictObject({ service: z.string(), password: z.unknown() }),
      secretArguments: ['/password'],
      allowedSecrets: ['web'],
    };
    expect(resolve(login, { service: 'web', password: 'hunter2' })).toMatchObject({
      ok: false,
      faults: [{ pointer: '/actions/0/arguments/password' }],
    });
    expect(JSON.stringify(resolve(login, { service: 'web', password: 'hunter2' }))).not.toContain('hunter2');
    expect(resolve(login, { service: 'web', password: { secretRef: 'web' } }).ok).toBe(true);
  });

  it('is refused with a secret at any other place, or one that the action may not use', () => {
    const login = {
      ...restart,
      arguments: z.strictObject({ service: z.string(), password: z.unknown(), note: z.unknown() }),
      secretArguments: ['/password'],
      allowedSecrets: ['web'],
    };
    const faultsOf = (args: Readonly<Record<string, Json>>) => {
      const resolved = resolve(login, { service: 'web', password: { secretRef: 'web' }, note: null, ...args });
      return resolved.ok ? [] : resolved.faults.map(({ pointer }) => pointer);
    };
    expect(faultsOf({ password: { secretRef: 'root' } })).toEqual(['/actions/0/arguments/password']);
    expect(faultsOf({ note: { secretRef: 'web' } })).toEqual(['/actions/0/arguments/note']);
    expect(faultsOf({ note: [{ deep: { secretRef: 'web', more: 1 } }] })).toEqual(['/actions/0/arguments/note/0/deep']);
    expect(faultsOf({ password: { secretRef: 'web' }, note: 'plain' })).toEqual([]);
  });

  it('is refused when its arguments are nested without end', () => {
    let deep: Json = {};
    for (let n = 0; n < 100_000; n += 1) deep = { deep };
    const resolved = resolve(restart, { service: deep });
    expect(resolved).toMatchObject({ ok: false, faults: [{ pointer: '/actions/0/arguments' }] });
  });

  it('gets a more severe class where the arguments call for it, never a milder one', () => {
    const raised = {
      ...restart,
      raise: [{ when: [{ path: '/service', equals: 'db' }], class: 'destructive' as const }],
    };
    expect(resolve(raised, { service: 'db' })).toMatchObject({ actions: [{ class: 'destructive' }] });
    expect(resolve(raised, { service: 'web' })).toMatchObject({ actions: [{ class: 'safe_write' }] });
    const milder = { ...resize, raise: [{ when: [{ path: '/service', equals: 'db' }], class: 'read_only' as const }] };
    expect(resolve(milder, { service: 'db' })).toMatchObject({ actions: [{ class: 'critical_write' }] });
  });

  it('keeps tenants apart only where the catalogue says so', () => {
    expect(resolve({ ...restart, targetNamespace: 'tenant' }, { service: 'web' })).toMatchObject({
      actions: [{ targetKeys: ['tenant/acme/service:web'] }],
    });
  });

  it('has a hash of what has an effect, in its order, and of nothing else', () => {
    const two = plan('restart web', 'restart api');
    expect(planHashOf({ actions: two.actions.map((action) => ({ ...action, note: 'x' })) })).toBe(planHashOf(two));
    expect(planHashOf(plan('restart api', 'restart web'))).not.toBe(planHashOf(two));
  });

  it('has the hash of what it says now, whatever was changed in it since it was hashed', () => {
    const changing = [
      (args: Record<string, unknown>) => (args['service'] = 'api'),
      (args: Record<string, unknown>) => (args['more'] = 1),
      (args: Record<string, unknown>) => delete args['list'],
      (args: Record<string, unknown>) => (args['list'] as unknown[]).push(2),
      (args: Record<string, unknown>) => (args['empty'] = new Date(0)),
    ];
    for (const change of changing) {
      const args = { service: 'web', list: [1], empty: {} };
      const one = { actions: [{ action: 'restart', arguments: args }] };
      const before = planHashOf(one);
      expect(planHashOf(one)).toBe(before);
      change(args);
      expect(planHashOf(one)).not.toBe(before);
      expect(planHashOf(one)).toBe(planHashOf(structuredClone(one)));
    }
    const grown = { actions: [{ action: 'restart', arguments: {} }] };
    const hashes = [planHashOf(grown)];
    grown.actions.push({ action: 'resize', arguments: {} });
    hashes.push(planHashOf(grown));
    grown.actions[1] = { action: 'restart', arguments: {} };
    hashes.push(planHashOf(grown));
    expect(new Set(hashes).size).toBe(3);
  });

  it('has the class of its most severe action; nothing at all is forbidden', () => {
    expect(mostSevere(['safe_write', 'destructive', 'read_only'])).toBe('destructive');
    expect(mostSevere([])).toBe('forbidden');
    expect(mostSevere(['safe_write', 'odd' as never])).toBe('forbidden');
  });
});
