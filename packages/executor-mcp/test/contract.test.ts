import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client as Client2, InMemoryTransport as InMemoryTransport2 } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { executorConformance, type OpenedExecutor } from '@remit/conformance';
import { afterAll } from 'vitest';
import { fromClient2, type McpClient, mcpExecutor } from '../src/index.js';
import { labOverHttp, labServer, linesOf } from './labServer.js';

/* The contract of every executor, over each way in which this one reaches servers. */

const ends: (() => void)[] = [];
afterAll(() => {
  for (const end of ends) end();
});

/** The host's own client, linked to the server in memory. */
async function injected(link: (server: ReturnType<typeof labServer>['server']) => Promise<McpClient>) {
  const effects: string[] = [];
  const { server, change } = labServer(
    (effect) => void effects.push(effect),
    () => effects.length,
  );
  const client = await link(server);
  return { executor: mcpExecutor({ servers: { lab: { client } } }), effects: () => effects, change };
}

const firstGeneration = (): Promise<OpenedExecutor> =>
  injected(async (server) => {
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    const client = new Client({ name: 'host', version: '1' });
    await Promise.all([server.connect(theirs), client.connect(ours)]);
    return client;
  });

const secondGeneration = (): Promise<OpenedExecutor> =>
  injected(async (server) => {
    const [ours, theirs] = InMemoryTransport2.createLinkedPair();
    const client = new Client2({ name: 'host', version: '1' }, { inputRequired: { autoFulfill: false } });
    await Promise.all([server.connect(theirs as Parameters<typeof server.connect>[0]), client.connect(ours)]);
    return fromClient2(client);
  });

async function overHttp(): Promise<OpenedExecutor> {
  const effects: string[] = [];
  const { url, change, close } = await labOverHttp(effects);
  ends.push(close);
  return { executor: mcpExecutor({ servers: { lab: { url } } }), effects: () => effects, change };
}

async function overStdio(): Promise<OpenedExecutor> {
  const folder = mkdtempSync(join(tmpdir(), 'remit-lab-'));
  const [effects, changed] = [join(folder, 'effects'), join(folder, 'changed')];
  const args = [fileURLToPath(new URL('./labProgram.mjs', import.meta.url)), effects, changed];
  const executor = mcpExecutor({ servers: { lab: { command: process.execPath, args } } });
  return { executor, effects: () => linesOf(effects), change: () => writeFileSync(changed, '') };
}

executorConformance({ name: 'MCP, a client of the first generation', open: firstGeneration });
executorConformance({ name: 'MCP, a client of the second generation', open: secondGeneration });
executorConformance({ name: 'MCP over Streamable HTTP', open: overHttp });
executorConformance({ name: 'MCP over stdio', open: overStdio });
