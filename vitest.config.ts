import { defineConfig } from 'vitest/config';

// Packages resolve to their sources through the '@remit/source' export condition: tests need no build.
// Those of ES modules alone ('import', 'module') stay out: vitest hands the list to Node, where it would hold for
// require() too, and CommonJS packages such as pg would be given modules that they cannot use.
const conditions = ['@remit/source', 'node'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'examples/*/{src,test}/**/*.test.ts', 'test/**/*.test.ts'],
    // One Postgres for the run, started by the first test file that asks for it.
    globalSetup: ['./test/postgres/globalSetup.ts'],
    reporters: ['default', './test/countReporter.ts'],
    // Far more than any test needs on an idle machine: no verdict hangs on how busy this one is.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    pool: 'forks',
  },
});
