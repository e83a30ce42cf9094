import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { type Package, ROOT } from './packages.js';
import { run } from './run.js';

/** A package as it would be published. */
export interface Tarball {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
}

/** Packs every package into a folder. `dist` has to be there: `npm run build`. */
export function pack(packages: readonly Package[], into: string): readonly Tarball[] {
  return packages.map(({ folder, manifest }) => {
    const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', into], folder)) as [
      { readonly filename: string; readonly size: number },
    ];
    return { name: manifest.name, file: join(into, packed.filename), bytes: packed.size };
  });
}

/** What publint finds in a package, suggestions too. */
export async function publintFaults({ folder, manifest }: Package): Promise<readonly string[]> {
  const { messages, pkg } = await publint({ pkgDir: folder, strict: true });
  return messages.map((message) => `${manifest.name}: ${formatMessage(message, pkg, { color: false })}`);
}

/** What attw finds: whether the types of a tarball say of every way to import it what really happens. ESM only. */
export function attwFaults({ name, file }: Tarball): readonly string[] {
  const attw = join(ROOT, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js');
  try {
    run(process.execPath, [attw, file, '--profile', 'esm-only', '--format', 'ascii', '--no-color'], ROOT);
    return [];
  } catch (error) {
    return [`${name}: ${(error as Error).message}`];
  }
}
