import { defineConfig } from 'tsup';
import { build } from '../../tsup.base.js';

export default defineConfig({
  ...build({ index: 'src/index.ts', define: 'src/define.ts', bundle: 'build/packed.ts' }),
  target: 'es2022',
});
