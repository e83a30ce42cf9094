import { defineConfig } from 'tsup';
import { build } from '../../tsup.base.js';

export default defineConfig(
  build({
    index: 'src/index.ts',
    'run/runStorageConformance': 'src/run/runStorageConformance.ts',
    'run/storageCases': 'src/run/storageCases.ts',
  }),
);
