import { mkdir } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import { serveGallery } from './serve.js';

/*
 * Takes the pictures of docs/ui: every page of the console in light and dark, wide and 360 pixels.
 * node --conditions=@remit/source --import tsx examples/ui-gallery/src/screenshots.ts FOLDER [CHROMIUM]
 */

const PAGES = {
  tickets: 'tickets',
  'ticket-waiting': 'tickets/INC-2041',
  'ticket-resolved': 'tickets/INC-2040',
  'ticket-parked': 'tickets/INC-2033',
  approvals: 'approvals',
  patterns: 'patterns',
  pattern: 'patterns/p1',
  figures: 'figures',
  policies: 'policies/server',
  halt: 'halt',
};

const [folder = 'docs/ui', executablePath = '/usr/bin/chromium'] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const gallery = await serveGallery(0);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1180, 360]) {
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme, reducedMotion: 'reduce' });
    for (const [name, place] of Object.entries(PAGES)) {
      await page.goto(`${gallery.url}/console.html#/${place}`);
      await page.reload();
      await page.getByRole('main').waitFor();
      await page.screenshot({ path: `${folder}/${name}-${colorScheme}-${width}.png`, fullPage: true });
    }
    await page.close();
  }
}
await browser.close();
await gallery.close();
