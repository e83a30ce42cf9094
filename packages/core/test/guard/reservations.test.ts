import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, GUARANTEE, GUARD, PUT_OFF } from '../../src/domain/policy.js';
import { inFlight, rateSlots, targetLock } from '../../src/engine/guard/reservations.js';
import type { SlotClaim } from '../../src/ports/storage.js';
import { asked, type Change, found, post } from './asked.js';

const NOW = asked('restart web').nowMs;

describe('the targets', () => {
  it('are locked, each once, those of writes alone', async () => {
    const at = post();
    const finding = await found(targetLock, asked(['restart web', 'inspect db', 'enable web', 'enable api']), at);
    const keys = ['global/service:api', 'global/service:web'];
    expect(finding).toEqual({ answer: 'yes', because: `Locked: ${keys.join(', ')}.`, evidence: { keys } });
    expect(await at.storage.locks.take('acme', 'other', ['global/service:db'])).toEqual({ kind: 'taken' });
    expect(await at.storage.locks.take('acme', 'other', ['global/service:api'])).toMatchObject({ kind: 'held' });
  });

  it.each([
    [null, PUT_OFF.firstMs],
    [{ reason: 'target_lock', times: 2 }, 4 * PUT_OFF.firstMs],
    [{ reason: 'rate_slots', times: 2 }, PUT_OFF.firstMs],
  ])('that another one holds put it off, ever longer: before that %o', async (putOff, waitMs) => {
    const at = post();
    await at.storage.locks.take('acme', 'other', ['global/service:web']);
    expect(await found(targetLock, asked('restart web', { run: { putOff } }), at)).toEqual({
      answer: 'deferred',
      because: 'Another remediation holds global/service:web.',
      evidence: { targetKey: 'global/service:web', remediationId: 'other' },
      untilMs: NOW + waitMs,
    });
  });
});

describe('automatic runs on their way', () => {
  const trial = {
    stratum: 's1',
    score: 0.9,
    route: 'auto',
    patternId: 'p',
    actionTypes: ['restart'],
    confidence: 0.9,
    audited: false,
  } as const;
  const { decision } = asked('restart web').remediation.proposal;
  const certified = (remediationId: string, patternId: string, change: Change = {}) =>
    asked('restart web', {
      remediationId,
      ...change,
      said: { patternId, trial, decision: { ...decision, reason: 'certified' }, ...change.said },
    });

  it('are as many as may be, by pattern and by stratum; the next one waits', async () => {
    const at = post();
    const { perPattern, perStratum } = GUARANTEE.inFlight;
    expect([perPattern, perStratum]).toEqual([1, 3]);
    for (let n = 0; n < perStratum; n += 1) {
      const finding = await found(inFlight, certified(`r${n}`, `p${n}`), at);
      expect(finding).toMatchObject({ answer: 'yes', evidence: { places: expect.any(Array) } });
      expect((finding.evidence as { places: readonly string[] }).places).toHaveLength(2);
    }
    const full = await found(inFlight, certified('r9', 'p9'), at);
    expect(full).toMatchObject({
      answer: 'deferred',
      untilMs: NOW + PUT_OFF.firstMs,
      evidence: { perPattern, perStratum, remediationId: 'r2' },
    });
    const later = certified('r9', 'p9', { run: { putOff: { reason: 'in_flight', times: 1 } } });
    expect(await found(inFlight, later, at)).toMatchObject({ untilMs: NOW + 2 * PUT_OFF.firstMs });
    // Another stratum has places of its own, and another tenant.
    const other = certified('r9', 'p9', { said: { trial: { ...trial, stratum: 's2' } } });
    expect(await found(inFlight, other, at)).toMatchObject({ answer: 'yes' });
    expect(await found(inFlight, certified('r8', 'p8', { tenant: 'other' }), at)).toMatchObject({ answer: 'yes' });
  });

  it('are one of a pattern at a time', async () => {
    const at = post();
    await found(inFlight, certified('r1', 'p'), at);
    expect(await found(inFlight, certified('r2', 'p'), at)).toMatchObject({
      answer: 'deferred',
      evidence: { remediationId: 'r1' },
    });
    // The same run again has its place.
    expect(await found(inFlight, certified('r1', 'p'), at)).toMatchObject({ answer: 'yes' });
    await at.storage.locks.release('acme', 'r1');
    expect(await found(inFlight, certified('r2', 'p'), at)).toMatchObject({ answer: 'yes' });
  });

  it('count only where the gate let them run', async () => {
    const at = post();
    await found(inFlight, certified('r1', 'p'), at);
    for (const said of [{ decision }, { trial: null }]) {
      expect(await found(inFlight, certified('r2', 'p', { said }), at)).toMatchObject({
        answer: 'yes',
        evidence: null,
      });
    }
  });
});

