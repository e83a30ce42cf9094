import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isWindowOpen, nextClosing, nextOpening } from '../src/domain/window.js';
import { compareWindows } from './windowCheck.js';

const run = promisify(execFile);
const utc = { zone: 'UTC', days: ['mon'], from: '12:00', to: '13:00' } as const;
const NOON = Date.UTC(2026, 0, 5, 12);
const MINUTE = 60_000;

describe('a maintenance window', () => {
  it('agrees with Temporal around both changes of the clocks, in three zones', () => {
    const { compared, differing } = compareWindows();
    expect(differing).toEqual([]);
    expect(compared).toBeGreaterThan(6_000);
  });

  it.each(['UTC', 'Europe/Rome', 'America/New_York'])('agrees as well on a host in %s', async (zone) => {
    const program = fileURLToPath(new URL('./windowCheck.ts', import.meta.url));
    const args = ['--conditions=@remit/source', '--import', 'tsx', program, 'print'];
    const { stdout } = await run(process.execPath, args, { env: { ...process.env, TZ: zone } });
    const answer = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as {
      differing: string[];
      compared: number;
      zone: string;
    };
    expect(answer.zone).toBe(zone);
    expect(answer.differing).toEqual([]);
    expect(answer.compared).toBeGreaterThan(6_000);
  });

  it('opens at its first moment and is closed at its last', () => {
    expect(isWindowOpen(utc, NOON - 1)).toBe(false);
    expect(isWindowOpen(utc, NOON)).toBe(true);
    expect(isWindowOpen(utc, NOON + 60 * MINUTE - 1)).toBe(true);
    expect(isWindowOpen(utc, NOON + 60 * MINUTE)).toBe(false);
  });

  it('overnight belongs to the day on which it starts', () => {
    const night = { zone: 'UTC', days: ['mon'], from: '22:00', to: '02:00' } as const;
    expect(isWindowOpen(night, Date.UTC(2026, 0, 6, 1))).toBe(true);
    expect(isWindowOpen(night, Date.UTC(2026, 0, 5, 1))).toBe(false);
  });

  it('is the whole calendar day when it ends where it begins', () => {
    const day = { ...utc, from: '09:00', to: '09:00' };
    expect(isWindowOpen(day, Date.UTC(2026, 0, 5))).toBe(true);
    expect(isWindowOpen(day, Date.UTC(2026, 0, 6))).toBe(false);
  });

  it('that lies in the hour the clocks skip does not open that day', () => {
    const skipped = { zone: 'Europe/Rome', days: ['sun'], from: '02:00', to: '03:00' } as const;
    // The next Sunday with a two o'clock is a week later; at midnight UTC, since the clocks have changed.
    expect(nextOpening([skipped], Date.parse('2026-03-28T12:00:00Z'))).toBe(Date.parse('2026-04-05T00:00:00Z'));
  });

  it('that lies in the hour the clocks repeat is open twice as long', () => {
    const repeated = { zone: 'Europe/Rome', days: ['sun'], from: '02:00', to: '03:00' } as const;
    const opensMs = Date.parse('2026-10-25T00:00:00Z');
    expect(nextOpening([repeated], opensMs - 1)).toBe(opensMs);
    expect(nextClosing([repeated], opensMs)).toBe(opensMs + 120 * MINUTE);
  });

  it('tells when the earliest of several opens, and when the last of those that touch closes', () => {
    const next = { ...utc, from: '13:00', to: '14:00' };
    expect(nextOpening([next, utc], NOON - 3_600_000)).toBe(NOON);
    expect(nextClosing([next, utc], NOON - 3_600_000)).toBe(NOON + 120 * MINUTE);
    expect(nextOpening([], NOON)).toBe(null);
    expect(nextClosing([], NOON)).toBe(null);
  });

  it('refuses a zone that nobody knows', () => {
    expect(() => isWindowOpen({ ...utc, zone: 'Mars/Base' }, NOON)).toThrow(RangeError);
  });
});
