import { readdirSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { expectClean, openPage, violations } from '../../../packages/ui/test/browser.js';
import { serveGallery } from '../src/serve.js';

const gallery = await serveGallery(0);
afterAll(() => gallery.close());

/** Every element that has a file of its own. */
const elements = readdirSync(new URL('../../../packages/ui/src/elements', import.meta.url))
  .filter((name) => /^[a-z]+\.ts$/.test(name) && !['stars.ts'].includes(name))
  .map((name) => `remit-${name.replace('.ts', '')}`);

const PLACES = [
  'tickets',
  'tickets/INC-2041',
  'tickets/INC-2040',
  'tickets/INC-2033',
  'approvals',
  'patterns',
  'patterns/p1',
  'figures',
  'policies/server',
  'halt',
].map((place) => `#/${place}`);

describe('the gallery', () => {
  test('shows every element, in light and dark and from right to left, and nothing is wrong with it', async (context) => {
    const shown = await openPage(context, `${gallery.url}/`);
    await shown.page.locator('remit-submit').first().waitFor();
    const isThere = (name: string) => shown.page.locator(name).count();
    for (const name of elements.filter((each) => each !== 'remit-console'))
      expect([name, (await isThere(name)) > 0]).toEqual([name, true]);
    await expectClean(shown);
    await shown.page.getByRole('button', { name: 'Change direction' }).click();
    // Colours are the same in either direction.
    expect(await violations(shown)).toEqual([]);
    expect(shown.faults).toEqual([]);
  });

  test('every page of the console is whole at 360 pixels, and nothing is wrong with it', async (context) => {
    const shown = await openPage(context, `${gallery.url}/console.html`, { viewport: { width: 360, height: 740 } });
    for (const place of PLACES) {
      await shown.page.goto(`${gallery.url}/console.html${place}`);
      await shown.page.getByRole('main').waitFor();
      const wider = () => shown.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect([place, await wider()]).toEqual([place, 0]);
      await expectClean(shown);
    }
  });
});
