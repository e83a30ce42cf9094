import { describe, expect, test } from 'vitest';
import { expectClean, openStage, put, told } from './browser.js';
import { HOSTILE, RUN, row } from './rows.js';

const FACTORS = { ai_confidence: 92.4, human_validation: 85, success_history: 90, pattern_recognition: 82 };
const WEIGHTS = { ai_confidence: 0.25, human_validation: 0.3, success_history: 0.25, pattern_recognition: 0.2 };
const EVIDENCE = {
  confidence: 0.924,
  positive: 6,
  rated: 7,
  succeeded: 9,
  executed: 10,
  similarity: 0.82,
  resolved: 12,
};

describe('remit-ring and remit-score', () => {
  test('every level is told by number, text and icon', async (context) => {
    const shown = await openStage(context);
    for (const [score, level] of [
      [92.2, 'very_high'],
      [87.4, 'high'],
      [60, 'medium'],
      [12.3, 'low'],
    ] as const) {
      await put(shown, 'remit-ring', { properties: { score, level } });
    }
    await put(shown, 'remit-ring', { properties: { score: null, level: null } });
    const said = await shown.page
      .getByRole('img')
      .evaluateAll((rings) => rings.map((ring) => ring.getAttribute('aria-label')));
    expect(said).toEqual([
      'Reliability 92.2 of 100, Very high',
      'Reliability 87.4 of 100, High',
      'Reliability 60.0 of 100, Medium',
      'Reliability 12.3 of 100, Low',
      'Not scored yet',
    ]);
    // The icons differ by shape, for whoever does not see the colours.
    const icons = await shown.page
      .locator('remit-ring .chip path')
      .evaluateAll((paths) => paths.map((path) => path.getAttribute('d')));
    expect(new Set(icons).size).toBe(5);
    await expectClean(shown);
  });

  test('nothing moves for whoever wants no motion', async (context) => {
    const shown = await openStage(context);
    await put(shown, 'remit-ring', { properties: { score: 87.4, level: 'high' } });
    await put(shown, 'remit-log', { properties: { rows: null } });
    const moves = () =>
      shown.page.evaluate(() => {
        const styleOf = (tag: string, part: string): CSSStyleDeclaration =>
          getComputedStyle(document.querySelector(tag)?.shadowRoot?.querySelector(part) ?? document.body);
        return [styleOf('remit-ring', '.fill').transitionDuration, styleOf('remit-log', '.bone').animationName];
      });
    await shown.page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await moves()).toEqual(['0.5s', 'breathe']);
    await shown.page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await moves()).toEqual(['0s', 'none']);
  });

  test('the score says what it is made of', async (context) => {
    const shown = await openStage(context);
    const properties = { score: 87.5, level: 'high', factors: FACTORS, weights: WEIGHTS, evidence: EVIDENCE };
    await put(shown, 'remit-score', { properties });
    const text = await shown.page.locator('remit-score dl').textContent();
    for (const part of [
      'AI confidence',
      '92%',
      'Counts 30%.',
      '6 of 7 votes were positive.',
      '9 of 10 runs succeeded.',
      '82% similar; 12 resolved before.',
    ]) {
      expect(text).toContain(part);
    }
    await expectClean(shown);
  });

  test('texts can be replaced, on one element and those inside it', async (context) => {
    const shown = await openStage(context);
    const properties = {
      score: 87.5,
      level: 'high',
      factors: FACTORS,
      strings: { High: 'Hoch', 'AI confidence': 'KI' },
    };
    await put(shown, 'remit-score', { properties });
    for (const text of ['Hoch', 'KI']) {
      await expect.poll(() => shown.page.getByText(text, { exact: true }).isVisible()).toBe(true);
    }
  });
});

