import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, type TimeWindow } from '../../src/domain/policy.js';
import {
  freezePeriod,
  freezePeriodAgain,
  lease,
  leaseAtFirst,
  maintenanceWindow,
  maintenanceWindowAgain,
} from '../../src/engine/guard/time.js';
import { asked, type Change, found, post } from './asked.js';

/** A Monday, 09:00 UTC. */
const NOW = asked('restart web').nowMs;
/** Twice the timeout of the one call, which is validated at once. */
const ROOM = 2 * 500;
const MINUTE = 60_000;

describe('the lease', () => {
  it('holds until the moment it is over, by the clock at the start', async () => {
    const leaseUntilMs = NOW + 1;
    expect(await found(leaseAtFirst, asked('restart web', { leaseUntilMs }))).toMatchObject({
      answer: 'yes',
      evidence: { untilMs: leaseUntilMs },
    });
    expect(await found(leaseAtFirst, asked('restart web', { leaseUntilMs: NOW }))).toMatchObject({
      answer: 'blocked',
      evidence: { untilMs: NOW, nowMs: NOW },
    });
  });

  it('is asked again of the store’s clock at the end', async () => {
    const at = post();
    const request = asked('restart web', { leaseUntilMs: NOW + 1 });
    expect(await found(lease, request, at)).toMatchObject({ answer: 'yes' });
    at.clock.advance(1);
    expect(await found(lease, request, at)).toMatchObject({ answer: 'blocked', evidence: { nowMs: NOW + 1 } });
  });
});

const window = (from: string, to: string, days: TimeWindow['days'] = ['mon']): TimeWindow => ({
  zone: 'UTC',
  days,
  from,
  to,
});
const within = (maintenanceWindows: readonly TimeWindow[], change: Change = {}) =>
  asked('restart web', { policy: { ...DEFAULT_POLICY, maintenanceWindows }, ...change });
const nowAt = (hour: number, minute = 0): { readonly nowMs: number } => ({ nowMs: Date.UTC(2026, 0, 5, hour, minute) });

describe('a maintenance window', () => {
  it('is not asked for where the policy has none', async () => {
    expect(await found(maintenanceWindow, within([]))).toMatchObject({ answer: 'yes', evidence: null });
  });

  it('is open, with room for plan and rollback to the millisecond', async () => {
    const closesMs = Date.UTC(2026, 0, 5, 10);
    const fits = within([window('08:00', '10:00')], { nowMs: closesMs - ROOM });
    expect(await found(maintenanceWindow, fits)).toMatchObject({ answer: 'yes', evidence: { closesMs, room: ROOM } });
    const late = within([window('08:00', '10:00')], { nowMs: closesMs - ROOM + 1 });
    expect(await found(maintenanceWindow, late)).toMatchObject({
      answer: 'deferred',
      untilMs: Date.UTC(2026, 0, 12, 8),
      evidence: { closesMs, room: ROOM },
    });
  });

  it('that is not open yet is waited for, and any one of several will do', async () => {
    const later = [window('12:00', '13:00'), window('10:30', '11:00')];
    const finding = await found(maintenanceWindow, within(later));
    expect(finding).toMatchObject({ answer: 'deferred', untilMs: nowAt(10, 30).nowMs, evidence: { closesMs: null } });
    expect(finding.because).toContain('2026-01-05T10:30:00.000Z');
    expect(await found(maintenanceWindow, within(later, nowAt(10, 45)))).toMatchObject({ answer: 'yes' });
  });

  it('that closes too soon is followed by the next one that opens after it', async () => {
    const windows = [window('08:00', '09:00'), window('09:30', '10:00')];
    const nowMs = nowAt(9).nowMs - 1;
    expect(await found(maintenanceWindow, within(windows, { nowMs }))).toMatchObject({
      answer: 'deferred',
      untilMs: nowAt(9, 30).nowMs,
    });
  });

  it('that is too short for the plan, or never opens, is a person’s to look at', async () => {
    const steps = asked('restart web').steps.map((step) => ({
      ...step,
      entry: { ...step.entry, timeoutMs: 16 * MINUTE, validationWithinMs: 0 },
    }));
    const short = await found(maintenanceWindow, within([window('10:00', '10:31')], { steps }));
    expect(short).toMatchObject({ answer: 'blocked', evidence: { room: 32 * MINUTE, longestMs: 31 * MINUTE } });
    const enough = await found(maintenanceWindow, within([window('10:00', '10:32')], { steps }));
    expect(enough).toMatchObject({ answer: 'deferred' });
    const never = await found(maintenanceWindow, within([window('10:00', '11:00', [])]));
    expect(never).toMatchObject({ answer: 'blocked', evidence: null });
  });
});

