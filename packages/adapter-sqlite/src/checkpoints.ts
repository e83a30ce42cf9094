import type { SqliteDriver } from './drivers.js';

/*
 * When what was written is moved from the write-ahead log into the database: a commit that has to do it makes whoever waits
 * for it wait for the whole log, so it is done when nobody writes.
 */

/** Pages of 4 KiB after which a commit does it anyway, so that the log of a busy store does not grow for ever: 64 MiB. */
const MOST_PAGES = 16_384;
/** Commits that are worth it. */
const COMMITS = 32;
/** How long nobody has to have written, ms. */
const IDLE_MS = 100;
/** A timer that fires later than this, ms, says that everybody waited, and not that nobody wanted to write. */
const LATE_MS = 20;

const BEGINS = /^\s*begin\b/i;
const ENDS = /^\s*(commit|rollback)\s*$/i;

/** Moves the log's pages at quiet moments. */
export interface Checkpoints {
  /** Hears of every statement that begins or ends a transaction, once it was carried out. */
  noticed(sql: string): void;
  stop(): void;
}

/** Sets a connection up for it. */
export function quietCheckpoints(driver: SqliteDriver): Checkpoints {
  driver.exec(`pragma wal_autocheckpoint = ${MOST_PAGES}`);
  let commits = 0;
  let isWriting = false;
  let timer: NodeJS.Timeout | undefined;
  let dueMs = 0;

  function checkpoint(): void {
    timer = undefined;
    if (isWriting) return;
    if (performance.now() > dueMs + LATE_MS) {
      wait();
      return;
    }
    commits = 0;
    try {
      // Waits for nobody: what readers still need stays for the next time.
      driver.exec('pragma wal_checkpoint(passive)');
    } catch {
      // What ails the database is told to whoever reads or writes next.
    }
  }

  function wait(): void {
    dueMs = performance.now() + IDLE_MS;
    if (timer) timer.refresh();
    else timer = setTimeout(checkpoint, IDLE_MS).unref();
  }

  return {
    noticed(sql) {
      if (BEGINS.test(sql)) isWriting = true;
      if (!ENDS.test(sql)) return;
      isWriting = false;
      commits += 1;
      if (timer || commits >= COMMITS) wait();
    },
    stop: () => clearTimeout(timer),
  };
}
