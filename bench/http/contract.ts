import { parseArgs } from 'node:util';
import type { Bench } from '../harness/bench.js';
import { lintedByRedocly, lintedBySpectral } from './lint.js';
import { randomRequests } from './randomRequests.js';
import { testsThroughPrism } from './throughPrism.js';

/* Whether the API is as docs/openapi.json says, judged by tools that others wrote. */

export const bench: Bench = {
  all: [{ args: ['--only', 'random', '--requests', '2000'], minutes: 1 }],
  async run(args, progress) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        requests: { type: 'string', default: '20000' },
        seed: { type: 'string', default: '1' },
        only: { type: 'string' },
      },
    });
    const wants = (part: string): boolean => values.only === undefined || values.only === part;
    const lint = wants('lint') ? [await lintedByRedocly(), await lintedBySpectral()] : [];
    const prism = wants('prism') ? await testsThroughPrism(progress) : null;
    const random = wants('random')
      ? await randomRequests({ count: Number(values.requests), seed: Number(values.seed), progress })
      : null;
    const missed = [
      ...lint.flatMap(({ by, findings }) => findings.map((finding) => `${by}: ${finding}`)),
      ...(prism?.violations ?? []).map((violation) => `prism: ${violation}`),
      ...(prism && prism.through === 0 ? ['prism: no request went through it'] : []),
      ...(prism && prism.testsFailed > 0 ? [`prism: ${prism.testsFailed} tests failed behind it`] : []),
      ...(random?.faults ?? []).map((fault) => `random requests: ${fault}`),
    ];
    const rows = [
      ...lint.map(({ by, findings }) => [by, `${findings.length} findings`]),
      ...(prism
        ? [['prism', `${prism.through} requests of ${prism.testsPassed} tests, ${prism.violations.length} violations`]]
        : []),
      ...(random
        ? [
            [
              'random requests',
              `${random.requests}, slowest ${random.slowestMs} ms, RSS ${random.rssMiB.join(', ')} MiB`,
            ],
          ]
        : []),
    ];
    return {
      tables: [{ title: 'The API and its description', head: ['judge', 'says'], rows }],
      json: { lint, prism, random },
      missed,
    };
  },
};
