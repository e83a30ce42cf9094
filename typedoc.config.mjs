import { readdirSync, readFileSync } from 'node:fs';
import { OptionDefaults } from 'typedoc';

const packages = readdirSync('packages').map(
  (folder) => JSON.parse(readFileSync(`packages/${folder}/package.json`, 'utf8')).name,
);

/** One program over the sources of all packages; an export that nobody explained is an error. */
export default {
  name: 'Remit',
  entryPointStrategy: 'resolve',
  entryPoints: ['packages/*/src/index.ts', 'packages/core/src/{adapter,statistics,testing/index}.ts'],
  tsconfig: 'tsconfig.typedoc.json',
  out: 'docs/reference',
  readme: 'none',
  disableSources: true,
  excludeExternals: true,
  // Tags of custom-elements manifests, and those that the generated types of the API carry.
  blockTags: [...OptionDefaults.blockTags, '@element', '@attr', '@fires', '@csspart', '@cssprop', '@description'],
  modifierTags: [...OptionDefaults.modifierTags, '@constant'],
  // Without this list typedoc asks it of the workspace alone, which exports nothing: every check would pass.
  packagesRequiringDocumentation: packages,
  requiredToBeDocumented: [
    'Enum',
    'Variable',
    'Function',
    'Class',
    'Interface',
    'TypeAlias',
    'Method',
    'Accessor',
    'CallSignature',
  ],
  validation: { notDocumented: true, invalidLink: true, notExported: false },
  treatWarningsAsErrors: true,
};
