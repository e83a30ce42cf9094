import { type Kysely, sql } from 'kysely';
import type { CommitKinds } from './differences.js';
import type { Schema } from './schema.js';
import type { Write } from './sql.js';

/** Pieces of work that share one commit at most: other processes wait for all of them. */
const MOST = 64;

interface Waiting {
  readonly isDurable: boolean;
  /** Does the work within a savepoint; true unless it failed, and was taken back alone. */
  run(connection: Kysely<Schema>): Promise<void>;
  /** Tells whoever waits, once everything is durable. */
  settle(): void;
  /** Tells whoever waits that nothing of it was stored. */
  fail(error: unknown): void;
}

const SAVEPOINT = 'remit_work';
const say = (connection: Kysely<Schema>, words: string) => sql.raw(words).execute(connection);

/**
 * Ways to write where one connection writes and a commit is what costs: whatever waits to be written goes into one
 * transaction, one piece after the other, each in a savepoint of its own. A piece that rejects is rolled back alone.
 * Nobody is told before the commit, so nothing counts as stored that a crash could still take away. One durable piece makes
 * the commit durable for all in it; no piece overtakes another.
 */
export function sharedCommits(
  db: Kysely<Schema>,
  begin: string,
  kinds: CommitKinds,
): { readonly durably: Write; readonly swiftly: Write } {
  const waiting: Waiting[] = [];
  let isWriting = false;
  let said: string | null = null;

  /** The next piece; none that would have to wait for the disk where the commit does not. */
  function next(done: readonly Waiting[], isDurable: boolean): Waiting | undefined {
    const first = waiting[0];
    if (!first || done.length >= MOST || (first.isDurable && !isDurable)) return undefined;
    return waiting.shift();
  }

  async function together(connection: Kysely<Schema>, done: Waiting[]): Promise<void> {
    const isDurable = waiting.some((piece) => piece.isDurable);
    const kind = isDurable ? kinds.durable : kinds.swift;
    if (kind !== null && kind !== said) {
      await say(connection, kind);
      said = kind;
    }
    await say(connection, begin);
    try {
      for (let piece = next(done, isDurable); piece; piece = next(done, isDurable)) {
        done.push(piece);
        await piece.run(connection);
      }
      await say(connection, 'commit');
    } catch (error) {
      // The database may have rolled back by itself; why it did is in the first error.
      await say(connection, 'rollback').catch(() => {});
      throw error;
    }
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const done: Waiting[] = [];
      try {
        await db.connection().execute((connection) => together(connection, done));
        for (const one of done) one.settle();
      } catch (error) {
        // Not even begun: then it was the first one's turn to hear of it.
        if (done.length === 0) done.push(...waiting.splice(0, 1));
        for (const one of done) one.fail(error);
      }
    }
    isWriting = false;
  }

  const writing =
    (isDurable: boolean): Write =>
    (work) =>
      new Promise((resolve, reject) => {
        let tell = (): void => {};
        waiting.push({
          isDurable,
          async run(connection) {
            await say(connection, `savepoint ${SAVEPOINT}`);
            try {
              const result = await work(connection);
              tell = () => resolve(result);
            } catch (error) {
              tell = () => reject(error);
              await say(connection, `rollback to ${SAVEPOINT}`);
            }
            await say(connection, `release ${SAVEPOINT}`);
          },
          settle: () => tell(),
          fail: reject,
        });
        if (isWriting) return;
        isWriting = true;
        // Not at once: requests that came in the same turn of the loop, each from a connection of its own, share the commit.
        setImmediate(() => void writeAll());
      });
  return { durably: writing(true), swiftly: writing(false) };
}
