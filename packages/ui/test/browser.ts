import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, expect, type TestContext } from 'vitest';
import { readScript } from '../build/bundle.js';

/* Tests run in a real Chromium. Where a machine has none they are skipped, with the reason printed. */

const PLACES = [
  process.env['REMIT_CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const executablePath = PLACES.find((place) => place !== '' && existsSync(place));

/** The policy under which every page of the tests stands. */
export const POLICY =
  "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Elements of Remit</title><link rel="stylesheet" href="/page.css"><script type="module" src="/remit-ui.js"></script></head>
<body><main id="stage"><h1>Elements</h1></main></body></html>`;

const STYLE =
  ':root{color-scheme:light dark}body{margin:0;padding:16px;background:light-dark(#fff,#11161c);color:light-dark(#1b2028,#e8ecf1);font:14px system-ui}h1{font-size:16px}';

let browser: Promise<Browser> | null = null;
let server: Promise<Server> | null = null;
const closing: (() => Promise<void>)[] = [];

async function listen(): Promise<Server> {
  const listening = createServer((request, response) => {
    const answer = async (): Promise<readonly [type: string, text: string]> => {
      if (request.url === '/remit-ui.js') return ['text/javascript', await readScript()];
      if (request.url === '/page.css') return ['text/css', STYLE];
      return ['text/html', PAGE];
    };
    void answer().then(([type, text]) => {
      response
        .writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': POLICY })
        .end(text);
    });
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return listening;
}

/** A page, and what went wrong on it. */
export interface Shown {
  readonly page: Page;
  /** Violations of the content security policy and errors of scripts. */
  readonly faults: readonly string[];
}

/** Opens an address in a window of its own; skips the test where there is no Chromium. */
export async function openPage(context: TestContext, url: string, options: BrowserContextOptions = {}): Promise<Shown> {
  if (executablePath === undefined) {
    return context.skip('there is no Chromium here; install one, or name it in REMIT_CHROMIUM');
  }
  browser ??= chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const window = await (await browser).newContext({ viewport: { width: 1000, height: 800 }, ...options });
  closing.push(() => window.close());
  const page = await window.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && /content security policy/i.test(message.text())) faults.push(message.text());
  });
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  return { page, faults };
}

/** An empty page with all elements registered. */
export async function openStage(context: TestContext, options: BrowserContextOptions = {}): Promise<Shown> {
  server ??= listen();
  const { port } = (await server).address() as AddressInfo;
  const shown = await openPage(context, `http://127.0.0.1:${port}/`, options);
  await shown.page.evaluate(() => customElements.whenDefined('remit-log'));
  return shown;
}

/** Puts an element with these properties on the page; events named in `listen` are kept in `window.told`. */
export async function put(
  { page }: Shown,
  tag: string,
  { properties = {}, listen = [] }: { readonly properties?: object; readonly listen?: readonly string[] } = {},
): Promise<void> {
  await page.evaluate(
    async ([name, given, types]) => {
      const told: unknown[] = [];
      Object.assign(window, { told });
      const element = document.createElement(name);
      for (const type of types)
        element.addEventListener(type, (event) => told.push([type, (event as CustomEvent).detail]));
      Object.assign(element, given);
      document.querySelector('#stage')?.append(element);
      await (element as unknown as { readonly updateComplete: Promise<boolean> }).updateComplete;
    },
    [tag, properties, listen] as const,
  );
}

/** What the elements told since the last {@link put}. */
export async function told({ page }: Shown): Promise<readonly (readonly [type: string, detail: unknown])[]> {
  return page.evaluate(() => (window as unknown as { readonly told: [string, unknown][] }).told);
}

let axe: string | null = null;

/** What axe-core finds wrong, one line each, the shadow trees included. */
export async function violations({ page }: Shown): Promise<readonly string[]> {
  axe ??= await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe: judge } = window as unknown as {
      readonly axe: {
        run(): Promise<{ violations: { id: string; nodes: { target: unknown; failureSummary?: string }[] }[] }>;
      };
    };
    const { violations: found } = await judge.run();
    return found.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${JSON.stringify(node.target)} ${node.failureSummary ?? ''}`),
    );
  });
}

/** Nothing was refused, thrown or opened, and axe-core finds nothing in light nor in dark. */
export async function expectClean(shown: Shown): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await shown.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect([colorScheme, await violations(shown)]).toEqual([colorScheme, []]);
  }
  expect(shown.faults).toEqual([]);
}

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

afterAll(async () => {
  await (await browser)?.close();
  browser = null;
  (await server)?.close();
  server = null;
});
