/** Fills `{name}` in a text; what is not given stays as it is, so that a wrong translation shows. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? `${values[name]}` : whole));
}

/** `very_high` as people read it. */
export function humanise(name: string): string {
  return name.replaceAll('_', ' ');
}

/** `very_high` at the beginning of a line. */
export function capital(name: string): string {
  const words = humanise(name);
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** What stands between commas. */
export function commaList(text: string): readonly string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** A number of 0..100 or null with one decimal; a dash for what is not known. */
export function oneDecimal(value: number | null | undefined): string {
  return typeof value === 'number' && Number.isFinite(value) ? value.toFixed(1) : '–';
}

/** A share of 0..1 in percent, below 10 with one decimal; a dash for what is not known. */
export function percent(share: number | null | undefined): string {
  if (typeof share !== 'number' || !Number.isFinite(share)) return '–';
  return `${Number((share * 100).toFixed(share < 0.1 ? 1 : 0))}%`;
}

/** A number held to 0..100; anything that is none counts as 0. */
export function clampPercent(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.min(100, Math.max(0, value)) : 0;
}

/** JSON for people; what cannot be written as JSON is named. */
export function pretty(value: unknown): string {
  try {
    return JSON.stringify(value, null, 2) ?? 'nothing';
  } catch {
    return 'not JSON';
  }
}

const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** An ISO instant in the reader's language and zone; the text itself when it is none. */
export function dateTime(iso: string | null): string {
  if (iso === null) return '';
  const atMs = Date.parse(iso);
  return Number.isNaN(atMs) ? iso : DATE.format(atMs);
}

/** The time of day of an ISO instant. */
export function timeOfDay(iso: string): string {
  const atMs = Date.parse(iso);
  return Number.isNaN(atMs) ? iso : CLOCK.format(atMs);
}
