import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.js';

/** Pieces of work that share one commit at most: other processes wait for all of them. */
const MOST = 64;

interface Waiting {
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
 * A way to write where one connection writes and a commit is what costs: whatever waits to be written goes into one
 * transaction, one piece after the other, each in a savepoint of its own. A piece that rejects is rolled back alone.
 * Nobody is told before the commit, so nothing counts as stored that a crash could still take away.
 */
export function sharedCommits(
  db: Kysely<Schema>,
  begin: string,
): <Result>(work: (transaction: Kysely<Schema>) => Promise<Result>) => Promise<Result> {
  const waiting: Waiting[] = [];
  let isWriting = false;

  async function together(connection: Kysely<Schema>, done: Waiting[]): Promise<void> {
    await say(connection, begin);
    try {
      for (let next = waiting.shift(); next; next = done.length < MOST ? waiting.shift() : undefined) {
        done.push(next);
        await next.run(connection);
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

  return (work) =>
    new Promise((resolve, reject) => {
      let tell = (): void => {};
      waiting.push({
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
}
