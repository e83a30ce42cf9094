import { systemNames } from '../src/systems/system.js';
import type { Session } from './harness.js';

type Status = Record<string, unknown>;

/** One fault, how it shows and what repairs it. */
export interface FaultCase {
  fault: string;
  system: string;
  /** The read that shows it. */
  read: [tool: string, input: Record<string, string>];
  healthy(status: Status): boolean;
  /** What the read has to say while it is broken. */
  broken: Status;
  /** False for what a user does not notice: a backup that is of no use. */
  usersNotice: boolean;
  repair(session: Session): Promise<unknown>;
}

const broken = (system: string, fault: string) => ({ system, fault: `${system}-${fault}`, usersNotice: true });

function serviceCases(service: string): FaultCase[] {
  const shared = {
    read: ['service_status', { service }] as FaultCase['read'],
    healthy: (status: Status) => status['state'] === 'running' && status['httpStatus'] === 200,
    repair: (session: Session) => session.call('restart_service', { service }),
  };
  const gone = { state: 'crashed', responding: false, httpStatus: 0, pid: 0 };
  return [
    { ...shared, ...broken(service, 'crash'), broken: gone },
    { ...shared, ...broken(service, 'hang'), broken: { state: 'hung', responding: false, httpStatus: 0 } },
  ];
}

function cacheCase(cache: string): FaultCase {
  return {
    ...broken(cache, 'corrupt'),
    read: ['cache_status', { cache }],
    healthy: (status) => status['failingRequestsPercent'] === 0 && status['corruptEntries'] === 0,
    broken: { responding: true, failingRequestsPercent: 75, corruptEntries: 9, entries: 12 },
    repair: (session) => session.call('clear_cache', { cache }),
  };
}

function volumeCases(volume: string): FaultCase[] {
  const backup = {
    read: ['backup_status', { volume }] as FaultCase['read'],
    healthy: (status: Status) => status['verified'] === true && Number(status['ageSeconds']) < 3600,
    usersNotice: false,
    repair: (session: Session) => session.call('take_backup', { volume }),
  };
  return [
    {
      ...broken(volume, 'full'),
      read: ['volume_status', { volume }],
      healthy: (status) => status['acceptsWrites'] === true && Number(status['usedPercent']) < 90,
      broken: { acceptsWrites: false, usedPercent: 98, capacityBytes: 10 * 1024 * 1024 },
      repair: (session) => session.call('expand_volume', { volume, toBytes: 20 * 1024 * 1024 }),
    },
    { ...broken(volume, 'backup-stale'), ...backup, broken: { exists: true, verified: true } },
    { ...broken(volume, 'backup-corrupt'), ...backup, broken: { exists: true, verified: false } },
  ];
}

function interfaceCases(name: string): FaultCase[] {
  const shared = {
    read: ['interface_status', { interface: name }] as FaultCase['read'],
    healthy: (status: Status) => status['link'] === 'up' && status['failedConnectionsPercent'] === 0,
  };
  return [
    {
      ...shared,
      ...broken(name, 'flapping'),
      broken: { adminUp: true, link: 'flapping', failedConnectionsPercent: 100 },
      repair: async (session) => {
        await session.call('clear_interface_errors', { interface: name });
        await session.call('bounce_port', { interface: name });
      },
    },
    {
      ...shared,
      ...broken(name, 'admin-down'),
      broken: { adminUp: false, link: 'down', failedConnectionsPercent: 100 },
      repair: (session) => session.call('enable_port', { interface: name }),
    },
  ];
}

function poolCase(pool: string): FaultCase {
  return {
    ...broken(pool, 'overload'),
    read: ['pool_status', { pool }],
    healthy: (status) => status['keepsUp'] === true && status['refusedJobsPercent'] === 0,
    broken: { keepsUp: false, workers: 2 },
    repair: (session) => session.call('scale_pool', { pool, workers: 6 }),
  };
}

function deploymentCase(deployment: string): FaultCase {
  return {
    ...broken(deployment, 'bad-release'),
    read: ['deployment_status', { deployment }],
    healthy: (status) => status['failingRequestsPercent'] === 0,
    broken: { release: '1.2', previousRelease: '1.1', failingRequestsPercent: 60 },
    repair: (session) => session.call('rollback_deployment', { deployment, toRelease: '1.1' }),
  };
}

/** Every fault of the lab. */
export const faultCases: readonly FaultCase[] = [
  ...systemNames.service.filter((name) => name !== 'directory').flatMap(serviceCases),
  ...systemNames.cache.map(cacheCase),
  ...systemNames.volume.flatMap(volumeCases),
  ...systemNames.interface.flatMap(interfaceCases),
  ...systemNames.pool.map(poolCase),
  ...systemNames.deployment.map(deploymentCase),
];