describe('the script of all elements', () => {
  test('is a module from which a page takes the store and the texts', async (context) => {
    const shown = await openStage(context);
    await put(shown, 'remit-ring', { properties: { score: 87.5, level: 'high' } });
    // As text: the test runner would make an import of its own of it.
    const given = await shown.page.evaluate(
      `import('/remit-ui.js').then((script) => {
        script.setStrings({ High: 'Hoch' });
        return Object.keys(script).sort();
      })`,
    );
    expect(given).toEqual(['connect', 'createStore', 'setStrings']);
    await shown.page.getByText('Hoch', { exact: true }).waitFor();
  });
});

describe('remit-toggle', () => {
  test('stays off until a person has read the warning and said yes', async (context) => {
    const shown = await openStage(context);
    await put(shown, 'remit-toggle', { listen: ['remit-opt-in'] });
    const toggle = shown.page.getByRole('switch');
    await toggle.click();
    expect(await toggle.getAttribute('aria-checked')).toBe('false');
    expect(await shown.page.getByText('may then change live systems').isVisible()).toBe(true);
    expect(await told(shown)).toEqual([]);
    await expectClean(shown);
    await shown.page.getByRole('button', { name: 'Allow it for this ticket' }).click();
    expect(await toggle.getAttribute('aria-checked')).toBe('true');
    expect(await told(shown)).toEqual([['remit-opt-in', { enabled: true }]]);
    await toggle.click();
    expect(await told(shown)).toEqual([
      ['remit-opt-in', { enabled: true }],
      ['remit-opt-in', { enabled: false }],
    ]);
  });

  test('by keyboard: the careful answer has the focus first, Escape keeps it off', async (context) => {
    const shown = await openStage(context);
    await put(shown, 'remit-toggle', { listen: ['remit-opt-in'] });
    const { keyboard } = shown.page;
    const focused = () => shown.page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.id);
    await keyboard.press('Tab');
    await keyboard.press('Space');
    await expect.poll(focused).toBe('keep-off');
    await keyboard.press('Escape');
    await expect.poll(focused).toBe('switch');
    expect(await told(shown)).toEqual([]);
    await keyboard.press('Space');
    await expect.poll(focused).toBe('keep-off');
    await keyboard.press('Shift+Tab');
    await keyboard.press('Enter');
    expect(await told(shown)).toEqual([['remit-opt-in', { enabled: true }]]);
  });

  test('takes part in a form under its name', async (context) => {
    const shown = await openStage(context);
    const values = await shown.page.evaluate(async () => {
      const form = document.createElement('form');
      const toggle = Object.assign(document.createElement('remit-toggle'), { name: 'enable_auto_remediation' });
      toggle.setAttribute('name', 'enable_auto_remediation');
      form.append(toggle);
      document.body.append(form);
      const read = async () => {
        await (toggle as unknown as { readonly updateComplete: Promise<boolean> }).updateComplete;
        return [...new FormData(form)];
      };
      const off = await read();
      Object.assign(toggle, { checked: true });
      return [off, await read()];
    });
    expect(values).toEqual([[], [['enable_auto_remediation', 'true']]]);
  });
});

