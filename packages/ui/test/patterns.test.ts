import { describe, expect, type TestContext, test } from 'vitest';
import { expectClean, openPage, openStage, put, type Shown, told } from './browser.js';
import { HOSTILE } from './rows.js';
import { openWorld, type World } from './world.js';

/* A pattern whole: against a real server, and by itself. */

const OTHER_WORDS = 'customers see nothing in their browsers';

async function tell(world: World, ticketId: string, description: string): Promise<string> {
  const { body } = await world.send('POST', '/tickets', {
    body: { ticket_id: ticketId, description, category: 'server' },
  });
  return String(body['pattern_id']);
}

async function visit(context: TestContext, world: World, at: string): Promise<Shown> {
  const shown = await openPage(context, `${world.url}/console${at}`);
  await shown.page.getByLabel('Access token').fill('olga');
  await shown.page.getByRole('button', { name: 'Use this token' }).click();
  return shown;
}

const items = async (world: World, path: string) =>
  (await world.send('GET', path, {})).body['items'] as readonly Readonly<Record<string, unknown>>[];

describe('a pattern on the page', () => {
  test('its tickets; merged, split, taken back, renamed, and a fix made a runbook', async (context) => {
    const world = await openWorld();
    try {
      const [first] = await items(world, '/patterns');
      const one = String(first?.['pattern_id']);
      const other = await tell(world, 'BLANK-1', OTHER_WORDS);
      expect(other).not.toBe(one);

      // From the list to the other one, and from there into the first.
      const shown = await visit(context, world, '#/patterns');
      const { page } = shown;
      await page.getByRole('link', { name: OTHER_WORDS }).click();
      expect(page.url()).toContain(`#/patterns/${other}`);
      await page.getByRole('link', { name: 'BLANK-1' }).waitFor();
      await page.getByText('It is the same problem as another one').click();
      await page.getByLabel('Which one').selectOption(one);
      await page.getByLabel('Why').first().fill('one outage');
      await expectClean(shown);
      await page.getByRole('button', { name: 'Merge' }).click();
      await page.getByText('was merged into this one').waitFor();
      expect(page.url()).toContain(`#/patterns/${one}`);
      for (const name of ['BLANK-1', 'OLD-1', 'OLD-2']) await page.getByRole('link', { name, exact: true }).waitFor();
      // What came with a merge is given back with the merge.
      expect(await page.getByRole('checkbox', { name: 'Choose BLANK-1' }).isDisabled()).toBe(true);

      // Told since then in those words: split off by hand; it appears by itself.
      expect(await tell(world, 'BLANK-2', OTHER_WORDS)).toBe(one);
      await page.getByRole('checkbox', { name: 'Choose BLANK-2' }).check();
      await page.getByLabel('What that problem is called').fill('Blank page');
      await expectClean(shown);
      await page.getByRole('button', { name: 'Split off 1' }).click();
      await page.getByText('1 tickets split off as “Blank page”').waitFor();
      await expect.poll(() => page.getByRole('link', { name: 'BLANK-2' }).count()).toBe(0);
      const titles = async () => (await items(world, '/patterns')).map(({ title }) => title);
      expect(await titles()).toContain('Blank page');

      // Both are taken back.
      const back = page.getByRole('button', { name: 'Take back' });
      await back.first().click();
      await page.getByText('Taken back by olga').waitFor();
      await back.first().click();
      await expect.poll(() => page.getByText('Taken back by olga').count()).toBe(2);
      expect(await back.count()).toBe(0);
      expect((await items(world, `/patterns/${other}/tickets`)).map(({ ticket_id }) => ticket_id)).toEqual(['BLANK-1']);

      await page.getByText('It should be called otherwise').click();
      await page.getByRole('textbox', { name: 'Title' }).fill('Shop down');
      await page.getByRole('button', { name: 'Rename' }).click();
      await page.getByRole('heading', { name: 'Shop down', level: 2 }).waitFor();

      // A line that is no step is said, and nothing typed is lost.
      await page.getByRole('button', { name: 'Make a runbook…' }).first().click();
      await page.getByLabel('Short name').fill('restart-shop');
      const steps = page.getByLabel(/^Steps/);
      expect(await steps.inputValue()).toContain('restart_service {"service":"web"}');
      await steps.fill('restart_service {"service":');
      await page.getByRole('button', { name: 'Make it a runbook' }).click();
      await page.getByRole('alert').filter({ hasText: 'This line is no step' }).waitFor();
      await steps.fill('restart_service {"service":"$target"}');
      await expectClean(shown);
      await page.getByRole('button', { name: 'Make it a runbook' }).click();
      await page.getByText('Runbook restart-shop, version 1, by olga').waitFor();
      expect(await items(world, `/patterns/${one}/runbooks`)).toMatchObject([
        { name: 'restart-shop', steps: [{ action: 'restart_service', arguments: { service: '$target' } }] },
      ]);
      await page.getByRole('button', { name: 'Retire' }).click();
      await page.getByText('Retired: it is proposed no more.').waitFor();
      await expectClean(shown);
    } finally {
      await world.close();
    }
  });

  test('a ticket leads to its pattern, and what is typed stays when something happens', async (context) => {
    const world = await openWorld();
    try {
      const { page } = await visit(context, world, '#/tickets/OLD-1');
      await page.getByRole('link', { name: 'Its pattern' }).click();
      await page.getByRole('checkbox', { name: 'Choose OLD-2' }).check();
      await page.getByLabel('What that problem is called').fill('half a wor');
      world.breakWeb();
      await tell(world, 'NEW-1', 'service web not responding');
      await page.getByRole('link', { name: 'NEW-1' }).waitFor();
      expect(await page.getByLabel('What that problem is called').inputValue()).toBe('half a wor');
      // Words that cannot be told apart: refused, said, and still there.
      await page.getByRole('button', { name: 'Split off 1' }).click();
      await page.getByRole('alert').filter({ hasText: 'must leave a ticket with other words' }).waitFor();
      expect(await page.getByLabel('What that problem is called').inputValue()).toBe('half a wor');
    } finally {
      await world.close();
    }
  });

  test('an address of an old pattern finds it on a later page; of none it says so', async (context) => {
    const world = await openWorld();
    try {
      const [old] = await items(world, '/patterns');
      const letters = 'abcdefghijklmnopqrstuvwxyz'.split('');
      for (const [index, letter] of letters.flatMap((a) => letters.slice(0, 5).map((b) => `${a}${b}`)).entries())
        await tell(world, `M-${index}`, `${letter}quux${letter} frob${letter}nicator ${letter}gone${letter}`);
      expect((await items(world, '/patterns?limit=100')).map(({ pattern_id }) => pattern_id)).not.toContain(
        old?.['pattern_id'],
      );
      const { page } = await visit(context, world, `#/patterns/${String(old?.['pattern_id'])}`);
      await page.getByRole('link', { name: 'OLD-1', exact: true }).waitFor();
      await page.goto(`${world.url}/console#/patterns/none`);
      await page.getByText('There is no such pattern').waitFor();
    } finally {
      await world.close();
    }
  });
});

