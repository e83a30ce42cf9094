import { describe, expect, it } from 'vitest';
import { longestOpening, nextClosing, nextOpening } from '../src/domain/window.js';

describe('windows', () => {
  const MINUTE = 60_000;
  const NOON = Date.UTC(2026, 0, 5, 12);
  const utc = (from: string, to: string, days: readonly ('mon' | 'tue')[] = ['mon']) =>
    ({ zone: 'UTC', days, from, to }) as const;
  const always = {
    zone: 'UTC',
    days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
    from: '00:00',
    to: '00:00',
  } as const;

  it('open after the instant, also when one is open at it', () => {
    expect(nextOpening([utc('12:00', '12:02')], NOON)).toBe(NOON + MINUTE);
    expect(nextOpening([utc('12:00', '12:02')], NOON + MINUTE + 1)).toBe(NOON + 7 * 24 * 60 * MINUTE);
    expect(nextOpening([utc('12:30', '13:00')], NOON + 30 * MINUTE - 1)).toBe(NOON + 30 * MINUTE);
  });

  it('that never close count as open for the time that is looked at', () => {
    expect(nextClosing([always], NOON)).toBe(NOON + 8 * 24 * 60 * MINUTE);
    expect(nextClosing([utc('12:00', '13:00')], NOON + 1)).toBe(NOON + 60 * MINUTE);
  });

  it('are as long as they stay open without a gap', () => {
    expect(longestOpening([], NOON)).toBe(0);
    expect(longestOpening([utc('13:00', '13:30')], NOON)).toBe(30 * MINUTE);
    expect(longestOpening([utc('13:00', '13:30'), utc('13:30', '14:15'), utc('15:00', '15:20')], NOON)).toBe(
      75 * MINUTE,
    );
    // What is left of the one that is open, and the whole of it a week later.
    expect(longestOpening([utc('11:00', '12:30')], NOON)).toBe(90 * MINUTE);
    expect(longestOpening([utc('23:00', '01:00')], NOON)).toBe(120 * MINUTE);
    expect(longestOpening([always], NOON)).toBe(16 * 24 * 60 * MINUTE);
  });
});
