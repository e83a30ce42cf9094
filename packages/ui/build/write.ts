import { writeFile } from 'node:fs/promises';
import { bundle } from './bundler.js';

await writeFile(new URL('../dist/remit-ui.js', import.meta.url), await bundle('define.ts'));
