import { Script } from 'node:vm';
import { RemitError } from '@remit/core';
import { describe, expect, test } from 'vitest';
import { createPage, ROUTES } from '../src/index.js';

const page = createPage({ apiBase: '/itsm/api/v1/', path: '/itsm/console' });
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
    expect(html).toContain('content="/itsm/api/v1"');
    expect(html).toContain('src="/itsm/console/console.js"');
    expect(html).not.toMatch(/ style=| on\w+=|<style|<script>|javascript:/);
  });

  test('puts what comes from tickets in as text only', async () => {
    const script = await textOf('/itsm/console/console.js');
    expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|DOMParser/);
    expect(() => new Script(script)).not.toThrow();
  });

  test('asks only for routes that exist', async () => {
    const script = await textOf('/itsm/console/console.js');
    for (const path of ['/tickets', '/approvals', '/patterns', '/halt', '/feedback']) {
      expect(script).toContain(`'${path}`);
      expect(ROUTES.some(({ pattern }) => pattern === path)).toBe(true);
    }
  });

  test('refuses options that are no paths', () => {
    for (const options of [{ apiBase: '//evil.test' }, { apiBase: 'https://evil.test' }, { path: '/"><script>' }]) {
      expect(() => createPage(options)).toThrow(RemitError);
    }
  });
});
