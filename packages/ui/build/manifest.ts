import { fileURLToPath } from 'node:url';
import { cli } from '@custom-elements-manifest/analyzer/cli.js';

/* The custom-elements manifest: what editors and other tools know of the elements. */

interface Named {
  readonly name: string;
  readonly description?: string;
}

/** One element as the manifest has it. */
export interface DescribedElement extends Named {
  readonly tagName?: string;
  readonly attributes?: readonly Named[];
  readonly events?: readonly Named[];
  readonly members?: readonly (Named & { readonly privacy?: string })[];
}

/** The manifest as far as it is looked at here. */
export interface Manifest {
  readonly modules: readonly { readonly path: string; readonly declarations: readonly DescribedElement[] }[];
}

/** What is not described is the element's own affair. */
function onlyPublic(element: DescribedElement): DescribedElement {
  const described = <Part extends Named>(parts: readonly Part[] = []): readonly Part[] =>
    parts.filter(({ description }) => description);
  return {
    ...element,
    attributes: described(element.attributes),
    members: described(element.members).filter(({ privacy }) => privacy !== 'private'),
  };
}

/** Reads the manifest off the sources. */
export async function readManifest(): Promise<Manifest> {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const argv = ['analyze', '--config', 'build/manifest.config.mjs'];
  const manifest = (await cli({ argv, cwd, noWrite: true })) as Manifest;
  const modules = manifest.modules.map((module) => ({
    ...module,
    declarations: module.declarations.filter(({ tagName }) => tagName).map(onlyPublic),
  }));
  return { ...manifest, modules: modules.filter(({ declarations }) => declarations.length > 0) };
}
