import { parseArgs } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { issueClearance } from '../../packages/core/src/domain/safety.js';
import { mcpExecutor } from '../../packages/executor-mcp/src/index.js';
import type { Bench } from '../harness/bench.js';
import { median, quantile, rounded, type Summary, saySummary, summary } from '../harness/summary.js';

/* What a call costs through the executor, beside the same call by the bare SDK, on a transport that costs nothing. */

/** Our goal, as a multiple of the bare call. */
const GOAL = 1.3;
const TOOLS = 10;

/** How many calls of a way that lists first stand for one that does not: lists cost a hundred times as much. */
const LISTING_SHARE = 0.02;

/** A way to make one call. */
interface Way {
  readonly says: string;
  /** It asks for the list of tools before each call. */
  readonly lists?: boolean;
  call(): Promise<unknown>;
}

async function linked() {
  const server = new McpServer({ name: 'lab', version: '1' });
  const shape = { inputSchema: { host: z.string() }, outputSchema: { up: z.boolean() } };
  const answer = () => ({ content: [], structuredContent: { up: true } });
  for (let at = 0; at < TOOLS; at += 1) {
    server.registerTool(`status${at}`, { ...shape, annotations: { readOnlyHint: true } }, answer);
  }
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'host', version: '1' });
  await Promise.all([server.connect(theirs), client.connect(ours)]);
  return client;
}

async function ways(): Promise<{ readonly all: Readonly<Record<string, Way>>; end(): Promise<void> }> {
  const bare = await linked();
  await bare.listTools();
  const executor = mcpExecutor({ servers: { lab: { client: await linked() } } });
  const signal = new AbortController().signal;
  const { pins: every } = await executor.catalogue({ signal });
  const [tool, args] = ['lab/status0', { host: 'web-1' }];
  const pins = Object.fromEntries([tool, 'lab/*'].map((name) => [name, every[name] ?? '']));
  let made = 0;
  const write = () => {
    made += 1;
    const call = { tool, arguments: args, pins, idempotencyKey: `key-${made}`, remediationId: 'r' };
    const clearance = issueClearance({ clearanceId: 'c', tenant: 't', step: 0, direction: 'do', ...call });
    const reveal = async () => ({ arguments: args, redact: (text: string) => text });
    return executor.call({ ...call, clearance, timeoutMs: 10_000, refusedNow: async () => null, reveal }, { signal });
  };
  const callTool = () => bare.callTool({ name: 'status0', arguments: args });
  async function relisted(): Promise<unknown> {
    await bare.listTools();
    return callTool();
  }
  return {
    all: {
      bare: { says: 'the SDK: callTool', call: callTool },
      relisted: { says: 'the SDK: listTools, callTool', lists: true, call: relisted },
      read: {
        says: 'the executor: a read (no catalogue, pins or guard)',
        call: () => executor.read(tool, args, { signal, timeoutMs: 10_000 }),
      },
      write: { says: 'the executor: a write (clearance, pins listed afresh)', lists: true, call: write },
    },
    end: async () => {
      await executor.close();
      await bare.close();
    },
  };
}

async function times({ call }: Way, count: number): Promise<readonly number[]> {
  const found: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const from = performance.now();
    await call();
    found.push((performance.now() - from) * 1_000);
  }
  return found;
}

export const bench: Bench = {
  all: [{ args: ['--count', '500', '--rounds', '5'], minutes: 0.5 }],
  async run(args, progress) {
    const { values } = parseArgs({
      args: [...args],
      options: { count: { type: 'string', default: '2000' }, rounds: { type: 'string', default: '9' } },
    });
    const [count, rounds] = [Number(values.count), Number(values.rounds)];
    const { all, end } = await ways();
    const p50 = new Map(Object.keys(all).map((name) => [name, [] as number[]]));
    const p99 = new Map(Object.keys(all).map((name) => [name, [] as number[]]));
    // One round warms up and is thrown away. In turns, so that a busy moment strikes all of them.
    for (let round = 0; round <= rounds; round += 1) {
      for (const [name, way] of Object.entries(all)) {
        const found = await times(way, way.lists ? Math.ceil(count * LISTING_SHARE) : count);
        if (round === 0) continue;
        p50.get(name)?.push(quantile(found, 0.5));
        p99.get(name)?.push(quantile(found, 0.99));
      }
      progress(`round ${round} of ${rounds}`);
    }
    await end();
    const times50 = (name: string) => p50.get(name) ?? [];
    const against = (name: string, peer: string): Summary =>
      summary(times50(name).map((value, round) => value / (times50(peer)[round] ?? Number.NaN)));
    const found = Object.entries(all).map(([name, { says }]) => ({
      name,
      says,
      p50Us: rounded(median(times50(name)), 1),
      p99Us: rounded(median(p99.get(name) ?? []), 1),
      toBare: against(name, 'bare'),
      toRelisted: against(name, 'relisted'),
    }));
    const read = against('read', 'bare').median;
    return {
      tables: [
        {
          title: `One call in memory, ${rounds} rounds of ${count}`,
          head: ['way', 'p50 us', 'p99 us', 'times bare', 'times bare with a list before'],
          rows: found.map(({ says, p50Us, p99Us, toBare, toRelisted }) => [
            says,
            String(p50Us),
            String(p99Us),
            saySummary(toBare, 2),
            saySummary(toRelisted, 2),
          ]),
        },
      ],
      json: { count, rounds, tools: TOOLS, goal: GOAL, ways: found },
      missed: read <= GOAL ? [] : [`A read takes ${read.toFixed(2)} times the bare call; the goal is ${GOAL}.`],
    };
  },
};
