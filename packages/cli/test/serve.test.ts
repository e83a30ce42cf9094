import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { readServeOptions, type Serving, serve } from '../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'remit-cli-'));
const running: Serving[] = [];

afterEach(async () => {
  for (const serving of running.splice(0)) await serving.stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(more: { noAuth?: boolean; port?: number; store?: string } = {}) {
  const lines: string[] = [];
  const serving = await serve({ store: 'memory', port: 0, print: (line) => lines.push(line), ...more });
  running.push(serving);
  const token = (name: string): string =>
    lines
      .find((line) => line.includes(name))
      ?.split(/\s+/)
      .at(-1) ?? '';
  return { serving, lines, token, api: `${serving.url}/api/v1` };
}

const ticket = { ticket_id: 'INC-001', description: 'web is down', category: 'server', enable_auto_remediation: true };

function post(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify(ticket));
  });
}

describe('serve', () => {
  it('serves the API and a page, with three tokens', async () => {
    const { serving, api, token } = await start({ store: `sqlite:${join(folder, 'a.sqlite')}` });
    expect((await fetch(`${api}/health`)).status).toBe(200);
    expect((await fetch(`${serving.url}/console`)).status).toBe(200);
    expect(await post(`${api}/tickets`, {})).toBe(401);
    expect(await post(`${api}/tickets`, { authorization: `Bearer ${token('submitter')}` })).toBe(201);
    expect(await post(`${api}/tickets`, { authorization: `Bearer ${token('approver')}` })).toBe(403);
    expect(await post(`${api}/tickets`, { authorization: 'Bearer wrong' })).toBe(401);
  });

  it('with tokens, as npm start serves it, answers no rebound name and no page of another site', async () => {
    const { serving, api, token } = await start();
    const authorization = `Bearer ${token('submitter')}`;
    expect(await post(`${api}/tickets`, { authorization, host: 'rebound.example' })).toBe(403);
    expect(await post(`${api}/tickets`, { authorization, origin: 'https://evil.example' })).toBe(403);
    expect(await post(`${serving.url}/console`, { host: 'rebound.example' })).toBe(403);
    expect(await post(`${api}/tickets`, { authorization, origin: serving.url })).toBe(201);
  });

  it('takes another port when the wanted one is taken, and says so', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const { serving, lines } = await start({ port });
    expect(new URL(serving.url).port).not.toBe(String(port));
    expect(lines.join('\n')).toContain(`Port ${port} is taken`);
    other.close();
  });

  it('without authentication lets this machine in, but no foreign host or origin, and nobody approves', async () => {
    const { api } = await start({ noAuth: true });
    expect(await post(`${api}/tickets`, {})).toBe(201);
    expect(await post(`${api}/tickets`, { host: 'rebound.example' })).toBe(403);
    expect(await post(`${api}/tickets`, { origin: 'https://evil.example' })).toBe(403);
    expect(await post(`${api}/tickets`, { origin: 'http://localhost:1' })).toBe(403);
    expect(await post(`${api}/tickets`, { 'sec-fetch-site': 'cross-site' })).toBe(403);
    const send = (method: string, path: string, body?: object) =>
      fetch(`${api}${path}`, {
        method,
        headers: { 'content-type': 'application/json', 'if-match': '"0"' },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
    const answer = { approve: true, approval_id: 'a', binding_hash: 'b' };
    expect((await send('POST', '/tickets/INC-001/approve-remediation', answer)).status).toBe(403);
    expect((await send('PUT', '/policies/server', { requires_approval: false })).status).toBe(403);
    const halted = await send('POST', '/halt', { reason: 'drill' });
    expect(halted.status).toBe(201);
    const { halt_id: haltId } = (await halted.json()) as { halt_id: string };
    expect((await send('DELETE', `/halt/${haltId}`)).status).toBe(403);
  });

  it('says what is wrong with its options', () => {
    expect(() => readServeOptions({})).toThrow(/--store is missing/);
    expect(() => readServeOptions({ store: 'memory', port: '99999' })).toThrow(/not a port/);
  });

  it('ends with exit code 2 and a next step on wrong usage', async () => {
    const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
    const child = spawn(process.execPath, [
      '--conditions=@remit/source',
      '--import',
      'tsx',
      main,
      'serve',
      '--store',
      'x',
    ]);
    let told = '';
    child.stderr.on('data', (chunk) => {
      told += chunk;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(2);
    expect(told).toContain('--store x is not a store');
    expect(told).toContain('Use --store sqlite:FILE');
  });
});
