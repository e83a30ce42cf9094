import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Package } from './packages.js';

/** Scripts that npm would run on the machine of whoever installs a package. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'];

/** What is wrong with the manifest of a package, each in a sentence. */
export function manifestFaults({ folder, manifest }: Package): readonly string[] {
  const faults: string[] = [];
  const want = (holds: boolean, says: string): void => {
    if (!holds) faults.push(`${manifest.name}: ${says}`);
  };
  want(manifest.license === 'MIT', 'its license is not MIT');
  want(manifest.type === 'module', 'it is not "type": "module"');
  want(manifest.engines?.node === '>=20.19', 'engines.node is not >=20.19');
  want((manifest.description ?? '').length > 20, 'it has no description');
  want(manifest.files?.includes('dist') ?? false, 'dist is not among its files');
  for (const script of INSTALL_SCRIPTS) {
    want(manifest.scripts?.[script] === undefined, `it would run a script on install: ${script}`);
  }
  for (const file of ['README.md', 'LICENSE']) want(existsSync(join(folder, file)), `it has no ${file}`);
  return faults;
}
