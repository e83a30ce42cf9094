import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/* npm run fuzz -- --runs N [--seed N]: every parser with so many inputs, and the routes of the API with so many requests. */

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5000' }, seed: { type: 'string' } } });
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) {
  console.error(`--runs takes a whole number above 0, not "${values.runs}".`);
  process.exit(2);
}
const env = { ...process.env, REMIT_FUZZ_RUNS: values.runs, FUZZ_REQUESTS: values.runs };
if (values.seed !== undefined) Object.assign(env, { REMIT_FUZZ_SEED: values.seed, FUZZ_SEED: values.seed });
const vitest = ['vitest', 'run', 'test/fuzz.test.ts', 'packages/http/test/fuzz.test.ts', '--testTimeout=3600000'];
process.exit(spawnSync('npx', vitest, { stdio: 'inherit', env }).status ?? 1);
