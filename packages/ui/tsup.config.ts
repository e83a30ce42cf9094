import { defineConfig } from 'tsup';
import { build } from '../../tsup.base.js';

export default defineConfig([
  { ...build({ index: 'src/index.ts', define: 'src/define.ts' }), platform: 'browser', target: 'es2022' },
  { ...build({ bundle: 'build/packed.ts' }), clean: false },
]);
