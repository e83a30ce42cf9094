import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type Anthropic from '@anthropic-ai/sdk';
import { type AnalysisInput, RemitError } from '@remit/core';
import { loadCatalogue } from '@remit/executor-mcp';
import { fromAlertmanager, fromCloudEvents, fromJson, fromServiceNow, type IngestSource } from '@remit/http';
import { anthropicAnalyst, type MessagesClient } from '@remit/llm-anthropic';
import { readTickets } from '@remit/replay';
import fc, { type Arbitrary } from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readAnchors } from '../packages/cli/src/anchors.js';
import { loadConfig } from '../packages/cli/src/config.js';
import { parsePolicy, parseTicket } from '../packages/core/src/engine/parse.js';

/*
 * Every parser, on garbage and on good input with something wrong in it: what it throws has a name, it ends, it leaves
 * the prototypes alone, and what it takes widens no authority. `npm run fuzz -- --runs N` does it at length; the routes
 * of the API have packages/http/test/fuzz.test.ts.
 */

const RUNS = Number(process.env['REMIT_FUZZ_RUNS'] ?? 200);
const SEED = Number(process.env['REMIT_FUZZ_SEED'] ?? 20_261_130);
/** No single input may take longer, ms of processor time: what grows with the square of its length does. */
const LONGEST_MS = 4_000;

