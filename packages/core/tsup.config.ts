import { defineConfig } from 'tsup';
import { build } from '../../tsup.base.js';

export default defineConfig(
  build({
    index: 'src/index.ts',
    adapter: 'src/adapter.ts',
    statistics: 'src/statistics.ts',
    testing: 'src/testing/index.ts',
  }),
);