describe('the room that a plan needs', () => {
  it.each([
    [['restart web'], ROOM],
    [['restart web', 'enable api'], 2 * ROOM],
    [['inspect web', 'enable api'], ROOM],
  ])('of %o is that of its writes, twice', async (words, room) => {
    const policy = { ...DEFAULT_POLICY, maintenanceWindows: [window('08:00', '10:00')] };
    expect(await found(maintenanceWindow, asked(words, { policy }))).toMatchObject({ evidence: { room } });
  });

  it('has time for validation: 2 s where the catalogue says nothing', async () => {
    const policy = { ...DEFAULT_POLICY, maintenanceWindows: [window('08:00', '10:00')] };
    const validated = (validationWithinMs: number | undefined) =>
      asked('restart web').steps.map(({ step, entry }) => {
        const { validationWithinMs: _, ...others } = entry;
        return { step, entry: validationWithinMs === undefined ? others : { ...others, validationWithinMs } };
      });
    for (const [given, room] of [
      [undefined, 2 * (500 + 2_000)],
      [30, 2 * 530],
    ] as const) {
      const request = asked('restart web', { policy, steps: validated(given) as never });
      expect(await found(maintenanceWindow, request)).toMatchObject({ evidence: { room } });
    }
  });
});

describe('a freeze', () => {
  const frozen = (fromMs: number, toMs: number, change: Change = {}) =>
    asked('restart web', {
      policy: { ...DEFAULT_POLICY, freezePeriods: [{ fromMs, toMs, reason: 'year end' }] },
      ...change,
    });

  it.each([
    ['is on', NOW - 1, NOW + MINUTE, 'deferred'],
    ['begins before it would be done', NOW + ROOM - 1, NOW + MINUTE, 'deferred'],
    ['begins when it is done', NOW + ROOM, NOW + MINUTE, 'yes'],
    ['is just over', NOW - MINUTE, NOW, 'yes'],
    ['ends in a millisecond', NOW - MINUTE, NOW + 1, 'deferred'],
  ])('that %s', async (_, fromMs, toMs, answer) => {
    const finding = await found(freezePeriod, frozen(fromMs, toMs));
    expect(finding.answer).toBe(answer);
    if (answer === 'deferred') {
      expect(finding.untilMs).toBe(toMs);
      expect(finding.because).toBe(`Frozen until ${new Date(toMs).toISOString()}: year end`);
    }
  });
});

describe('in the middle of a plan', () => {
  const closed = [window('12:00', '13:00')];
  const freezePeriods = [{ fromMs: NOW - MINUTE, toMs: NOW + 2 * MINUTE, reason: 'now' }];
  const later = (windowSinceMs: number | null) =>
    asked('restart web', {
      policy: { ...DEFAULT_POLICY, maintenanceWindows: closed, freezePeriods },
      run: { windowSinceMs },
    });

  it.each([
    ['window', maintenanceWindowAgain],
    ['freeze', freezePeriodAgain],
  ] as const)('the %s is not asked again while the room of the first write lasts', async (_, check) => {
    const sinceMs = NOW - ROOM + 1;
    expect(await found(check, later(sinceMs))).toMatchObject({ answer: 'yes', evidence: { sinceMs } });
    expect(await found(check, later(NOW - ROOM))).toMatchObject({ answer: 'deferred' });
    expect(await found(check, later(null))).toMatchObject({ answer: 'deferred' });
  });
});
