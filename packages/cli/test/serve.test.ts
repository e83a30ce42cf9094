import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Command } from '../src/commands/command.js';
import { serve as serveCommand } from '../src/commands/serve.js';
import { webhooksDeadLetters, webhooksRetry } from '../src/commands/webhooks.js';
import { readServeOptions, type Serving, serve } from '../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'remit-cli-'));
const running: Serving[] = [];

afterEach(async () => {
  for (const serving of running.splice(0)) await serving.stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(more: { noAuth?: boolean; port?: number; store?: string; config?: string } = {}) {
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

const NOTHING = { actions: [], runbooks: [] };
const ticketOf = (n: number) => ({ ticket_id: `INC-${n}`, description: 'web is down', category: 'server' });
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

  it('listens elsewhere only for holders of tokens that the configuration names', async () => {
    const elsewhere = { store: 'memory', port: 0, host: '127.0.0.2', print: () => {} };
    const refused = { code: 'invalid_configuration', message: expect.stringContaining('127.0.0.2') };
    await expect(serve(elsewhere)).rejects.toMatchObject(refused);
    const config = join(folder, 'config.mjs');
    const scopes = ['tickets:read', 'tickets:write', 'tickets:opt_in'];
    const holders = [{ token: 'a-token-of-ana', principal: { id: 'ana', tenant: 'acme', scopes } }];
    const module = { catalogue: { actions: [], runbooks: [] }, servers: {}, holders, api: { bodyLimitBytes: 500 } };
    writeFileSync(config, `export default ${JSON.stringify(module)};`);
    await expect(serve({ ...elsewhere, config, noAuth: true })).rejects.toMatchObject(refused);
    const serving = await serve({ ...elsewhere, config });
    running.push(serving);
    expect(new URL(serving.url).hostname).toBe('127.0.0.2');
    const api = `${serving.url}/api/v1/tickets`;
    // Elsewhere the Host is whatever name the server has there; a page of another site stays out all the same.
    const authorization = 'Bearer a-token-of-ana';
    expect(await post(api, { host: 'remit.example' })).toBe(401);
    expect(await post(api, { authorization, host: 'remit.example' })).toBe(201);
    expect(await post(api, { host: 'remit.example', origin: 'https://evil.example' })).toBe(403);
    const large = JSON.stringify({ ...ticket, description: 'x'.repeat(600) });
    const headers = { authorization, 'content-type': 'application/json' };
    expect((await fetch(api, { method: 'POST', headers, body: large })).status).toBe(413);
  });

  it('tells the configured endpoints what happens; what they do not take is listed and sent once more', async () => {
    let answer = 410;
    const heard: string[] = [];
    const hook = createServer((asked, answered) => {
      heard.push(String(asked.headers['webhook-id']));
      asked.resume();
      answered.writeHead(answer).end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => hook.once('listening', resolve));
    const secrets = [`whsec_${Buffer.alloc(32, 7).toString('base64')}`];
    const at = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`;
    const webhooks = [{ name: 'ops', tenant: 'default', url: at, secrets, allowPrivate: true }];
    const config = join(folder, 'webhooks.mjs');
    writeFileSync(config, `export default ${JSON.stringify({ catalogue: NOTHING, servers: {}, webhooks })};`);
    const { api, token } = await start({ config });
    const as = { authorization: `Bearer ${token('operator')}`, 'content-type': 'application/json' };
    const verb = async (command: Command, ...positionals: string[]) => {
      const lines: string[] = [];
      const env = { REMIT_TOKEN: token('operator') };
      const code = await command.run({ values: { url: api }, positionals, env, print: (line) => lines.push(line) });
      return { code, text: lines.join('\n') };
    };
    let n = 0;
    // An endpoint begins behind what happened before it was first looked at.
    await expect
      .poll(
        async () => {
          n += 1;
          await fetch(`${api}/tickets`, { method: 'POST', headers: as, body: JSON.stringify({ ...ticketOf(n) }) });
          return (await verb(webhooksDeadLetters)).code;
        },
        { timeout: 30_000, interval: 500 },
      )
      .toBe(1);
    const [id = ''] = /ops\.\d+/.exec((await verb(webhooksDeadLetters)).text) ?? [];
    expect(await verb(webhooksRetry, id)).toEqual({ code: 1, text: `${id}: not delivered, answered 410` });
    answer = 204;
    expect(await verb(webhooksRetry, id)).toEqual({ code: 0, text: `${id}: delivered` });
    await expect(verb(webhooksRetry, id)).rejects.toThrow(/404/);
    await expect(verb(webhooksRetry)).rejects.toThrow(/No dead letter is named/);
    expect(heard.length).toBeGreaterThan(2);
    hook.close();
  });

  it('refuses an endpoint that cannot be told, and lets go of the store', async () => {
    const config = join(folder, 'wrong.mjs');
    const webhooks = [{ name: 'ops', tenant: 'default', url: 'http://hooks.example', secrets: ['x'] }];
    writeFileSync(config, `export default ${JSON.stringify({ catalogue: NOTHING, servers: {}, webhooks })};`);
    await expect(start({ config })).rejects.toMatchObject({ code: 'invalid_configuration' });
  });

  it('tells whoever shows no token that a bearer token is expected', async () => {
    const { api } = await start();
    const refused = (await (await fetch(`${api}/tickets`)).json()) as { next_step: string };
    expect(refused.next_step).toContain('Authorization: Bearer TOKEN');
  });

  it('takes options from the environment where they are left out', async () => {
    const lines: string[] = [];
    const given = { values: {}, positionals: [], print: (line: string) => void lines.push(line) };
    const run = (env: Readonly<Record<string, string>>) => serveCommand.run({ ...given, env });
    await expect(run({})).rejects.toThrow(/--store is missing/);
    await expect(run({ REMIT_STORE: 'memory', REMIT_PORT: '99999' })).rejects.toThrow(/99999 is not a port/);
    await expect(run({ REMIT_STORE: 'memory', REMIT_HOST: '0.0.0.0' })).rejects.toThrow(/--host 0.0.0.0/);
    for (const name of ['STORE', 'PORT', 'HOST', 'CONFIG', 'ANCHOR'])
      expect(serveCommand.help).toContain(`REMIT_${name}`);
  });

  it('says what is wrong with its options', () => {
    expect(() => readServeOptions({})).toThrow(/--store is missing/);
    expect(() => readServeOptions({ store: 'memory', port: '99999' })).toThrow(/not a port/);
  });

  /** Runs the program itself. */
  async function remit(...args: string[]) {
    const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
    const child = spawn(process.execPath, ['--conditions=@remit/source', '--import', 'tsx', main, ...args]);
    let told = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        told += chunk;
      });
    }
    const code = await new Promise((resolve) => child.on('close', resolve));
    return { code, told };
  }

  it('says which version it is', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(await remit('--version')).toEqual({ code: 0, told: `${version}\n` });
  });

  it('ends with exit code 2 and a next step on wrong usage', async () => {
    const { code, told } = await remit('serve', '--store', 'x');
    expect(code).toBe(2);
    expect(told).toContain('--store x is not a store');
    expect(told).toContain('Use --store sqlite:FILE');
  });
});