describe('room under the limits', () => {
  const fill = (claim: Partial<SlotClaim> & Pick<SlotClaim, 'scope' | 'key' | 'amount'>, holder = 'earlier') => {
    const at = post();
    const whole = { limit: 1_000, windowMs: GUARD.rateWindowMs, ...claim } as SlotClaim;
    return at.storage.slots.reserve('acme', holder, [whole]).then(() => at);
  };

  it('is taken for the whole plan, and told', async () => {
    const at = post();
    const plan = asked(['restart web', 'inspect db', 'enable api']);
    expect(await found(rateSlots, plan, at)).toMatchObject({ answer: 'yes', evidence: { writes: 2 } });
    // Ten of the tenant an hour: two are gone, so that eight more fit and nine do not.
    const more = (amount: number) =>
      ({ scope: 'tenant', key: 'acme', amount, limit: 10, windowMs: GUARD.rateWindowMs }) as const;
    expect(await at.storage.slots.reserve('acme', 'x', [more(9)])).toMatchObject({ kind: 'refused', taken: 2 });
    expect(await at.storage.slots.reserve('acme', 'x', [more(8)])).toMatchObject({ kind: 'reserved' });
  });

  it.each([
    ['tenant', 'acme', 9, 10],
    ['category', 'server', 9, 10],
    ['pattern', 'p', 9, 10],
    ['target', 'global/service:web', 10, 10],
  ] as const)(
    'of the %s is what others left of it, and comes back with the window',
    async (scope, key, taken, limit) => {
      const words = ['restart web', 'enable api'];
      expect(await found(rateSlots, asked(words), await fill({ scope, key, amount: taken - 1 }))).toMatchObject({
        answer: 'yes',
      });
      const finding = await found(rateSlots, asked(words), await fill({ scope, key, amount: taken }));
      expect(finding).toMatchObject({
        answer: 'deferred',
        untilMs: NOW + GUARD.rateWindowMs,
        evidence: { scope, key, taken, limit },
      });
      expect(finding.because).toContain(`${taken} of ${limit} actions of this ${scope}`);
    },
  );

  it.each([
    ['loop', 'global/service:web restart', 2, 2, GUARD.loopWindowMs],
    ['storm', 'p', 4, 4, GUARD.stormWindowMs],
    ['blast', 'acme', 9, 10, GUARD.rateWindowMs],
  ] as const)('of the %s is a person’s to look at', async (scope, key, taken, limit, windowMs) => {
    const words = ['restart web', 'enable api'];
    const before = await fill({ scope, key, amount: taken - 1, windowMs });
    expect(await found(rateSlots, asked(words), before)).toMatchObject({ answer: 'yes' });
    const finding = await found(rateSlots, asked(words), await fill({ scope, key, amount: taken, windowMs }));
    expect(finding).toMatchObject({ answer: 'blocked', evidence: { scope, key, taken, limit } });
    expect(finding.because).toContain(String(taken));
  });

  it('is never there for a plan that is larger than the limit by itself', async () => {
    const policy = { ...DEFAULT_POLICY, maxActionsPerHour: 1 };
    expect(await found(rateSlots, asked(['restart web', 'enable api'], { policy }))).toMatchObject({
      answer: 'blocked',
      evidence: { scope: 'category', taken: 0, limit: 1 },
    });
  });

  it('counts a target that is touched twice with the same action as one loop, and as two actions', async () => {
    const loop = await fill({
      scope: 'loop',
      key: 'global/service:web restart',
      amount: 1,
      windowMs: GUARD.loopWindowMs,
    });
    const twice = asked(['restart web', 'restart web']);
    expect(await found(rateSlots, twice, loop)).toMatchObject({ answer: 'yes' });
    const target = await fill({ scope: 'target', key: 'global/service:web', amount: 9 });
    expect(await found(rateSlots, twice, target)).toMatchObject({ answer: 'deferred', evidence: { scope: 'target' } });
    // Two actions on it are two loops of one each.
    const other = asked(['restart web', 'enable web']);
    expect(await found(rateSlots, other, loop)).toMatchObject({ answer: 'yes' });
  });

  it('counts targets, not writes, towards the blast radius', async () => {
    const before = await fill({ scope: 'blast', key: 'acme', amount: 9 });
    expect(await found(rateSlots, asked(['restart web', 'enable web']), before)).toMatchObject({ answer: 'yes' });
  });
});
