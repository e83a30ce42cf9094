/* What a measurement is doing, for whoever waits: a bar on a terminal, lines elsewhere. */

const WIDTH = 24;

/** How far something is, 0..1, when it says so itself: `round 2 of 9`; null when it does not. */
export function shareIn(says: string): number | null {
  const [, done, of] = /(\d[\d,]*) (?:of|\/) (\d[\d,]*)/.exec(says) ?? [];
  const [n, all] = [done, of].map((digits) => Number((digits ?? '').replaceAll(',', '')));
  return n === undefined || all === undefined || !(all > 0) || n > all ? null : n / all;
}

/** `[######......]` */
export function barOf(share: number): string {
  const full = Math.round(WIDTH * Math.min(1, Math.max(0, share)));
  return `[${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}]`;
}

/** `1:05`, minutes and seconds. */
export function sayTime(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Where progress is shown: standard error, for example. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Shows what is being done, with the time since the start; `end` leaves the terminal on a line of its own. */
export function progressOn(screen: Screen, now: () => number = () => performance.now()) {
  const startedAt = now();
  let isOpen = false;
  return {
    /** One step. `share` is how far all of it is; read from the words (`round 2 of 9`) when left out. */
    say(says: string, share: number | null = shareIn(says)): void {
      const line = `${share === null ? '' : `${barOf(share)} `}${sayTime(now() - startedAt)} ${says}`;
      if (screen.isTTY !== true) {
        screen.write(`${line}\n`);
        return;
      }
      // On a terminal one line is written over and over.
      screen.write(`\r\u001b[K${line.slice(0, (screen.columns ?? 80) - 1)}`);
      isOpen = true;
    },
    end(): void {
      if (isOpen) screen.write('\n');
      isOpen = false;
    },
  };
}
