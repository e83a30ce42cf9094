import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, type Policy, REOPEN_COUNTS_MS } from '../src/domain/policy.js';
import { phaseBelow, phaseEarned } from '../src/domain/rollout.js';
import { Observers } from '../src/engine/observe.js';
import { advancePhase, fallBackOnePhase } from '../src/engine/rolloutPhase.js';
import { memoryStorage } from '../src/testing/index.js';

const AT = { tenant: 'acme', category: 'server' };

async function inPhase(phase: 'pilot' | 'scale' | 'full' | null) {
  const storage = memoryStorage();
  const change = { expectedVersion: 0, policy: { ...DEFAULT_POLICY, phase }, by: 'olga', atMs: 0 };
  await storage.policies.save('acme', 'server', change);
  const told: string[] = [];
  const observers = new Observers();
  observers.emitter.on('policy_changed', ({ by, version }) => told.push(`${by} ${version}`));
  return { storage, observers, told };
}

describe('a category falls back', () => {
  it('one phase, by itself, and says why in its history', async () => {
    const context = await inPhase('full');
    expect(await fallBackOnePhase(context, AT, 'Too many wrong restarts.')).toMatchObject({
      kind: 'fell_back',
      from: 'full',
    });
    expect(await context.storage.policies.find('acme', 'server')).toMatchObject({
      version: 2,
      by: 'remit',
      reason: 'Too many wrong restarts.',
      policy: { ...DEFAULT_POLICY, phase: 'scale' },
    });
    expect(context.told).toEqual(['remit 2']);
  });

  it('never below the pilot, and nowhere without a rollout', async () => {
    for (const phase of ['pilot', null] as const) {
      const context = await inPhase(phase);
      expect(await fallBackOnePhase(context, AT, 'x')).toEqual({ kind: 'lowest', phase });
      expect(await context.storage.policies.find('acme', 'server')).toMatchObject({ version: 1 });
    }
    expect((['full', 'scale', 'expansion', 'pilot'] as const).map(phaseBelow)).toEqual([
      'scale',
      'expansion',
      'pilot',
      null,
    ]);
  });

  it('also when a person changes something else at the same moment, and keeps what they changed', async () => {
    const { storage, observers } = await inPhase('full');
    let raced = false;
    const policies: typeof storage.policies = {
      ...storage.policies,
      async save(tenant, category, change) {
        if (!raced) {
          raced = true;
          const policy = { ...DEFAULT_POLICY, phase: 'full' as const, approvers: 3 };
          await storage.policies.save(tenant, category, { expectedVersion: 1, policy, by: 'olga', atMs: 0 });
        }
        return storage.policies.save(tenant, category, change);
      },
    };
    const fell = await fallBackOnePhase({ storage: { ...storage, policies }, observers }, AT, 'x');
    expect(fell).toMatchObject({
      kind: 'fell_back',
      version: { version: 3, policy: { phase: 'scale', approvers: 3 } },
    });
  });

  it('no further when a person went lower meanwhile', async () => {
    const { storage, observers } = await inPhase('full');
    let raced = false;
    const policies: typeof storage.policies = {
      ...storage.policies,
      async save(tenant, category, change) {
        if (!raced) {
          raced = true;
          const policy = { ...DEFAULT_POLICY, phase: 'expansion' as const };
          await storage.policies.save(tenant, category, { expectedVersion: 1, policy, by: 'olga', atMs: 0 });
        }
        return storage.policies.save(tenant, category, change);
      },
    };
    const fell = await fallBackOnePhase({ storage: { ...storage, policies }, observers }, AT, 'x');
    expect(fell).toEqual({ kind: 'lowest', phase: 'expansion' });
  });
});

describe('a category goes up by itself', () => {
  const policy: Policy = { ...DEFAULT_POLICY, phase: 'pilot', phaseAdvance: 'while_gate_open' };
  /** When the policy was written: a while after the beginning of time, so that it matters. */
  const WRITTEN_MS = 3 * REOPEN_COUNTS_MS;
  const open = { openBound: 0.9, nowMs: WRITTEN_MS + REOPEN_COUNTS_MS };
  const earned = (change: Partial<Policy>, gate: Partial<typeof open> = {}) =>
    phaseEarned({ policy: { ...policy, ...change }, atMs: WRITTEN_MS }, { ...open, ...gate });

  it('one phase, when all that it needs is there', () => {
    expect(earned({})).toBe('expansion');
    expect(earned({ phase: 'expansion' })).toBe('scale');
    expect(earned({ phase: 'scale', mode: 'guaranteed' })).toBe('full');
  });

  it('not when anything is missing', () => {
    expect(earned({ phaseAdvance: 'by_operator' })).toBeNull();
    const { phaseAdvance: _, ...silent } = policy;
    expect(phaseEarned({ policy: silent, atMs: WRITTEN_MS }, open)).toBeNull();
    expect(phaseEarned({ policy, atMs: null }, open)).toBeNull();
    expect(phaseEarned({ policy, atMs: WRITTEN_MS }, { ...open, openBound: null })).toBeNull();
    expect(earned({}, { nowMs: open.nowMs - 1 })).toBeNull();
    expect(earned({ shadow: true })).toBeNull();
    expect(earned({ phase: null })).toBeNull();
    expect(earned({ phase: 'scale' })).toBeNull();
    expect(earned({ phase: 'full', mode: 'guaranteed' })).toBeNull();
  });

  it('not over what a person changed meanwhile', async () => {
    const context = await inPhase('pilot');
    const read = await context.storage.policies.find('acme', 'server');
    if (!read) throw new Error('It was just written.');
    const change = { expectedVersion: 1, policy: { ...DEFAULT_POLICY, approvers: 3 }, by: 'olga', atMs: 0 };
    await context.storage.policies.save('acme', 'server', change);
    expect(await advancePhase(context, { ...AT, read }, { to: 'expansion', reason: 'x' })).toBeNull();
    expect(await context.storage.policies.find('acme', 'server')).toMatchObject({ version: 2, by: 'olga' });
  });
});