describe('remit-pattern', () => {
  const pattern = { pattern_id: 'p1', category: 'server', title: 'service down', created_at: '', actions: [] };
  const change = (change_id: string, edit: object) => ({ change_id, pattern_id: 'p1', edit, reason: null, by: 'olga' });

  test('tells what people want by events, and for reading only it offers nothing', async (context) => {
    const shown = await openStage(context);
    const changes = [
      { ...change('c1', { kind: 'rename', title: 'web down' }), at: '2026-01-31T22:00:00Z' },
      { ...change('c2', { kind: 'undo', undoes: 'c1' }), at: '2026-02-01T22:00:00Z' },
      { ...change('c3', { kind: 'rename', title: 'service down' }), at: '2026-02-02T22:00:00Z' },
    ];
    const properties = { pattern, changes };
    await put(shown, 'remit-pattern', { properties, listen: ['remit-undo', 'remit-rename'] });
    const { page } = shown;
    await page.getByRole('button', { name: 'Take back' }).click();
    await page.getByText('It should be called otherwise').click();
    await page.getByRole('textbox', { name: 'Title' }).fill('Shop');
    await page.getByRole('button', { name: 'Rename' }).click();
    expect(await told(shown)).toEqual([
      ['remit-undo', { undoes: 'c3' }],
      ['remit-rename', { title: 'Shop' }],
    ]);
    await put(shown, 'remit-pattern', { properties: { ...properties, readOnly: true } });
    expect(await page.locator('remit-pattern').last().getByRole('button').count()).toBe(0);
    await expectClean(shown);
  });

  test('what people and tickets wrote stays text', async (context) => {
    const shown = await openStage(context);
    const at = '2026-01-31T22:00:00Z';
    for (const text of HOSTILE) {
      const ticket = { ticket_id: text, title: text, description: text, status: 'resolved', created_at: at };
      await put(shown, 'remit-pattern', {
        properties: {
          pattern: { ...pattern, title: text },
          tickets: [{ ...ticket, pattern_id: 'p1' }],
          fixes: [{ ticket_id: text, author: text, at, source: 'feedback', text, actions: [] }],
          changes: [{ ...change('c', { kind: 'rename', title: text }), reason: text, at }],
          others: [{ ...pattern, pattern_id: 'p2', title: text }],
        },
      });
    }
    expect(await shown.page.locator('remit-pattern').locator('img, iframe, script, math').count()).toBe(0);
    await expectClean(shown);
  });
});
