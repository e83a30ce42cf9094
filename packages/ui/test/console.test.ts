import { afterEach, describe, expect, type TestContext, test } from 'vitest';
import { expectClean, openPage, type Shown } from './browser.js';
import { HOSTILE } from './rows.js';
import { openWorld, type World } from './world.js';

const open: World[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
});

async function served(options: Parameters<typeof openWorld>[0] = {}): Promise<World> {
  const world = await openWorld(options);
  open.push(world);
  return world;
}

/** The console as somebody sees it who has given their token. */
async function visit(context: TestContext, world: World, { as = 'ana', at = '#/tickets' } = {}): Promise<Shown> {
  const shown = await openPage(context, `${world.url}/console${at}`);
  await shown.page.getByLabel('Access token').fill(as);
  await shown.page.getByRole('button', { name: 'Use this token' }).click();
  return shown;
}

describe('the whole path on the page', () => {
  test('a ticket is handed in with the switch, decided, approved, carried out, told and praised', async (context) => {
    const world = await served();
    world.breakWeb();
    const { page, ...rest } = await visit(context, world, { as: 'ana' });
    const shown = { page, ...rest };

    await page.getByText('New ticket').click();
    await page.getByLabel('Ticket id').fill('INC/1 é');
    await page.getByLabel('What is wrong').fill('service web not responding');
    await page.getByRole('switch').click();
    await page.getByRole('button', { name: 'Allow it for this ticket' }).click();
    await page.getByRole('button', { name: 'Hand it in' }).click();

    // Decided: it asks, says why, and shows what it would do.
    await page.getByRole('heading', { name: 'Waits for approval' }).waitFor();
    expect(page.url()).toContain('#/tickets/INC%2F1%20%C3%A9');
    expect(await page.getByRole('switch').getAttribute('aria-checked')).toBe('true');
    await page.getByText('service:web').first().waitFor();
    expect(world.writes()).toBe(0);
    await expectClean(shown);

    // Whoever handed it in may not approve it, and is told so.
    await page.getByRole('button', { name: 'Approve exactly this' }).click();
    await page.getByRole('alert').filter({ hasText: 'ana' }).waitFor();
    expect(world.writes()).toBe(0);

    // Somebody else does, from the inbox.
    await page.getByRole('button', { name: 'Forget token' }).click();
    await page.getByLabel('Access token').fill('gil');
    await page.getByRole('button', { name: 'Use this token' }).click();
    await page.getByRole('link', { name: /Approvals/ }).click();
    await page.getByRole('button', { name: 'Approve exactly this' }).waitFor();
    await expectClean(shown);
    await page.getByRole('button', { name: 'Approve exactly this' }).click();
    await expect.poll(() => world.isUp()).toBe(true);
    expect(world.writes()).toBe(1);

    // The log tells it, and the vote moves the score and the pattern.
    await page.getByRole('link', { name: 'Tickets' }).click();
    await page.getByRole('link', { name: 'INC/1 é' }).click();
    await page.getByText('gil approved.').waitFor();
    await page.getByText('It succeeded').first().waitFor();
    await page.getByText('Rows linked without a gap').waitFor();
    const score = () =>
      page
        .locator('remit-ticket remit-score remit-ring')
        .evaluate((ring) => (ring as unknown as { readonly score: number }).score);
    const before = await score();
    await page.getByRole('radio', { name: '5 stars' }).check();
    await page.getByRole('button', { name: 'Send feedback' }).click();
    await page.getByText('Thank you.').waitFor();
    await expect.poll(score).toBeGreaterThan(before);
    await expectClean(shown);
    await page.getByRole('link', { name: 'Patterns' }).click();
    const row = page.getByRole('row', { name: /restart_service/ });
    expect(await row.getByRole('cell').nth(1).textContent()).toBe('3');
    await expectClean(shown);

    // The figures know of it too.
    await page.getByRole('link', { name: 'Figures' }).click();
    await page.getByRole('heading', { name: 'Gates' }).waitFor();
    await page
      .getByText(/safe write/)
      .first()
      .waitFor();
    await page.getByRole('heading', { name: 'Stated confidence against what came true' }).waitFor();
    await expectClean(shown);
  });

  test('by keyboard alone: sign in, go to the inbox, reject with a reason', async (context) => {
    const world = await served();
    world.breakWeb();
    await world.send('POST', '/tickets', {
      body: {
        ticket_id: 'INC-7',
        description: 'service web not responding',
        category: 'server',
        enable_auto_remediation: true,
      },
    });
    const { page } = await openPage(context, `${world.url}/console#/approvals`);
    const { keyboard } = page;
    await page.getByLabel('Access token').waitFor();
    /** Goes on with Tab until what has the focus is called this. */
    const tabTo = async (name: RegExp): Promise<void> => {
      for (let presses = 0; presses < 40; presses += 1) {
        await keyboard.press('Tab');
        const text = await page.evaluate(() => {
          let active = document.activeElement;
          while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
          if (!(active instanceof HTMLElement) || getComputedStyle(active).outlineStyle === 'none')
            return 'no visible focus';
          return `${active.closest('label')?.textContent ?? ''} ${active.textContent ?? ''} ${active.getAttribute('name') ?? ''}`;
        });
        if (name.test(text)) return;
      }
      throw new Error(`Tab never came to ${name}.`);
    };
    await tabTo(/Access token/);
    await keyboard.type('gil');
    await keyboard.press('Enter');
    await page.getByRole('button', { name: 'Reject…' }).waitFor();
    await tabTo(/Reject…/);
    await keyboard.press('Enter');
    await tabTo(/reason/);
    await keyboard.press('ArrowDown');
    await tabTo(/^\s*Reject\s*$/);
    await keyboard.press('Enter');
    await expect
      .poll(async () => (await world.send('GET', '/tickets/INC-7', {})).body['remediation'])
      .toMatchObject({ state: 'rejected', reason: 'wrong_target' });
    expect(world.writes()).toBe(0);
  });

  test('a halt stops everything with one press and a reason, is told on every page, and lifting asks once more', async (context) => {
    const world = await served();
    const shown = await visit(context, world, { at: '#/halt' });
    const { page } = shown;
    await page.getByLabel('Why').fill('<b>maintenance</b>');
    await page.getByRole('button', { name: 'Stop all changes now' }).click();
    await page.getByRole('alert').filter({ hasText: 'Halted: Everything (<b>maintenance</b>)' }).waitFor();
    await expectClean(shown);
    await page.getByRole('button', { name: 'Lift…' }).click();
    await page.getByRole('button', { name: 'Yes, lift it' }).click();
    await page.getByText('Nothing is halted.').waitFor();
  });

  test('a policy is changed in parts, onto the version that was read', async (context) => {
    const world = await served();
    const shown = await visit(context, world, { at: '#/policies/server' });
    const { page } = shown;
    await page.getByLabel('Which writes wait for a person').selectOption({ label: 'By level of reliability' });
    await page.getByText('This lets automation do more than before').waitFor();
    await expectClean(shown);
    // Somebody else is faster, by as much as a request takes: what was chosen stays, and nothing is overwritten.
    await page.route(
      '**/policies/server',
      async (route) => {
        const headers = { authorization: 'Bearer olga', 'content-type': 'application/json', 'if-match': '"0"' };
        const body = '{"max_actions_per_hour":5}';
        const faster = await fetch(`${world.url}/api/v1/policies/server`, { method: 'PUT', headers, body });
        expect([route.request().method(), faster.status]).toEqual(['PUT', 200]);
        await route.continue();
      },
      { times: 1 },
    );
    await page.getByRole('button', { name: 'Save' }).click();
    await page
      .getByRole('alert')
      .filter({ hasText: /changed/ })
      .waitFor();
    await page.getByText('Version 1, changed by olga').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    expect((await world.send('GET', '/policies/server', {})).body).toMatchObject({
      requires_approval: 'by_level',
      max_actions_per_hour: 5,
      version: 2,
    });
  });
});

