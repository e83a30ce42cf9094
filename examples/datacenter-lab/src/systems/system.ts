import { LabError } from '../labError.js';

/** Every system of the lab by kind. The order is the order of `list_systems`. */
export const systemNames = {
  service: ['web', 'api', 'billing', 'directory'],
  cache: ['sessions', 'catalog'],
  volume: ['ds1', 'ds2'],
  interface: ['Gi0/1', 'Gi0/2', 'Gi0/3'],
  pool: ['orders', 'emails'],
  deployment: ['shop', 'portal'],
} as const satisfies Record<string, readonly string[]>;

/** What a system is. */
export type SystemKind = keyof typeof systemNames;

/** Where a system is right now, as its supervisor knows it. Whether it works is for the asker to find out. */
export interface System {
  name: string;
  kind: SystemKind;
  /** Loopback port for its users. */
  port: number;
  /** Loopback port for its administrators, 0 when there is none besides `port`. */
  managementPort: number;
  /** Process id, 0 when there is no process. */
  pid: number;
  /** How often its process was started again since the lab began. */
  restarts: number;
  /** Its own folder. */
  folder: string;
  /** Where its backups are: outside its folder, empty for everything but volumes. */
  backups: string;
}

/** What a user of the system sees by really using it. */
export interface Probe {
  ok: boolean;
  detail: string;
}

/** A system together with what its administrator needs. */
export interface ManagedSystem extends System {
  /** Bearer token of the management routes. */
  token: string;
}

/**
 * Picks a system of one kind by name.
 * @throws LabError `unknown_name`, saying which names there are.
 */
export function pickSystem<S extends System>(systems: readonly S[], kind: SystemKind, name: string): S {
  const found = systems.find((system) => system.kind === kind && system.name === name);
  if (found) return found;
  throw new LabError('unknown_name', `There is no ${kind} "${name}". There is: ${systemNames[kind].join(', ')}.`);
}
