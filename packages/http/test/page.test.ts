import { RemitError } from '@remit/core';
import { readScript } from '@remit/ui/bundle';
import { describe, expect, test } from 'vitest';
import { createPage } from '../src/index.js';

const script = await readScript();
const page = createPage({ script, apiBase: '/itsm/api/v1/', path: '/itsm/console', categories: ['server', 'a"<b'] });
const get = (path: string, method = 'GET'): Response | null =>
  page(new Request(`http://remit.test${path}`, { method }));
const textOf = async (path: string): Promise<string> => (await get(path)?.text()) ?? '';

describe('the page', () => {
  test('is one document, one style and one script, under a policy that lets nothing else in', async () => {
    for (const [path, type] of [
      ['/itsm/console', 'text/html'],
      ['/itsm/console/', 'text/html'],
      ['/itsm/console/console.css', 'text/css'],
      ['/itsm/console/console.js', 'text/javascript'],
    ] as const) {
      const response = get(path);
      expect([path, response?.status]).toEqual([path, 200]);
      expect(response?.headers.get('content-type')).toContain(type);
      expect(response?.headers.get('content-security-policy')).toMatch(/^default-src 'self';/);
      expect(response?.headers.get('content-security-policy')).not.toContain('unsafe');
    }
  });

  test('leaves every other address to the host', () => {
    for (const path of ['/', '/itsm', '/itsm/consolex', '/itsm/console/other.js', '/itsm/api/v1/tickets']) {
      expect(get(path)).toBeNull();
    }
    expect(get('/itsm/console', 'POST')?.status).toBe(405);
    expect(get('/itsm/console', 'HEAD')?.body).toBeNull();
  });

  test('has nothing inline, and points to where things are', async () => {
    const html = await textOf('/itsm/console');
    expect(html).toContain('<remit-console api="/itsm/api/v1" categories="server,a&quot;&lt;b">');
    expect(html).toContain('src="/itsm/console/console.js"');
    expect(html).not.toMatch(/ style=| on\w+=|<style|<script>|javascript:/);
  });

  test('can be for reading only', async () => {
    const html = await createPage({ script, readOnly: true })(new Request('http://remit.test/console'))?.text();
    expect(html).toContain('<remit-console api="/api/v1" read-only>');
  });

  test('its script is whole: it asks for nothing else and makes no code of text', async () => {
    const text = await textOf('/itsm/console/console.js');
    expect(text).not.toMatch(/\bimport\s*[("'{*]|\beval\(|new Function|document\.write/);
    expect(text).toContain('remit-console');
  });

  test('refuses options that are no paths', () => {
    for (const options of [{ apiBase: '//evil.test' }, { apiBase: 'https://evil.test' }, { path: '/"><script>' }]) {
      expect(() => createPage({ script, ...options })).toThrow(RemitError);
    }
  });
});
