import type { TimeWindow, Weekday } from './policy.js';
import { MINUTE_MS } from './policy.js';

const WEEK: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}

/** The local weekday and wall-clock time `HH:MM` at an instant. */
function localTime(zone: string, atMs: number): { day: Weekday; time: string } {
  const parts = formatterOf(zone).formatToParts(atMs);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((p) => p.type === type)?.value ?? '';
  return { day: part('weekday').toLowerCase() as Weekday, time: `${part('hour')}:${part('minute')}` };
}

function dayBefore(day: Weekday): Weekday {
  return WEEK[(WEEK.indexOf(day) + 6) % 7] as Weekday;
}

/**
 * Whether a window is open at an instant (ms since the epoch), by local wall-clock time.
 * `from` is inclusive, `to` exclusive; an overnight window belongs to the day on which it starts;
 * `from` = `to` is the whole calendar day of each listed weekday.
 * @throws RangeError when the zone is not an IANA zone that this runtime knows.
 */
export function isWindowOpen(window: TimeWindow, atMs: number): boolean {
  const { day, time } = localTime(window.zone, atMs);
  const { days, from, to } = window;
  if (from === to) return days.includes(day);
  if (from < to) return days.includes(day) && time >= from && time < to;
  return (days.includes(day) && time >= from) || (days.includes(dayBefore(day)) && time < to);
}

/** A weekly window that never opens within this time never opens. */
const SEARCH_MINUTES = 8 * 24 * 60;

/** When the next of some windows opens after an instant, to the minute; null when none does within eight days. */
export function nextOpening(windows: readonly TimeWindow[], afterMs: number): number | null {
  const firstMinute = Math.floor(afterMs / MINUTE_MS) * MINUTE_MS;
  for (let minute = 1; minute <= SEARCH_MINUTES; minute += 1) {
    const atMs = firstMinute + minute * MINUTE_MS;
    if (windows.some((window) => isWindowOpen(window, atMs))) return atMs;
  }
  return null;
}

/** When the window that is open, or else the next one to open, closes again; null when none opens within eight days. */
export function nextClosing(windows: readonly TimeWindow[], afterMs: number): number | null {
  const isOpen = (atMs: number): boolean => windows.some((window) => isWindowOpen(window, atMs));
  const openMs = isOpen(afterMs) ? Math.floor(afterMs / MINUTE_MS) * MINUTE_MS : nextOpening(windows, afterMs);
  if (openMs === null) return null;
  for (let minute = 1; minute <= SEARCH_MINUTES; minute += 1) {
    const atMs = openMs + minute * MINUTE_MS;
    if (!isOpen(atMs)) return atMs;
  }
  return openMs + SEARCH_MINUTES * MINUTE_MS;
}

/** The longest time, ms, for which some windows stay open without a gap, of all openings from an instant within eight days. */
export function longestOpening(windows: readonly TimeWindow[], fromMs: number): number {
  const firstMinute = Math.floor(fromMs / MINUTE_MS) * MINUTE_MS;
  let longest = 0;
  let open = 0;
  // Twice the search: a window that is open at its end is followed to its own.
  for (let minute = 1; minute <= SEARCH_MINUTES * 2; minute += 1) {
    const atMs = firstMinute + minute * MINUTE_MS;
    open = windows.some((window) => isWindowOpen(window, atMs)) ? open + 1 : 0;
    longest = Math.max(longest, open);
    if (minute > SEARCH_MINUTES && open === 0) break;
  }
  return longest * MINUTE_MS;
}
