import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@remit/core';

/* What outlives the workers of a trial: plain files in its folder. */

/** One change that a tool really made. */
export interface Effect {
  readonly key: string;
  readonly remediationId: string;
  readonly tool: 'repair' | 'unrepair';
  readonly target: string;
  readonly at: number;
  /** Process id of the worker that asked for it. */
  readonly owner: number;
}

/** What a tool did about one call: it `arrived`, and `ended` with an effect or was `refused` as a repetition. */
export interface CallNote {
  readonly what: 'arrived' | 'ended' | 'refused';
  readonly call: string;
  readonly key: string;
  readonly tool: string;
  readonly target: string;
  readonly owner: number;
}

function textOf(folder: string, file: string): string {
  const path = join(folder, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** The whole lines of a file; a line that is still being written is left for the next look. */
export function linesOf(folder: string, file: string): readonly string[] {
  return textOf(folder, file).split('\n').slice(0, -1);
}

/** All effects, in the order in which they happened. */
export function effectsOf(folder: string): readonly Effect[] {
  return linesOf(folder, 'effects').map((line) => JSON.parse(line) as Effect);
}

/** What the tools noted about calls. */
export function callsOf(folder: string): readonly CallNote[] {
  return linesOf(folder, 'calls').map((line) => JSON.parse(line) as CallNote);
}

/** Whether a tool still works on a call. */
export function isBusy(folder: string): boolean {
  const calls = callsOf(folder);
  const over = new Set(calls.filter(({ what }) => what !== 'arrived').map(({ call }) => call));
  return calls.some(({ call }) => !over.has(call));
}

/** Tickets that were acknowledged to whoever handed them in. */
export function acknowledgedIn(folder: string): readonly string[] {
  return linesOf(folder, 'acknowledged');
}

/** Keeps that a ticket was acknowledged. */
export function keepAcknowledgement(folder: string, ticketId: string): void {
  appendFileSync(join(folder, 'acknowledged'), `${ticketId}\n`);
}

/** One time at which the clock of a trial was moved. */
interface Move {
  /** By the host's clock, ms since the epoch. */
  readonly atMs: number;
  readonly byMs: number;
}

function movesIn(folder: string): readonly Move[] {
  return linesOf(folder, 'clock').map((line) => JSON.parse(line) as Move);
}

/** The clock of a trial: the host's plus moves that all its processes share, so that leases end without waiting. */
export function clockOf(folder: string): Clock {
  return { now: () => Date.now() + movesIn(folder).reduce((sum, { byMs }) => sum + byMs, 0) };
}

/** Moves the clock of a trial forward by so many ms, for all its processes at once. */
export function moveClock(folder: string, byMs: number): void {
  // Appended, as several processes may do it: none takes back what another one did.
  appendFileSync(join(folder, 'clock'), `${JSON.stringify({ atMs: Date.now(), byMs })}\n`);
}

/** When the clock of a trial reached a time, by the host's clock. */
export function reachedAt(folder: string, trialMs: number): number {
  let offset = 0;
  for (const { atMs, byMs } of movesIn(folder)) {
    if (trialMs - offset <= atMs) break;
    offset += byMs;
    if (atMs + offset >= trialMs) return atMs;
  }
  return trialMs - offset;
}
