import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { changesetFaults } from './changesets.js';
import { embeddingFaults, makeEmptyProject, otherNode } from './emptyProject.js';
import { checkDependencies } from './licences.js';
import { manifestFaults } from './manifests.js';
import { publishedPackages } from './packages.js';
import { run } from './run.js';
import { attwFaults, pack, publintFaults } from './tarballs.js';

/*
 * npm run release:check -- [--nodes 22,24] [--json]
 *
 * Everything that somebody who installs the packages relies on, tried on the packed packages in an empty project. Needs
 * `npm run build` before. Exit 0 when nothing is wrong, 1 otherwise.
 */

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { nodes: { type: 'string', default: '' }, json: { type: 'boolean', default: false } },
  });
  const majors = values.nodes.split(',').filter((major) => major !== '');
  const packages = publishedPackages();
  const folder = mkdtempSync(join(tmpdir(), 'remit-release-'));
  const faults: string[] = [];
  const step = (name: string, found: readonly string[], says = ''): void => {
    process.stderr.write(`${found.length === 0 ? 'ok  ' : 'BAD '} ${name}${says}\n`);
    for (const fault of found) process.stderr.write(`     ${fault}\n`);
    faults.push(...found);
  };
  try {
    step('manifests', packages.flatMap(manifestFaults), `: ${packages.length} packages`);
    step('changesets', changesetFaults(packages.map(({ manifest }) => manifest.name)));
    const dependencies = checkDependencies(packages);
    const { byLicence, withInstallScript } = dependencies;
    step(
      'licences',
      dependencies.faults,
      `: ${dependencies.packages} packages at run time, ${JSON.stringify(byLicence)}`,
    );
    step('publint', (await Promise.all(packages.map(publintFaults))).flat());
    const tarballs = pack(packages, folder);
    step('attw', tarballs.flatMap(attwFaults));
    const project = join(folder, 'somebody-else');
    makeEmptyProject(project, tarballs);
    step('installed from tarballs, types compile', []);
    const nodes = [process.execPath, ...majors.map((major) => otherNode(major, join(folder, `node-${major}`)))];
    const versions = nodes.map((node) => {
      const version = run(node, ['--version'], folder).trim();
      step(`embedding by import and by require on Node ${version}`, embeddingFaults(project, node));
      return version;
    });
    const bytes = Object.fromEntries(tarballs.map(({ name, bytes }) => [name, bytes]));
    if (values.json) console.log(JSON.stringify({ nodes: versions, bytes, byLicence, withInstallScript, faults }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.exitCode = faults.length === 0 ? 0 : 1;
}

await main();