describe('remit-feedback', () => {
  test('by keyboard: stars, what really fixed it, and all fields of the seed', async (context) => {
    const shown = await openStage(context);
    await put(shown, 'remit-feedback', { properties: { ticketId: 'INC-001' }, listen: ['remit-feedback'] });
    const { page } = shown;
    await page.getByRole('radio', { name: '1 star' }).focus();
    for (const _ of [1, 2, 3]) await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('textbox', { name: 'What really fixed it?' }).count()).toBe(0);
    await page
      .getByRole('group', { name: 'Did the actions work?' })
      .getByRole('radio', { name: 'No', exact: true })
      .check();
    await page.getByRole('textbox', { name: 'What really fixed it?' }).fill('More memory');
    await page.getByText('Add details').click();
    await page.getByRole('textbox', { name: 'Suggestions' }).fill('Check memory first');
    await page.getByRole('spinbutton').fill('30');
    await expectClean(shown);
    await page.getByRole('button', { name: 'Send feedback' }).click();
    expect(await told(shown)).toEqual([
      [
        'remit-feedback',
        {
          ticket_id: 'INC-001',
          feedback_type: 'positive',
          rating: 4,
          was_helpful: null,
          resolution_accurate: null,
          actions_worked: false,
          comment: null,
          what_worked: null,
          what_didnt_work: null,
          suggestions: 'Check memory first',
          actual_resolution: 'More memory',
          time_to_resolve: 30,
        },
      ],
    ]);
  });

  test('without stars and verdict it says what is missing, sends nothing and loses nothing', async (context) => {
    const shown = await openStage(context);
    await put(shown, 'remit-feedback', { properties: { ticketId: 'INC-001' }, listen: ['remit-feedback'] });
    await shown.page.getByRole('textbox', { name: 'Comment' }).fill('fine');
    await shown.page.getByRole('button', { name: 'Send feedback' }).click();
    expect(await shown.page.getByRole('alert').textContent()).toContain('Give stars first');
    expect(await told(shown)).toEqual([]);
    expect(await shown.page.getByRole('textbox', { name: 'Comment' }).inputValue()).toBe('fine');
    await expectClean(shown);
  });
});

describe('remit-log', () => {
  test('tells each row, its checks and its details, and what went wrong is never green', async (context) => {
    const shown = await openStage(context);
    await put(shown, 'remit-log', { properties: { rows: RUN } });
    const { page } = shown;
    expect(await page.getByRole('listitem').count()).toBe(RUN.length);
    await page.getByRole('button', { name: /The guard cleared/ }).click();
    expect(await page.locator('.details').textContent()).toContain('kill switch: kill_switch was looked at.');
    await page.getByRole('button', { name: /Step 1 is about/ }).click();
    expect(await page.locator('.details pre').last().textContent()).toContain('"service": "web"');
    expect(await page.locator('.entry', { hasText: 'Validation failed.' }).getAttribute('class')).toContain('bad');
    expect(await page.getByText('Rows linked without a gap').isVisible()).toBe(true);
    await expectClean(shown);
  });

  test('filters by kind and by text', async (context) => {
    const shown = await openStage(context);
    await put(shown, 'remit-log', { properties: { rows: RUN } });
    const { page } = shown;
    await page.getByRole('combobox').selectOption('approval');
    await expect.poll(() => page.getByRole('listitem').count()).toBe(2);
    await page.getByRole('searchbox').fill('ANA approved');
    await expect.poll(() => page.getByRole('status').textContent()).toBe('1 of 8 rows');
    await page.getByRole('searchbox').fill('nothing like it');
    await expect.poll(() => page.getByText('No row fits the filter.').isVisible()).toBe(true);
    await expectClean(shown);
  });

  test('shows where the links between rows break', async (context) => {
    const shown = await openStage(context);
    const rows = RUN.map((each) => (each.seq === 5 ? { ...each, previous_hash: 'forged' } : each));
    await put(shown, 'remit-log', { properties: { rows } });
    expect(await shown.page.getByRole('alert').textContent()).toContain('Link broken at row 5');
  });

  test('what tools and models wrote stays text', async (context) => {
    const shown = await openStage(context);
    const rows = HOSTILE.map((text, index) =>
      row(index + 1, { type: 'action_settled', outcome: 'committed', result: text }, text),
    );
    await put(shown, 'remit-log', { properties: { rows } });
    for (const button of await shown.page.locator('button.line').all()) await button.click();
    expect(await shown.page.locator('button.line').allTextContents()).toHaveLength(HOSTILE.length);
    expect(await shown.page.locator('remit-log .sentence').allTextContents()).toEqual(HOSTILE);
    expect(await shown.page.locator('remit-log').locator('img, iframe, script, math').count()).toBe(0);
    await expectClean(shown);
  });

  test('says that it is loading, that there is nothing, and why there is none', async (context) => {
    const shown = await openStage(context);
    await put(shown, 'remit-log', { properties: { rows: null } });
    await put(shown, 'remit-log', { properties: { rows: [] } });
    await put(shown, 'remit-log', { properties: { error: 'The service does not answer.' }, listen: ['remit-retry'] });
    expect(await shown.page.getByText('Loading…').count()).toBe(1);
    expect(await shown.page.getByText('Nothing has happened yet.').isVisible()).toBe(true);
    expect(await shown.page.getByRole('alert').textContent()).toContain('The service does not answer.');
    await shown.page.getByRole('button', { name: 'Try again' }).click();
    expect(await told(shown)).toEqual([['remit-retry', null]]);
    await expectClean(shown);
  });
});

