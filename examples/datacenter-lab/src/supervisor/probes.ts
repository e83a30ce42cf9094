import { useCache } from '../systems/cache.js';
import { useDeployment } from '../systems/deployment.js';
import { useInterface } from '../systems/networkInterface.js';
import { usePool } from '../systems/pool.js';
import { useService } from '../systems/service.js';
import type { Probe, System, SystemKind } from '../systems/system.js';
import { useVolume } from '../systems/volume.js';

const probes: Record<SystemKind, (system: System) => Promise<Probe>> = {
  service: useService,
  cache: useCache,
  volume: useVolume,
  interface: useInterface,
  pool: usePool,
  deployment: useDeployment,
};

/** Uses a system as its users do and says what they see. */
export function useSystem(system: System): Promise<Probe> {
  return probes[system.kind](system);
}
