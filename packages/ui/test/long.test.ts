import { describe, expect, test } from 'vitest';
import { expectClean, openStage, put, type Shown } from './browser.js';
import { manyRows } from './rows.js';

const ROWS = 10_000;

/** How a list came up and scrolled, ms. */
interface Felt {
  readonly firstPaintMs: number;
  readonly longestTaskMs: number;
  readonly longTasks: number;
  readonly drawn: number;
}

/** Puts 10,000 rows up, waits for the paint, scrolls to the end in steps, and counts what kept the page busy. */
async function feel({ page }: Shown, kind: 'remit-log' | 'table'): Promise<Felt> {
  return page.evaluate(async (name) => {
    const { rows } = window as unknown as {
      readonly rows: readonly { readonly sentence: string; readonly at: string; readonly actor: string }[];
    };
    const painted = (): Promise<number> =>
      new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now()), 0)));
    const tasks: number[] = [];
    const observer = new PerformanceObserver((list) =>
      tasks.push(...list.getEntries().map(({ duration }) => duration)),
    );
    observer.observe({ type: 'longtask' });
    const stage = document.querySelector('#stage') ?? document.body;
    await painted();
    const began = performance.now();
    let list: Element;
    if (name === 'table') {
      const room = Object.assign(document.createElement('div'), { id: 'plain' });
      room.style.cssText = 'max-height: 576px; overflow: auto';
      const table = document.createElement('table');
      for (const row of rows) {
        const line = table.insertRow();
        for (const text of [row.at, row.actor, row.sentence]) line.insertCell().textContent = text;
      }
      room.append(table);
      stage.append(room);
      list = room;
    } else {
      const log = Object.assign(document.createElement('remit-log'), { rows });
      stage.append(log);
      await (log as unknown as { readonly updateComplete: Promise<boolean> }).updateComplete;
      list = log.shadowRoot?.querySelector('.rows') ?? log;
    }
    const firstPaintMs = (await painted()) - began;
    for (let step = 1; step <= 60; step += 1) {
      list.scrollTop = (list.scrollHeight / 60) * step;
      await painted();
    }
    observer.disconnect();
    const drawn = list.querySelectorAll('[role=listitem], tr').length;
    return { firstPaintMs, longestTaskMs: Math.max(0, ...tasks), longTasks: tasks.length, drawn };
  }, kind);
}

const say = (name: string, { firstPaintMs, longTasks, longestTaskMs, drawn }: Felt): void =>
  console.log(
    `${name}, ${ROWS} rows: first paint ${firstPaintMs.toFixed(0)} ms, ${longTasks} long tasks (longest ${longestTaskMs.toFixed(0)} ms), ${drawn} rows in the page`,
  );

describe('long lists', () => {
  test('10,000 rows of a log: only those near the window are in the page, and the last can be reached', async (context) => {
    const shown = await openStage(context);
    await shown.page.evaluate((rows) => Object.assign(window, { rows }), manyRows(ROWS));
    const log = await feel(shown, 'remit-log');
    say('remit-log', log);
    expect(log.drawn).toBeLessThan(150);
    await expect.poll(() => shown.page.getByText(`Row ${ROWS}.`).count()).toBe(1);
    expect(await shown.page.getByRole('listitem').last().getAttribute('aria-posinset')).toBe(String(ROWS));
    await shown.page.getByRole('searchbox').fill('Row 5000.');
    await expect.poll(() => shown.page.getByRole('listitem').count()).toBe(1);
    await expectClean(shown);

    const plain = await openStage(context);
    await plain.page.evaluate((rows) => Object.assign(window, { rows }), manyRows(ROWS));
    const table = await feel(plain, 'table');
    say('plain table', table);
    expect(table.drawn).toBe(ROWS);
  });

  test('1,000 patterns come in steps', async (context) => {
    const shown = await openStage(context);
    const patterns = Array.from({ length: 1_000 }, (_, index) => ({
      pattern_id: `p${index}`,
      category: 'server',
      title: `pattern ${index}`,
      created_at: '2026-01-31T22:00:00.000Z',
      actions: [],
    }));
    await put(shown, 'remit-patterns', { properties: { patterns } });
    expect(await shown.page.getByRole('listitem').count()).toBe(50);
    await shown.page.getByRole('button', { name: 'Show more' }).click();
    await expect.poll(() => shown.page.getByRole('listitem').count()).toBe(100);
    await shown.page.getByRole('searchbox').fill('pattern 999');
    await expect.poll(() => shown.page.getByRole('status').textContent()).toBe('1 patterns');
    await expectClean(shown);
  });
});