describe('remit-approval', () => {
  const step = {
    step: 0,
    action: 'expand_volume',
    tool: 'storage/expand',
    arguments: { volume: 'ds1', by_gib: 100 },
    class: 'critical_write',
    family: 'storage',
    targets: ['volume:ds1'],
  };
  /** A ticket that waits, as far as the element looks at it. */
  const waiting = (bindingHash: string) => ({
    ticket_id: 'INC-001',
    title: null,
    description: 'Datastore full',
    reliability_score: 88,
    confidence_level: 'high',
    remediation_decision: {
      reason: 'critical_write',
      because: [{ rule: 7, reason: 'critical_write', applies: true, sentence: 'It has not earned it.', inputs: {} }],
    },
    remediation: {
      state: 'awaiting_approval',
      plan: { actions: [step] },
      approval: {
        approval_id: 'apr-1',
        binding_hash: bindingHash,
        expires_at: '2099-01-01T00:00:00Z',
        needed: 1,
        approvals: [],
        barred: { tom: 'submitted this ticket' },
        shown: { snapshot: { used_percent: 98 }, policy_version: 3 },
      },
    },
  });

  test('a plan that cannot simply be taken back wants a look first; the answer names exactly what is shown', async (context) => {
    const shown = await openStage(context);
    await put(shown, 'remit-approval', { properties: { ticket: waiting('hash-1') }, listen: ['remit-answer'] });
    const { page } = shown;
    const approve = page.getByRole('button', { name: 'Approve exactly this' });
    expect(await approve.isDisabled()).toBe(true);
    await page.getByRole('checkbox').check();
    await expectClean(shown);

    // It changes while somebody reads: what was ticked was another plan.
    await page.evaluate(
      (ticket) => Object.assign(document.querySelector('remit-approval') ?? {}, { ticket }),
      waiting('hash-2'),
    );
    await page.getByRole('alert').filter({ hasText: 'This changed while you were reading' }).waitFor();
    expect(await approve.isDisabled()).toBe(true);
    expect(await told(shown)).toEqual([]);
    await page.getByRole('checkbox').check();
    await approve.click();
    const body = { approve: true, approval_id: 'apr-1', binding_hash: 'hash-2' };
    expect(await told(shown)).toEqual([['remit-answer', { ticket_id: 'INC-001', body }]]);
  });

  test('what somebody prevents is not sent', async (context) => {
    const shown = await openStage(context);
    const sent = await shown.page.evaluate(async () => {
      const asked: unknown[] = [];
      const store = { send: async (ask: unknown) => ({ body: asked.push(ask), etag: null }) };
      const toggle = Object.assign(document.createElement('remit-toggle'), { ticketId: 'INC-1', checked: true, store });
      document.querySelector('#stage')?.append(toggle);
      const press = async (): Promise<void> => {
        await (toggle as unknown as { readonly updateComplete: Promise<boolean> }).updateComplete;
        toggle.shadowRoot?.querySelector<HTMLElement>('#switch')?.click();
      };
      toggle.addEventListener('remit-opt-in', (event) => event.preventDefault(), { once: true });
      await press();
      const before = asked.length;
      await press();
      return [before, asked];
    });
    expect(sent).toEqual([0, [{ method: 'PATCH', path: '/tickets/INC-1', body: { enable_auto_remediation: false } }]]);
  });
});
