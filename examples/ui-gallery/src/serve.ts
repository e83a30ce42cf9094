import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readScript } from '@remit/ui/bundle';

const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript', css: 'text/css' };
const SAMPLES = ['base', 'tickets', 'log', 'learned', 'figures', 'operators', 'store'];
const FILES = [
  ...['index.html', 'console.html', 'gallery.js', 'console.js', 'samples.js', 'gallery.css'],
  ...SAMPLES.map((name) => `samples/${name}.js`),
];
const POLICY = "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'";

async function fileOf(name: string): Promise<string | null> {
  if (name === 'remit-ui.js') return readScript();
  return FILES.includes(name) ? readFile(new URL(`./page/${name}`, import.meta.url), 'utf8') : null;
}

/** Serves the gallery on loopback, under a strict content security policy. Port 0 is any free one. */
export async function serveGallery(port: number): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1) || 'index.html';
    void fileOf(name).then((text) => {
      const type = `${TYPES[name.split('.').at(-1) ?? ''] ?? 'text/plain'}; charset=utf-8`;
      response.writeHead(text === null ? 404 : 200, { 'content-type': type, 'content-security-policy': POLICY });
      response.end(text ?? 'There is no such page.');
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, close };
}
