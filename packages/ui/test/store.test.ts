import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { type Ask, connect, type Reply } from '../src/api.js';
import { createStore, type Known } from '../src/store.js';

/** A list of 5 in pages of 2; later pages wait for `late`. */
function list(late: Promise<void> = Promise.resolve(), all = [0, 1, 2, 3, 4]) {
  const asked: string[] = [];
  const ask = async ({ path }: Ask): Promise<Reply> => {
    asked.push(path);
    const from = Number(/cursor=(\d+)/.exec(path)?.[1] ?? 0);
    const items = all.slice(from, from + 2);
    if (from > 0) await late;
    return { body: { items, next_cursor: from + 2 < 5 ? String(from + 2) : null }, etag: null };
  };
  const store = createStore({ ask, follow: async () => undefined });
  let known: Known | null = null;
  store.watch('/things?limit=2', (next) => {
    known = next;
  });
  return { store, asked, shown: () => (known?.body as { readonly items: readonly number[] } | null)?.items };
}

test('a list that somebody went on with stays as long when it is read anew', async () => {
  const { store, shown } = list();
  await expect.poll(shown).toEqual([0, 1]);
  await store.more('/things?limit=2');
  expect(shown()).toEqual([0, 1, 2, 3]);
  await store.refresh();
  expect(shown()).toEqual([0, 1, 2, 3]);
  store.close();
});

test('the next page asked for twice at once comes once', async () => {
  const { store, shown, asked } = list();
  await expect.poll(shown).toEqual([0, 1]);
  await Promise.all([store.more('/things?limit=2'), store.more('/things?limit=2')]);
  expect(shown()).toEqual([0, 1, 2, 3]);
  expect(asked).toHaveLength(3);
  await store.more('/things?limit=2');
  await store.more('/things?limit=2');
  expect(shown()).toEqual([0, 1, 2, 3, 4]);
  store.close();
});

test('a page that was asked for before the list was read anew is left out', async () => {
  let release: () => void = () => undefined;
  const late = new Promise<void>((resolve) => {
    release = resolve;
  });
  const all = [0, 1, 2, 3, 4];
  const { store, shown } = list(late, all);
  await expect.poll(shown).toEqual([0, 1]);
  const more = store.more('/things?limit=2');
  all.unshift(-1);
  await store.refresh();
  expect(shown()).toEqual([-1, 0]);
  release();
  await more;
  expect(shown()).toEqual([-1, 0]);
  store.close();
});

test('an answer that does not come in time is said to be none', async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const api = connect({ base: `http://127.0.0.1:${port}`, timeoutMs: 50 });
  await expect(api.ask({ method: 'GET', path: '/halt' })).rejects.toMatchObject({ status: 0, code: 'no_answer' });
  server.closeAllConnections();
  server.close();
});
