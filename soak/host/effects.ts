import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/* What the tools really did: one file that all instances write to, so that effects are counted and not claims. */

/** A tool began, or ended, with one call. */
export interface Effect {
  readonly what: 'begun' | 'done';
  readonly tool: 'restart' | 'restore';
  readonly service: string;
  /** The idempotency key of the call. */
  readonly key: string;
  /** Process id of the instance. */
  readonly pid: number;
}

/** Writes one line; lines of several processes never mix. */
export function noteEffect(file: string, effect: Omit<Effect, 'pid'>): void {
  appendFileSync(file, `${JSON.stringify({ ...effect, pid: process.pid })}\n`);
}

/** All effects, in the order in which they happened. */
export function effectsIn(file: string): readonly Effect[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Effect);
}