describe('live', () => {
  test('what happens elsewhere appears by itself, told by events', async (context) => {
    const world = await served();
    world.breakWeb();
    const { page } = await visit(context, world, { at: '#/approvals' });
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByText('Nothing waits for approval.').waitFor();
    const body = {
      ticket_id: 'INC-8',
      description: 'service web not responding',
      category: 'server',
      enable_auto_remediation: true,
    };
    await world.send('POST', '/tickets', { body });
    await page.getByRole('link', { name: 'INC-8' }).waitFor();
    expect(await page.getByText('Live', { exact: true }).count()).toBe(1);
    expect(await page.getByRole('link', { name: /Approvals 1 waiting/ }).count()).toBe(1);
  });
});

describe('trouble on the page', () => {
  test('hostile tickets stay text on every page', async (context) => {
    const world = await served();
    for (const [index, text] of HOSTILE.entries()) {
      const body = {
        ticket_id: `X-${index} ${text.slice(0, 12)}`,
        title: text,
        description: text,
        category: 'server',
        requester: text,
        metadata: { [text]: text },
      };
      expect((await world.send('POST', '/tickets', { body })).status).toBe(201);
    }
    const shown = await visit(context, world);
    const { page } = shown;
    await page.getByRole('link', { name: /^X-1 / }).waitFor();
    await expectClean(shown);
    await page.getByRole('link', { name: /^X-1 / }).click();
    await page.getByRole('heading', { name: /X-1/, level: 2 }).waitFor();
    await expectClean(shown);
    expect(await page.locator('img, iframe, math').count()).toBe(0);
  });

  test("no answer, half an answer, a proxy's page, a refusal: it says so, and goes on once the service is back", async (context) => {
    const world = await served();
    const refused = { code: 'forbidden', detail: 'Scope tickets:read is missing.', next_step: 'Ask an operator.' };
    const json = { headers: { 'content-type': 'application/json' } };
    const troubles: readonly (readonly [answer: () => Response, text: RegExp])[] = [
      [() => new Response('{"items":[', json), /broke off/],
      [() => new Response('<h1>Bad gateway</h1>', { status: 502 }), /answered 502/],
      [() => Response.json(refused, { status: 403 }), /Scope tickets:read is missing/],
    ];
    const shown = await visit(context, world);
    const { page } = shown;
    await page.getByRole('link', { name: 'OLD-1' }).waitFor();
    for (const [answer, text] of troubles) {
      world.answerWith(answer);
      await page.goto(`${world.url}/console#/patterns`);
      await page.reload();
      await page.getByRole('alert').filter({ hasText: text }).first().waitFor();
      await expectClean(shown);
      world.answerWith(null);
      await page.getByRole('button', { name: 'Try again' }).first().click();
      await page.getByText('restart_service').first().waitFor();
    }
    await world.close();
    open.length = 0;
    await page.getByRole('link', { name: 'Figures' }).click();
    await page.getByText('does not answer').first().waitFor();
  });

  test('a slow service: it says that something is on its way, and shows it once it is there', async (context) => {
    const world = await served();
    const { page } = await openPage(context, `${world.url}/console#/patterns`);
    let release: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/api/v1/patterns?*', async (route) => {
      await late;
      await route.continue();
    });
    await page.getByLabel('Access token').fill('ana');
    await page.getByRole('button', { name: 'Use this token' }).click();
    await page.getByRole('status').filter({ hasText: 'Loading…' }).waitFor();
    expect(await page.getByText('restart_service').count()).toBe(0);
    release();
    await page.getByText('restart_service').first().waitFor();
    expect(await page.getByText('Loading…').count()).toBe(0);
  });

  test('a token that is none: it asks again', async (context) => {
    const world = await served();
    world.answerWith(() =>
      Response.json({ code: 'unauthenticated', detail: 'No.', next_step: 'Sign in.' }, { status: 401 }),
    );
    const { page } = await visit(context, world);
    await page.getByLabel('Access token').waitFor();
    expect(await page.evaluate(() => sessionStorage.getItem('remit-token'))).toBeNull();
  });

  test('for reading only: nothing on it changes anything', async (context) => {
    const world = await served({ readOnly: true });
    world.breakWeb();
    await world.send('POST', '/tickets', {
      body: {
        ticket_id: 'INC-9',
        description: 'service web not responding',
        category: 'server',
        enable_auto_remediation: true,
      },
    });
    const shown = await visit(context, world, { as: 'reader', at: '#/approvals' });
    const { page } = shown;
    await page.getByText('restart_service').first().waitFor();
    for (const hash of ['#/approvals', '#/halt', '#/policies/server', '#/tickets/INC-9', '#/tickets']) {
      await page.goto(`${world.url}/console${hash}`);
      await page.getByText('This page is for reading only.').first().waitFor();
      const names = /approve|reject|stop|lift|save|send feedback|hand it in|reopen|mark as/i;
      expect([hash, await page.getByRole('button', { name: names }).count()]).toEqual([hash, 0]);
      await expectClean(shown);
    }
    await page.goto(`${world.url}/console#/tickets/INC-9`);
    expect(await page.getByRole('switch').isDisabled()).toBe(true);
  });
});
