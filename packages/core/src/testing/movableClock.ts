import type { Clock } from '../ports/clock.js';

/** A clock that stands still until it is moved. */
export interface MovableClock extends Clock {
  /** Moves it by so many ms; a negative number moves it back. */
  advance(ms: number): void;
  /** Sets it to an instant, ms since the epoch. */
  set(ms: number): void;
}

/** A clock that runs, shifted against the host's. */
export interface ShiftedClock extends Clock {
  /** Adds so many ms to the offset; a negative number moves it back. */
  advance(ms: number): void;
}

/** 2026-01-05T09:00:00Z, a Monday: the instant at which test clocks start unless told otherwise. */
const START_MS = Date.UTC(2026, 0, 5, 9);

/** A clock that shows `startMs` (default 2026-01-05T09:00:00Z) until it is moved. */
export function movableClock(startMs: number = START_MS): MovableClock {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
    set: (ms) => {
      nowMs = ms;
    },
  };
}

/** A clock that always shows `atMs` (default 2026-01-05T09:00:00Z), ms since the epoch. */
export function fixedClock(atMs: number = START_MS): Clock {
  return { now: () => atMs };
}

/** The host's clock plus an offset that starts at 0 ms and grows by `advance`: time runs, and a demo can skip some. */
export function shiftedClock(): ShiftedClock {
  let offsetMs = 0;
  return {
    now: () => Date.now() + offsetMs,
    advance: (ms) => {
      offsetMs += ms;
    },
  };
}
