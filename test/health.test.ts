import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { postgresStorage } from '@remit/adapter-postgres';
import { createRemit, functionExecutor } from '@remit/core';
import { createHandler } from '@remit/http';
import { afterEach, expect, it } from 'vitest';
import { testDatabase } from './postgres/database.js';

/* What /health says while a real database is taken away and comes back. */

const database = await testDatabase();
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** The line to the database: it can be cut, or go dead so that nothing comes through and nothing breaks. */
async function lineTo(url: URL) {
  const port = Number(url.port || 5432);
  // A folder with the server's socket, where it listens on no address.
  const path = url.searchParams.get('host');
  const sockets = new Set<Socket>();
  let state: 'up' | 'cut' | 'dead' = 'up';
  const server = createServer((near) => {
    if (state === 'cut') return near.destroy();
    const far = connect(path === null ? { port, host: url.hostname } : { path: `${path}/.s.PGSQL.${port}` });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => state === 'up' && to.write(chunk));
      from.on('error', () => {}).on('close', () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  ends.push(async () => {
    breakAll();
    await new Promise((resolve) => server.close(resolve));
  });
  const through = new URL(url);
  through.searchParams.delete('host');
  through.hostname = '127.0.0.1';
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.href,
    set(to: typeof state) {
      state = to;
      if (to === 'cut') breakAll();
    },
  };
}

it('is 503 within seconds while the database is cut off or does not answer, and 200 again afterwards', async (context) => {
  if ('reason' in database) return context.skip(database.reason);
  const line = await lineTo(new URL(database.url));
  const storage = await postgresStorage({ url: line.url });
  const remit = createRemit({
    storage,
    executor: functionExecutor({ tools: {} }),
    catalogue: { actions: [], runbooks: [] },
  });
  await remit.start();
  ends.push(() => remit.close());
  const logged: unknown[] = [];
  const api = createHandler({ remit, logger: { error: (_, details) => void logged.push(details) } });
  const ask = async () => {
    const startedAt = performance.now();
    const response = await api(new Request('http://remit.test/api/v1/health'));
    const text = await response.text();
    return { status: response.status, text, seconds: (performance.now() - startedAt) / 1_000 };
  };

  expect(JSON.parse((await ask()).text)).toMatchObject({ status: 'ok', store: { state: 'ok' } });
  for (const gone of ['cut', 'dead'] as const) {
    line.set(gone);
    await expect.poll(async () => (await ask()).status, { timeout: 60_000 }).toBe(503);
    const { text, seconds } = await ask();
    // Two seconds are what a store is given; the rest is for a machine that is busy.
    expect(seconds).toBeLessThan(30);
    expect(text).not.toMatch(/127\.0\.0\.1|postgres:|remit_test/);
    expect(logged.length).toBeGreaterThan(0);
    if (gone === 'dead') line.set('cut');
    line.set('up');
    await expect.poll(async () => (await ask()).status, { timeout: 120_000 }).toBe(200);
  }
});
