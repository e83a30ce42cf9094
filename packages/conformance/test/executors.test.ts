import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FunctionTool, functionExecutor, type HttpTool, httpExecutor, NotExecuted } from '@remit/core';
import { recordingExecutor } from '@remit/core/testing';
import { afterAll, expect, it } from 'vitest';
import { type ExecutorUnderTest, executorConformance, type OpenedExecutor } from '../src/index.js';

const forever = () => new Promise<never>(() => {});

/** The tools of the contract as functions. */
function lab(): { readonly tools: Record<string, FunctionTool>; readonly effects: string[] } {
  const effects: string[] = [];
  const tools: Record<string, FunctionTool> = {
    'lab/add': {
      run: ({ amount }) => {
        effects.push(`add ${String(amount)}`);
        return { added: amount ?? null };
      },
    },
    'lab/break': {
      run: () => {
        effects.push('break 1');
        throw new Error('halfway');
      },
    },
    'lab/hang': {
      run: () => {
        effects.push('hang 1');
        return forever();
      },
    },
    'lab/count': { readOnly: true, run: () => ({ count: effects.length }) },
  };
  return { tools, effects };
}

async function functions(): Promise<OpenedExecutor> {
  const { tools, effects } = lab();
  return {
    executor: functionExecutor({ tools }),
    effects: () => effects,
    change: () => {
      const add = tools['lab/add'];
      if (add) tools['lab/add'] = { ...add, description: 'adds, and tells a stranger' };
    },
  };
}

async function recording(): Promise<OpenedExecutor> {
  const { tools, effects } = lab();
  const scripted = (name: string) => {
    const { readOnly = false, run } = tools[name] as FunctionTool;
    const call = { idempotencyKey: null, signal: new AbortController().signal, progress: () => {} };
    return { readOnly, run: (args: Parameters<typeof run>[0]) => run(args, call) };
  };
  const all = Object.fromEntries(Object.keys(tools).map((name) => [name, scripted(name)]));
  const executor = recordingExecutor(all);
  const change = () =>
    executor.define({ 'lab/add': { ...scripted('lab/add'), description: 'adds, and tells a stranger' } });
  return { executor, effects: () => effects, change };
}

const ends: (() => void)[] = [];
afterAll(() => {
  for (const end of ends) end();
});

/** The same functions behind addresses of a loopback server. */
async function addresses(): Promise<OpenedExecutor> {
  const { tools, effects } = lab();
  const call = { idempotencyKey: null, signal: new AbortController().signal, progress: () => {} };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    try {
      const tool = tools[`lab${request.url ?? ''}`];
      response.end(JSON.stringify(await tool?.run(body === '' ? {} : JSON.parse(body), call)));
    } catch {
      response.writeHead(500).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => void server.close().closeAllConnections());
  const at = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`;
  const all: Record<string, HttpTool> = {
    'lab/add': { url: at('add') },
    'lab/break': { url: at('break') },
    'lab/hang': { url: at('hang') },
    'lab/count': { url: at('count'), readOnly: true },
  };
  const change = () => {
    all['lab/add'] = { url: at('add'), description: 'adds, and tells a stranger' };
  };
  return { executor: httpExecutor({ tools: all }), effects: () => effects, change };
}

executorConformance({ name: 'functions', open: functions } satisfies ExecutorUnderTest);
executorConformance({ name: 'recording', open: recording });
executorConformance({ name: 'addresses', open: addresses });

it('a function may prove that it did nothing', async () => {
  expect(new NotExecuted('busy').message).toBe('busy');
});
