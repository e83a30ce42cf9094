import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { CatalogueEntry } from '../src/domain/action.js';
import { resolvePlan } from '../src/domain/catalogue.js';
import { DEFAULT_POLICY } from '../src/domain/policy.js';
import { phaseInput } from '../src/domain/rollout.js';
import { Observers } from '../src/engine/observe.js';
import { restart } from './engine/world.js';

/* Doubt leads to the more careful route: found by reading the code as an attacker would. */

describe('targets in arguments', () => {
  const several: CatalogueEntry = {
    ...restart,
    arguments: z.strictObject({ services: z.array(z.string()) }),
    targets: [{ kind: 'service', argument: '/services' }],
  };
  const resolve = (entry: CatalogueEntry, args: Readonly<Record<string, string | readonly string[]>>) =>
    resolvePlan({ actions: [entry], runbooks: [] }, { actions: [{ action: entry.name, arguments: args }] }, 'acme').ok;

  it('are taken when each has a name', () => {
    expect(resolve(several, { services: ['web', 'api'] })).toBe(true);
    expect(resolve(restart, { service: 'web' })).toBe(true);
  });
  it.each([
    ['an empty list', several, { services: [] }],
    ['a list with an empty name', several, { services: ['web', ''] }],
    ['a wildcard in a list', several, { services: ['web', '*'] }],
    ['a wildcard', restart, { service: 'we?' }],
    ['a blank', restart, { service: ' ' }],
  ] as const)('are refused: %s', (_, entry, args) => {
    expect(resolve(entry, args)).toBe(false);
  });
});

it('no rollout phase takes security in', () => {
  const ticket = { tenant: 'acme', ticketId: 'T', category: 'security' };
  const actions = [{ actionClass: 'safe_write', family: 'restart' }] as const;
  for (const phase of ['pilot', 'expansion', 'scale', 'full'] as const) {
    expect(phaseInput({ ...DEFAULT_POLICY, phase }, ticket, actions)?.actionsAllowed).toBe(false);
    expect(phaseInput({ ...DEFAULT_POLICY, phase }, { ...ticket, category: 'server' }, actions)?.actionsAllowed).toBe(
      true,
    );
  }
});

it('a listener that rejects is told as trouble and ends nothing', async () => {
  const observers = new Observers();
  const troubles: string[] = [];
  observers.emitter.on('trouble', ({ where }) => troubles.push(where));
  observers.emitter.on('policy_changed', (async () => {
    throw new Error('no');
  }) as () => void);
  observers.tell('policy_changed', { tenant: 'acme', category: 'server', version: 1, by: 'olga' });
  await expect.poll(() => troubles).toEqual(['listener of policy_changed']);
});
