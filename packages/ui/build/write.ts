import { writeFile } from 'node:fs/promises';
import { bundleAll } from './bundler.js';
import { readManifest } from './manifest.js';

/* What a packed copy has besides the modules: the script without imports, and the manifest. */

const write = (name: string, text: string): Promise<void> =>
  writeFile(new URL(`../dist/${name}`, import.meta.url), text);

await write('remit-ui.js', await bundleAll());
await write('custom-elements.json', `${JSON.stringify(await readManifest(), null, 2)}\n`);
