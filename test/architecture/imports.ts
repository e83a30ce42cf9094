import { homeOf, importsOf, isProduct, packageOf, resolveImport, type Source } from './source.js';

/* Who may import whom. */

const CORE = 'packages/core/src/';
const BELOW: Readonly<Record<string, readonly string[]>> = {
  errors: ['errors'],
  domain: ['errors', 'domain'],
  ports: ['errors', 'domain', 'ports'],
  engine: ['errors', 'domain', 'ports', 'engine'],
  index: ['errors', 'domain', 'ports', 'engine'],
  adapter: ['errors', 'domain'],
  statistics: ['errors', 'domain', 'ports', 'engine'],
  testing: ['errors', 'domain', 'ports', 'engine', 'index', 'testing'],
};

function layerOf(path: string): string {
  return path.slice(CORE.length).split('/')[0]?.replace(/\.ts$/, '') ?? '';
}

/** Inside core: domain <- ports <- engine <- index; testing may import all, and nothing imports testing. */
export function layers(source: Source): readonly string[] {
  if (!source.path.startsWith(CORE) || !isProduct(source.path)) return [];
  const layer = layerOf(source.path);
  const below = BELOW[layer];
  if (!below) return [`${source.path}: "${layer}" is no layer of core`];
  return importsOf(source).flatMap(({ specifier, place }) => {
    if (!specifier.startsWith('.')) return [];
    const target = layerOf(resolveImport(source.path, specifier));
    return below.includes(target) ? [] : [`${place}: ${layer} imports ${target}`];
  });
}

/** Workspace packages that a package may import; those not named here may import core alone. */
const MAY_IMPORT: Readonly<Record<string, readonly string[] | 'anything'>> = {
  core: [],
  'adapter-sqlite': ['@remit/core', '@remit/storage-kysely'],
  'adapter-postgres': ['@remit/core', '@remit/storage-kysely'],
  ui: ['@remit/client'],
  cli: 'anything',
};

/** Packages import core alone (ui the client, SQL adapters also storage-kysely), and nobody but examples, cli and tests an adapter. */
export function packages(source: Source): readonly string[] {
  const at = homeOf(source.path);
  if (!at) return [];
  const { home, name } = at;
  // Tests may look into any package: what they need to forge is exported nowhere.
  if (!isProduct(source.path)) return [];
  const may = home.startsWith('examples/') ? 'anything' : (MAY_IMPORT[name] ?? ['@remit/core']);
  return importsOf(source).flatMap(({ specifier, place }) => {
    if (specifier.startsWith('.')) {
      const target = resolveImport(source.path, specifier);
      return target.startsWith(`${home}/`) ? [] : [`${place}: reaches out of ${home} to ${target}`];
    }
    const imported = packageOf(specifier);
    if (may === 'anything' || !imported?.startsWith('@remit')) return [];
    return may.includes(imported) ? [] : [`${place}: ${name} imports ${imported}`];
  });
}

/** A package as far as its dependencies go. */
export interface PackageUnderTest {
  readonly path: string;
  readonly manifest: {
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly peerDependencies?: Readonly<Record<string, string>>;
    readonly devDependencies?: Readonly<Record<string, string>>;
  };
  readonly sources: readonly Source[];
  /** What tests may use besides: development dependencies of the root, and every workspace. */
  readonly shared: readonly string[];
}

/** Every import is declared, and every declared dependency is imported. */
export function dependencies({ path, manifest, sources, shared }: PackageUnderTest): readonly string[] {
  const declared = [...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.peerDependencies ?? {})];
  const forTests = [...declared, ...Object.keys(manifest.devDependencies ?? {}), ...shared];
  const imported = new Set<string>();
  const undeclared = sources.flatMap((source) =>
    importsOf(source).flatMap(({ specifier, place }) => {
      const name = packageOf(specifier);
      if (name === null) return [];
      if (isProduct(source.path)) imported.add(name);
      const known = isProduct(source.path) ? declared : forTests;
      return known.includes(name) ? [] : [`${place}: ${name} is not declared in ${path}/package.json`];
    }),
  );
  const unused = declared.filter((name) => !imported.has(name) && !name.startsWith('@types/'));
  return [...undeclared, ...unused.map((name) => `${path}/package.json: ${name} is declared and never imported`)];
}
