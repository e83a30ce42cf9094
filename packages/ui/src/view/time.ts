const UNITS: readonly (readonly [unit: 'day' | 'hour' | 'minute', ms: number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];
const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

/** How far an instant is from now, in the reader's language: `in 3 hours`, `2 days ago`. */
export function fromNow(iso: string, nowMs: number): string {
  const away = Date.parse(iso) - nowMs;
  if (Number.isNaN(away)) return iso;
  const [unit, ms] = UNITS.find(([, size]) => Math.abs(away) >= size) ?? ['minute', 60_000];
  return RELATIVE.format(Math.trunc(away / ms), unit);
}