const folder = mkdtempSync(join(tmpdir(), 'remit-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const nasty = fc.constantFrom(
  '',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '\0',
  '\ud800',
  '*',
  '**',
  '$target',
  '{/a}',
  '../..',
  '1e999',
  '-0',
  'true',
  '\u202eweb',
  '=cmd()',
  'a'.repeat(5_000),
);
const words = fc.oneof({ weight: 3, arbitrary: nasty }, fc.string({ unit: 'binary', maxLength: 30 }));
const numbers = fc.constantFrom(0, -1, 1e308, 2 ** 53, 0.1 + 0.2, 1e-7);
const leaf = fc.oneof(words, numbers, fc.boolean(), fc.constant(null));
const anything: Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 5 }),
    // JSON.parse makes `__proto__` a key of its own, as a body from outside would have it.
    fc
      .array(fc.tuple(words, tie('value')), { maxLength: 5 })
      .map((pairs) => JSON.parse(`{${pairs.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v ?? null)}`)}}`)),
  ),
})).value;

/** One change somewhere inside a value: a field put in, taken out, replaced, or renamed. */
interface Edit {
  readonly at: readonly number[];
  readonly how: 'put' | 'drop' | 'replace' | 'rename';
  readonly name: string;
  readonly value: unknown;
}
const edits: Arbitrary<readonly Edit[]> = fc.array(
  fc.record({
    at: fc.array(fc.nat(7), { minLength: 1, maxLength: 5 }),
    how: fc.constantFrom('put', 'drop', 'replace', 'rename'),
    name: fc.oneof(nasty, fc.constantFrom('class', 'optIn', 'optedIn', 'dedupes', 'allowedTargets', 'editedBy')),
    value: anything,
  }),
  { minLength: 1, maxLength: 3 },
);

function edited(value: unknown, { at: [place = 0, ...rest], how, name, value: put }: Edit): unknown {
  if (Array.isArray(value)) {
    const n = value.length === 0 ? 0 : place % value.length;
    if (rest.length > 0)
      return value.map((one, index) => (index === n ? edited(one, { at: rest, how, name, value: put }) : one));
    if (how === 'drop') return value.filter((_, index) => index !== n);
    return how === 'put' ? [...value, put] : value.map((one, index) => (index === n ? put : one));
  }
  if (typeof value !== 'object' || value === null) return how === 'replace' ? put : value;
  const entries = Object.entries(value);
  const n = entries.length === 0 ? 0 : place % entries.length;
  const changed = entries.flatMap(([key, one], index): [string, unknown][] => {
    if (index !== n) return [[key, one]];
    if (rest.length > 0) return [[key, edited(one, { at: rest, how, name, value: put })]];
    if (how === 'drop') return [];
    if (how === 'rename') return [[name, one]];
    return how === 'replace' ? [[key, put]] : [[key, one]];
  });
  const all = rest.length === 0 && how === 'put' ? [...changed, [name, put] as [string, unknown]] : changed;
  return JSON.parse(`{${all.map(([key, one]) => `${JSON.stringify(key)}:${JSON.stringify(one ?? null)}`)}}`);
}

/** Good input with something wrong in it, or garbage. */
const like = (good: unknown): Arbitrary<unknown> =>
  fc.oneof(
    { weight: 4, arbitrary: edits.map((list) => list.reduce(edited, good)) },
    { weight: 1, arbitrary: anything },
  );
/** A text with bytes put in, taken out or repeated. */
const likeText = (good: string): Arbitrary<string> =>
  fc
    .array(fc.record({ at: fc.nat(good.length), cut: fc.nat(12), put: words }), { minLength: 1, maxLength: 4 })
    .map((cuts) => cuts.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), good));

/** What a parser answers: a value, or an error with a name. Anything else fails. */
async function named<T>(parse: () => T | Promise<T>): Promise<T | null> {
  const startedMs = process.cpuUsage();
  try {
    return await parse();
  } catch (error) {
    if (RemitError.is(error)) expect(error.message).not.toBe('');
    else if (!(error instanceof z.ZodError)) throw error;
    return null;
  } finally {
    const { user, system } = process.cpuUsage(startedMs);
    expect((user + system) / 1_000).toBeLessThan(LONGEST_MS);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(Reflect.ownKeys(Object.prototype)).toHaveLength(PROTOTYPE);
  }
}
const PROTOTYPE = Reflect.ownKeys(Object.prototype).length;

async function fuzz<T>(inputs: Arbitrary<T>, hold: (input: T) => Promise<void>, share = 1): Promise<void> {
  await fc.assert(fc.asyncProperty(inputs, hold), { numRuns: Math.max(20, Math.round(RUNS * share)), seed: SEED });
}

const read = (path: string, equals: boolean) => ({
  tool: 'lab/status',
  arguments: { service: '$target' },
  expect: [{ path, equals }],
});
const CATALOGUE = {
  version: 1,
  actions: [
    {
      preset: 'restart',
      name: 'restart_service',
      title: 'Restart a service',
      tool: 'lab/restart',
      categories: ['server'],
      arguments: { type: 'object', properties: { service: { type: 'string', minLength: 1 } }, required: ['service'] },
      targets: [{ kind: 'service', argument: '/service' }],
      allowedTargets: ['service:web'],
      timeoutMs: 5_000,
      symptom: read('/up', false),
      validation: [read('/up', true)],
    },
  ],
  runbooks: [
    {
      name: 'down',
      title: 'A service is down',
      categories: ['server'],
      symptomTexts: ['not responding'],
      steps: [{ action: 'restart_service', arguments: { service: '$target' } }],
    },
  ],
};

describe(`parsers, ${RUNS} inputs each`, () => {
  it('of catalogue files take no class below what the file says, no wildcard and no empty list of targets', async () => {
    const text = JSON.stringify(CATALOGUE, null, 2);
    const inputs = fc.oneof(
      like(CATALOGUE).map((value) => JSON.stringify(value) ?? ''),
      likeText(text),
      words,
    );
    await fuzz(inputs, async (input) => {
      const catalogue = await named(() => loadCatalogue(input));
      for (const { class: of, allowedTargets, symptom, irreversible, undo } of catalogue?.actions ?? []) {
        if (of !== 'read_only') expect(symptom ?? irreversible ?? undo).toBeDefined();
        expect(allowedTargets.length).toBeGreaterThan(0);
        expect(allowedTargets.filter((target) => target.includes('*'))).toEqual([]);
      }
    });
  });

  const SOURCES: readonly (readonly [string, IngestSource['read'], unknown])[] = [
    [
      'Alertmanager',
      fromAlertmanager({ category: 'server' }),
      {
        version: '4',
        groupKey: 'g',
        status: 'firing',
        receiver: 'remit',
        alerts: [
          {
            status: 'firing',
            labels: { alertname: 'Down', service: 'web' },
            annotations: { summary: 'web is down' },
            startsAt: '2026-01-05T09:00:00Z',
            endsAt: '0001-01-01T00:00:00Z',
            fingerprint: 'abc',
          },
        ],
      },
    ],
    [
      'ServiceNow',
      fromServiceNow({ category: 'server' }),
      { number: 'INC1', state: '1', short_description: 'down', description: 'web', priority: { value: '1' } },
    ],
    [
      'CloudEvents',
      fromCloudEvents({ rules: [{ says: 'opened', ticketId: 'c-{/id}', description: '{/type}', category: 'server' }] }),
      { specversion: '1.0', id: '1', source: '/s', type: 'down', data: { name: 'web', optIn: true } },
    ],
    [
      'JSON by rules',
      fromJson({
        each: '/items',
        rules: [
          { says: 'opened', ticketId: 'j-{/id}', title: '{/name}', description: 'd {/name}', category: 'server' },
        ],
      }),
      { items: [{ id: '1', name: 'web', optIn: true, optedIn: true }] },
    ],
  ];
  it.each(SOURCES)('of messages from %s opt nothing in, whatever a message says', async (_, parse, good) => {
    await fuzz(like(good), async (message) => {
      const reports = await named(() => parse(message, new Headers({ 'content-type': 'application/json' })));
      for (const report of reports ?? []) {
        if (report.kind === 'opened') expect(report.ticket.optedIn ?? false).toBe(false);
      }
    });
  });

  it('of tickets opt nothing in that does not say so with true, and keep the category', async () => {
    const good = { ticketId: 'T', description: 'down', category: 'server', optedIn: false, targets: ['service:web'] };
    await fuzz(like(good), async (input) => {
      const ticket = await named(() => parseTicket(input, ['server']));
      if (!ticket) return;
      expect(ticket.category).toBe('server');
      const said: unknown = typeof input === 'object' && input !== null ? Reflect.get(input, 'optedIn') : undefined;
      if (ticket.optedIn) expect(said).toBe(true);
    });
  });

  it('of policies never go below the seed’s minimum in silence', async () => {
    const good = { requiresApproval: true, minReliabilityScore: 90, maxActionsPerHour: 5, approvers: 1, phase: null };
    await fuzz(like(good), async (input) => {
      const policy = await named(() => parsePolicy(input));
      if (!policy) return;
      if (policy.minReliabilityScore < 85) expect(Reflect.get(input as object, 'allowBelowSeedMinimum')).toBe(true);
      if (policy.requiresApproval === false) expect(Reflect.get(input as object, 'requiresApproval')).toBe(false);
      if (policy.criticalAutoApprove) expect(Reflect.get(input as object, 'criticalAutoApprove')).toBe(true);
      if (policy.selfApproval) expect(Reflect.get(input as object, 'selfApproval')).toBe(true);
      expect(policy.approvers).toBeGreaterThanOrEqual(1);
      expect(Number.isFinite(policy.maxActionsPerHour)).toBe(true);
    });
  });

  it('of what a model says propose what stands there, or nothing', async () => {
    const good = {
      reads: [],
      summary: 'down',
      root_cause: null,
      hypotheses: [{ cause: 'x', probability: 0.5 }],
      plan: [{ action: 'restart_service', arguments_json: '{"service":"web"}' }],
      evidence: [],
      what_would_change_my_mind: null,
    };
    const answers = fc.oneof(
      like(good).map((value) => JSON.stringify(value) ?? ''),
      likeText(JSON.stringify(good)),
      fc.tuple(words, words).map(([a, b]) => JSON.stringify({ ...good, plan: [{ action: a, arguments_json: b }] })),
    );
    const input = {
      ticket: {
        tenant: 'acme',
        ticketId: 'T',
        title: null,
        description: 'down',
        category: 'server',
        targets: [],
        metadata: {},
      },
      entities: [],
      similarTickets: [],
      learned: [],
      catalogue: loadCatalogue(JSON.stringify(CATALOGUE)),
      observe: async () => ({ tool: 'lab/status', arguments: {}, result: null, error: 'no' }),
    } as unknown as AnalysisInput;
    await fuzz(answers, async (text) => {
      let asked = 0;
      const create = async (): Promise<Anthropic.Message> => {
        asked += 1;
        const said = asked === 1 ? text : JSON.stringify({ against: [], probability: 0.9 });
        const usage = { input_tokens: 1, output_tokens: 1 };
        return { content: [{ type: 'text', text: said }], stop_reason: 'end_turn', model: 'm', usage } as never;
      };
      const client: MessagesClient = { messages: { create } };
      const analyst = anthropicAnalyst({ client, model: 'm' } as never);
      const analysis = await named(() => analyst.analyze(input, { signal: AbortSignal.timeout(60_000) }));
      if (!analysis) return;
      expect(asked).toBeLessThan(10);
      expect(analysis.confidence).toBeGreaterThanOrEqual(0);
      expect(analysis.confidence).toBeLessThanOrEqual(1);
      for (const { action, arguments: args } of analysis.plan?.actions ?? []) {
        expect(text).toContain(JSON.stringify(action).slice(1, -1));
        expect(Object.getPrototypeOf(args)).toBe(Object.prototype);
      }
    });
  });

  it('of closed tickets to replay read what they can, name the lines they cannot, and end', async () => {
    const csv =
      'ticket_id,opened_at,resolved_at,category,description,resolution\r\n' +
      'A,2026-01-01T00:00:00Z,2026-01-01T01:00:00Z,server,"down, ""web""",restarted\r\n' +
      'B,2026-01-02T00:00:00Z,,server,"two\nlines",restarted\r\n';
    const lines = csv
      .split('\r\n')
      .map((id) => JSON.stringify({ ticket_id: id.slice(0, 1), opened_at: '2026-01-01', resolution: 'restarted' }))
      .join('\n');
    const inputs = fc.record({
      text: fc.oneof(likeText(csv), likeText(lines), words),
      name: fc.constantFrom('t.csv', 't.jsonl', 't.csv.gz', 't.txt'),
      zipped: fc.boolean(),
    });
    const run = async ({ text, name, zipped }: { text: string; name: string; zipped: boolean }): Promise<void> => {
      const file = join(folder, name);
      writeFileSync(file, zipped ? gzipSync(text) : text);
      const found = await named(() => readTickets(file, { mostBad: 1 } as never));
      for (const { ticketId } of found?.tickets ?? []) expect(ticketId).not.toBe('');
    };
    await fuzz(inputs, run);
  });

  it('of anchors and configuration files say what is wrong with the file', async () => {
    const anchor = JSON.stringify({ tenant: 'acme', seq: 3, hash: 'a'.repeat(64), atMs: 1 });
    const file = join(folder, 'anchors');
    await fuzz(likeText(`${anchor}\n${anchor}\n`), async (text) => {
      writeFileSync(file, text);
      for (const { hash, seq } of (await named(() => readAnchors(file))) ?? []) {
        expect(hash).toMatch(/^[0-9a-f]{64}$/);
        expect(seq).toBeGreaterThan(0);
      }
    });
    let modules = 0;
    const exported = fc.oneof(
      like({ catalogue: CATALOGUE, servers: {} }).map((value) => JSON.stringify(value)),
      words,
    );
    // Each module stays loaded: not thousands of them.
    const load = async (text: string): Promise<void> => {
      modules += 1;
      const module = join(folder, `config-${modules}.mjs`);
      writeFileSync(module, text.startsWith('{') ? `export default ${text};` : text);
      const config = await named(() => loadConfig(module));
      if (config) expect([typeof config.catalogue, typeof config.servers]).toEqual(['object', 'object']);
    };
    await fc.assert(fc.asyncProperty(exported, load), { numRuns: 40, seed: SEED });
  });
});
