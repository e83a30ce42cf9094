import { Temporal } from 'temporal-polyfill';
import type { TimeWindow, Weekday } from '../src/domain/policy.js';
import { isWindowOpen, nextClosing, nextOpening } from '../src/domain/window.js';

/* The same questions asked of an independent library. Run as a program it prints how many answers it compared. */

const WEEK: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const MINUTE = 60_000;
/** Every window here begins and ends at such a moment, and every change of the clocks happens at one. */
const TEN = 10 * MINUTE;
const DAY = 24 * 60 * MINUTE;

/** The changes of 2026, each at the instant at which it happens. */
export const CHANGES: readonly (readonly [zone: string, atIso: string])[] = [
  ['Europe/Rome', '2026-03-29T01:00:00Z'],
  ['Europe/Rome', '2026-10-25T01:00:00Z'],
  ['America/New_York', '2026-03-08T07:00:00Z'],
  ['America/New_York', '2026-11-01T06:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
];

const SHAPES: readonly Pick<TimeWindow, 'from' | 'to' | 'days'>[] = [
  { days: ['sun'], from: '01:30', to: '02:30' },
  { days: ['sun'], from: '02:00', to: '03:00' },
  { days: ['sat'], from: '22:00', to: '02:20' },
  { days: ['sat', 'sun'], from: '00:00', to: '00:00' },
  { days: ['sun', 'mon'], from: '01:50', to: '01:10' },
];

/** Whether a window is open, by Temporal: local wall-clock time, `from` inclusive, `to` exclusive. */
function isOpenByTemporal({ zone, days, from, to }: TimeWindow, atMs: number): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  const minute = local.hour * 60 + local.minute;
  const at = (wall: string): number => Number(wall.slice(0, 2)) * 60 + Number(wall.slice(3));
  const today = days.includes(WEEK[local.dayOfWeek - 1] as Weekday);
  const yesterday = days.includes(WEEK[(local.dayOfWeek + 5) % 7] as Weekday);
  const [start, end] = [at(from), at(to)];
  if (start === end) return today;
  if (start < end) return today && minute >= start && minute < end;
  return (today && minute >= start) || (yesterday && minute < end);
}

function firstByTemporal(afterMs: number, holds: (atMs: number) => boolean): number {
  const floor = Math.floor(afterMs / TEN) * TEN;
  for (let atMs = floor + TEN; ; atMs += TEN) if (holds(atMs)) return atMs;
}

/** Every answer that differs, and how many were compared: every 10 minutes for a day and a half around each change. */
export function compareWindows(): { readonly compared: number; readonly differing: readonly string[] } {
  let compared = 0;
  const differing: string[] = [];
  const same = (what: string, ours: unknown, theirs: unknown): void => {
    compared += 1;
    if (ours !== theirs) differing.push(`${what}: ours ${String(ours)}, theirs ${String(theirs)}`);
  };
  for (const [zone, iso] of CHANGES) {
    const changeMs = Date.parse(iso);
    for (const shape of SHAPES) {
      const window: TimeWindow = { zone, ...shape };
      // On every day, so that the next opening is never far; a whole day of every day would never close.
      const daily: TimeWindow = { ...window, days: shape.from === shape.to ? shape.days : WEEK };
      for (let atMs = changeMs - 0.75 * DAY; atMs <= changeMs + 0.75 * DAY; atMs += TEN) {
        const what = `${zone} ${shape.days.join()} ${shape.from}-${shape.to} at ${new Date(atMs).toISOString()}`;
        same(what, isWindowOpen(window, atMs), isOpenByTemporal(window, atMs));
      }
      for (const atMs of [changeMs - 3 * 60 * MINUTE, changeMs - TEN, changeMs, changeMs + 30 * MINUTE]) {
        const isOpen = (at: number): boolean => isOpenByTemporal(daily, at);
        const what = `${zone} ${shape.from}-${shape.to} after ${new Date(atMs).toISOString()}`;
        // Where it is open already, the next moment of it is no opening.
        if (!isOpen(atMs)) same(`opening of ${what}`, nextOpening([daily], atMs), firstByTemporal(atMs, isOpen));
        const openMs = isOpen(atMs) ? atMs : firstByTemporal(atMs, isOpen);
        same(
          `closing of ${what}`,
          nextClosing([daily], atMs),
          firstByTemporal(openMs, (at) => !isOpen(at)),
        );
      }
    }
  }
  return { compared, differing };
}

if (process.argv[2] === 'print') console.log(JSON.stringify({ ...compareWindows(), zone: process.env['TZ'] }));
