import { LabError } from '../labError.js';
import { ageBackups, corruptBackup } from '../systems/backup.js';
import { corruptEntries } from '../systems/cache.js';
import { deployBadRelease } from '../systems/deployment.js';
import { makeFlap, setAdminUp } from '../systems/networkInterface.js';
import { overload } from '../systems/pool.js';
import { exhaustConnections } from '../systems/service.js';
import { type SystemKind, systemNames } from '../systems/system.js';
import { fillVolume } from '../systems/volume.js';
import type { Estate } from './estate.js';

type Inject = (estate: Estate, name: string) => Promise<unknown>;

const onSystem =
  (inject: (system: ReturnType<Estate['system']>) => Promise<unknown>): Inject =>
  (estate, name) =>
    inject(estate.system(name));

async function hang(estate: Estate, name: string): Promise<void> {
  // A process that is gone cannot hang.
  if (estate.program(name).pid === 0) await estate.program(name).restart();
  await exhaustConnections(estate.system(name));
}

/** What can break, by kind of system. A fault is called after its system: `web-crash`. */
const faultsOfKind: Record<SystemKind, Record<string, Inject>> = {
  service: { crash: (estate, name) => estate.program(name).kill(), hang },
  cache: { corrupt: onSystem(corruptEntries) },
  volume: {
    full: onSystem(fillVolume),
    'backup-stale': onSystem(ageBackups),
    'backup-corrupt': onSystem(corruptBackup),
  },
  interface: { flapping: onSystem(makeFlap), 'admin-down': onSystem((system) => setAdminUp(system, false)) },
  pool: { overload: onSystem(overload) },
  deployment: { 'bad-release': onSystem(deployBadRelease) },
};

/** Systems that nothing breaks, so that there is always a healthy one to compare with. */
const spared: readonly string[] = ['directory'];

interface Fault {
  name: string;
  inject: (estate: Estate) => Promise<unknown>;
}

const faults: readonly Fault[] = Object.entries(faultsOfKind).flatMap(([kind, injections]) =>
  systemNames[kind as SystemKind]
    .filter((system) => !spared.includes(system))
    .flatMap((system) =>
      Object.entries(injections).map(([suffix, inject]) => ({
        name: `${system}-${suffix}`,
        inject: (estate: Estate) => inject(estate, system),
      })),
    ),
);

/** Every fault that can be injected. */
export const faultNames: string[] = faults.map((fault) => fault.name);

/**
 * Breaks something for real and returns once a user can see it.
 * @throws LabError `unknown_name`, saying which faults there are.
 */
export async function injectFault(estate: Estate, name: string): Promise<void> {
  const fault = faults.find((each) => each.name === name);
  if (!fault) throw new LabError('unknown_name', `There is no fault "${name}". There is: ${faultNames.join(', ')}.`);
  await fault.inject(estate);
}
