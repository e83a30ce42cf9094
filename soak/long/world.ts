import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * The services of a long run: one file each, which every process appends whole lines to. A line is the effect and its
 * record at once, so whoever is killed in between leaves both or neither.
 */

/** What happened to a service: it broke, or a tool began, or ended, with one call. */
export type Happening =
  | { readonly what: 'broke'; readonly atMs: number }
  | {
      readonly what: 'begun' | 'done';
      readonly tool: 'restart' | 'restore';
      readonly key: string;
      readonly pid: number;
      readonly atMs: number;
    };

function fileOf(folder: string, service: string): string {
  return join(folder, `${service}.jsonl`);
}

/** Adds a line to the file of a service; `atMs` is the host's real time, whatever clock Remit is given. */
export function happen(folder: string, service: string, happening: Happening): void {
  appendFileSync(fileOf(folder, service), `${JSON.stringify(happening)}\n`);
}

/** All that happened to a service, first things first. */
export function happeningsOf(folder: string, service: string): readonly Happening[] {
  const file = fileOf(folder, service);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Happening);
}

/** A service that a restart does not repair: its plan is taken back. */
export function isBeyondRepair(service: string): boolean {
  return service.endsWith('-hopeless');
}

/** Whether a service works. It does before it breaks first, and after a restart that helped. */
export function isUp(folder: string, service: string): boolean {
  const last = happeningsOf(folder, service).findLast(({ what }) => what !== 'begun');
  if (!last || last.what === 'broke') return !last;
  return last.tool === 'restart' && !isBeyondRepair(service);
}
