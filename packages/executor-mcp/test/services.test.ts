import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort, onPath, startService } from '../../../test/services.js';
import { fromClient2, type McpExecutor, mcpExecutor, type StdioServer } from '../src/index.js';
import { accept, calm, request } from './hostile.js';
import { npmProgram } from './npmProgram.js';

/* Servers that others wrote, in front of real services; what they did is asked of the services themselves. */

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function reach(server: StdioServer): Promise<McpExecutor> {
  const executor = mcpExecutor({ servers: { s: server } });
  ends.push(() => executor.close());
  await accept(executor);
  return executor;
}

const act = (executor: McpExecutor, tool: string, args: Parameters<typeof request>[1]) =>
  executor.call(request(`s/${tool}`, args), { signal: calm });

describe('mcp-alertmanager before an Alertmanager', () => {
  const program = onPath('prometheus-alertmanager');

  /** What Alertmanager itself says of its silences, by their state. */
  async function silences(url: string): Promise<readonly { id: string; state: string; comment: string }[]> {
    const answer = await fetch(`${url}/api/v2/silences`);
    const all = (await answer.json()) as { id: string; comment: string; status: { state: string } }[];
    return all.map(({ id, comment, status }) => ({ id, comment, state: status.state }));
  }

  it('creates a silence, and expires it again as the undo', async (context) => {
    if (program === null) return context.skip('there is no prometheus-alertmanager on PATH (Debian has it)');
    const folder = mkdtempSync(join(tmpdir(), 'remit-alerts-'));
    writeFileSync(join(folder, 'config.yml'), 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n');
    const url = `http://127.0.0.1:${await freePort()}`;
    const options = {
      'config.file': join(folder, 'config.yml'),
      'storage.path': join(folder, 'data'),
      'web.listen-address': url.slice('http://'.length),
      'cluster.listen-address': '',
    };
    const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    const service = await startService(program, args, async () => (await fetch(`${url}/-/ready`)).ok);
    ends.push(() => service.stop());

    const executor = await reach(npmProgram('mcp-alertmanager', ['--url', url]));
    const wanted = { alertName: 'DiskFull', duration: '30m', comment: 'being fixed', createdBy: 'remit' };
    expect(await act(executor, 'createSilence', { arguments: wanted })).toMatchObject({ outcome: 'committed' });
    const [made, ...others] = await silences(url);
    expect([made, others]).toEqual([{ id: expect.any(String), state: 'active', comment: 'being fixed' }, []]);
    const seen = await executor.read('s/getSilences', {}, { signal: calm, timeoutMs: 5_000 });
    expect(JSON.stringify(seen)).toContain(made?.id);

    const undone = await act(executor, 'deleteSilence', { arguments: { silenceId: made?.id ?? '' } });
    expect(undone.outcome).toBe('committed');
    expect((await silences(url)).map(({ state }) => state)).toEqual(['expired']);
    // It answers with an error of its own; whether it did something cannot be told from its words.
    const wrong = await act(executor, 'deleteSilence', { arguments: { silenceId: 'none' } });
    expect(wrong.outcome).toBe('unknown');
  });
});

describe('server-redis, which says nothing of what its tools do', () => {
  const program = onPath('redis-server');

  /** What Redis itself answers to one line. */
  const ask = (port: number, line: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(`${line}\r\n`));
      socket.once('data', (answer) => {
        resolve(String(answer).trim());
        socket.destroy();
      });
      socket.once('error', reject);
    });

  it('sets and deletes a key, and is trusted with no read', async (context) => {
    if (program === null) return context.skip('there is no redis-server on PATH (Debian has it)');
    const port = await freePort();
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const service = await startService(program, args, async () => (await ask(port, 'PING')) === '+PONG');
    ends.push(() => service.stop());

    const executor = await reach(npmProgram('@modelcontextprotocol/server-redis', [`redis://127.0.0.1:${port}`]));
    const { readOnly } = await executor.catalogue({ signal: calm });
    expect(Object.values(readOnly)).not.toContain(true);
    const set = await act(executor, 'set', { arguments: { key: 'cache:1', value: 'stale' } });
    expect([set.outcome, await ask(port, 'GET cache:1')]).toEqual(['committed', '$5\r\nstale']);
    const refused = await executor.read('s/get', { key: 'cache:1' }, { signal: calm, timeoutMs: 5_000 });
    expect(refused).toMatchObject({ ok: false, error: expect.stringContaining('does not say that it is read-only') });
    const deleted = await act(executor, 'delete', { arguments: { key: 'cache:1' } });
    expect([deleted.outcome, await ask(port, 'GET cache:1')]).toEqual(['committed', '$-1']);
  });
});

describe('kubernetes-mcp-server, which speaks 2026-07-28', () => {
  it('shakes hands in that protocol and lists its tools, whose pins are the same either way', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'remit-kube-')), 'config');
    writeFileSync(
      file,
      `${JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'none',
        clusters: [{ name: 'none', cluster: { server: 'http://127.0.0.1:9' } }],
        contexts: [{ name: 'none', context: { cluster: 'none', user: 'none' } }],
        users: [{ name: 'none', user: {} }],
      })}\n`,
    );
    const { command, args = [] } = npmProgram('kubernetes-mcp-server', ['--kubeconfig', file]);
    const client = new Client(
      { name: 'host', version: '1' },
      { versionNegotiation: { mode: { pin: '2026-07-28' } }, inputRequired: { autoFulfill: false } },
    );
    await client.connect(new StdioClientTransport({ command, args: [...args], stderr: 'ignore' }));
    expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
    const modern = mcpExecutor({ servers: { s: { client: fromClient2(client) } } });
    ends.push(() => modern.close());
    const { pins, readOnly } = await modern.catalogue({ signal: calm });
    expect(readOnly).toMatchObject({ 's/pods_list': true, 's/pods_delete': false, 's/pods_exec': false });
    const legacy = await reach({ command, args });
    expect((await legacy.catalogue({ signal: calm })).pins).toEqual(pins);
  });
});
