import { postgresStorage } from '@remit/adapter-postgres';
import { sqliteStorage } from '@remit/adapter-sqlite';
import type { Queue, Storage } from '@remit/core';
import { pgBossQueue } from '@remit/queue-pgboss';

/** Where instances keep what they share: `sqlite:FILE`, or the URL of a Postgres database. */
export type Place = string;

/** What `createRemit` is given of a store. */
export interface Opened {
  readonly storage: Storage;
  /** Left out where each process has a queue of its own. */
  readonly queue?: Queue;
}

/** The one place of a host that knows which store it has. */
export async function openStore(place: Place, onTrouble: (error: unknown) => void): Promise<Opened> {
  if (place.startsWith('sqlite:')) return { storage: await sqliteStorage({ file: place.slice('sqlite:'.length) }) };
  return {
    storage: await postgresStorage({ url: place, poolSize: 6 }),
    queue: pgBossQueue({ connectionString: place }, { concurrency: 4, onTrouble }),
  };
}
