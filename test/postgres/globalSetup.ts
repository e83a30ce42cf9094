import { createServer } from 'node:net';
import type { TestProject } from 'vitest/node';
import { type PostgresServer, startPostgres } from './server.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Port on which test files learn where the server is; null where this process may not even listen. */
    readonly postgresPort: number | null;
  }
}

/** What a test file is told. */
export type WhereIsPostgres = { readonly url: string } | { readonly reason: string };

/**
 * One Postgres for the whole test run, started when the first test file asks for it: a run that needs none does not wait
 * for one.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let starting: Promise<PostgresServer> | undefined;
  const whereIsIt = async (): Promise<WhereIsPostgres> => {
    try {
      starting ??= startPostgres();
      return { url: (await starting).url };
    } catch (error) {
      return { reason: error instanceof Error ? error.message : String(error) };
    }
  };
  const server = createServer((socket) => {
    socket.on('error', () => {});
    void whereIsIt().then((answer) => socket.end(JSON.stringify(answer)));
  });
  const port = await new Promise<number | null>((resolve) => {
    server.once('error', () => resolve(null));
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : null);
    });
  });
  project.provide('postgresPort', port);
  return async () => {
    server.close();
    const running = await starting?.catch(() => null);
    await running?.stop();
  };
}
