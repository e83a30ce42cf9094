import { Problem } from './problem.js';

/** Longest time that `Prefer: wait` can ask for, seconds. */
const WAIT_LIMIT = 30;

/** Seconds that a caller is ready to wait (`Prefer: wait=N`), 0..30; 0 when it does not say. */
export function waitOf(headers: Headers): number {
  const preferences = (headers.get('prefer') ?? '').split(',').map((text) => text.trim());
  for (const preference of preferences) {
    const seconds = /^wait\s*=\s*"?(\d{1,9})"?\s*(?:;|$)/i.exec(preference)?.[1];
    if (seconds !== undefined) return Math.min(Number(seconds), WAIT_LIMIT);
  }
  return 0;
}

/** The ETag of a version. */
export function tagOf(version: number): string {
  return `"${version}"`;
}

/**
 * The version that a change is made to, from If-Match.
 * @throws Problem `precondition_required` when it is missing, `version_conflict` for what was never an ETag of ours.
 */
export function versionOf(headers: Headers): number {
  const tag = headers.get('if-match')?.trim();
  if (tag === undefined || tag === '') {
    throw new Problem('precondition_required', 'A change must say which version it is made to.');
  }
  const version = /^"(\d{1,15})"$/.exec(tag)?.[1];
  if (version === undefined) {
    throw new Problem('version_conflict', `If-Match is ${tag}; it must be one ETag as GET answers it, such as "3".`);
  }
  return Number(version);
}

/**
 * The number of the last event that a reader saw, from Last-Event-ID; null when it saw none.
 * @throws Problem `invalid_input` for what was never the id of an event.
 */
export function lastEventOf(headers: Headers): number | null {
  const given = headers.get('last-event-id')?.trim();
  if (given === undefined || given === '') return null;
  const seq = Number(given);
  if (/^\d{1,16}$/.test(given) && Number.isSafeInteger(seq)) return seq;
  throw new Problem('invalid_input', `Last-Event-ID is "${given}"; it must be the id of an event, such as "17".`, {
    nextStep: 'Leave it out to begin with what happens from now on.',
  });
}
