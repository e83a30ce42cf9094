import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { readBackupStatus } from '../systems/backup.js';
import { readCacheStatus } from '../systems/cache.js';
import { readDeploymentStatus } from '../systems/deployment.js';
import { readInterfaceStatus } from '../systems/networkInterface.js';
import { readPoolStatus } from '../systems/pool.js';
import { readServiceStatus } from '../systems/service.js';
import { systemNames } from '../systems/system.js';
import { readVolumeStatus } from '../systems/volume.js';
import type { LabClient } from './labClient.js';
import { registerRead } from './tool.js';

const name = z.string().min(1);
const names = z.array(z.string());

/** Offers every tool that only looks. */
export function registerReadTools(server: McpServer, lab: LabClient): void {
  registerRead(server, {
    name: 'list_systems',
    description: 'Lists the names of all systems by kind.',
    input: z.strictObject({}),
    output: z.strictObject({
      services: names,
      caches: names,
      volumes: names,
      interfaces: names,
      pools: names,
      deployments: names,
    }),
    look: async () => ({
      services: [...systemNames.service],
      caches: [...systemNames.cache],
      volumes: [...systemNames.volume],
      interfaces: [...systemNames.interface],
      pools: [...systemNames.pool],
      deployments: [...systemNames.deployment],
    }),
  });

  registerRead(server, {
    name: 'service_status',
    description: 'Sends a web service a request: does it answer, hang, or is there no process?',
    input: z.strictObject({ service: name }),
    output: z.strictObject({
      service: z.string(),
      state: z.enum(['running', 'crashed', 'hung']),
      responding: z.boolean(),
      httpStatus: z.number(),
      latencyMs: z.number(),
      pid: z.number(),
      restarts: z.number(),
    }),
    look: async ({ service }) => await readServiceStatus(await lab.find('service', service)),
  });

  registerRead(server, {
    name: 'cache_status',
    description: 'Requests every key of a cache and checks its entries on disk.',
    input: z.strictObject({ cache: name }),
    output: z.strictObject({
      cache: z.string(),
      responding: z.boolean(),
      failingRequestsPercent: z.number(),
      entries: z.number(),
      corruptEntries: z.number(),
    }),
    look: async ({ cache }) => await readCacheStatus(await lab.find('cache', cache)),
  });

  registerRead(server, {
    name: 'volume_status',
    description: 'Measures how full a volume is and tries a small write, which is removed again.',
    input: z.strictObject({ volume: name }),
    output: z.strictObject({
      volume: z.string(),
      capacityBytes: z.number(),
      usedBytes: z.number(),
      usedPercent: z.number(),
      acceptsWrites: z.boolean(),
    }),
    look: async ({ volume }) => await readVolumeStatus(await lab.find('volume', volume)),
  });

  registerRead(server, {
    name: 'backup_status',
    description: 'Reads the newest backup of a volume and compares every file with the checksums of its manifest.',
    input: z.strictObject({ volume: name }),
    output: z.strictObject({
      volume: z.string(),
      exists: z.boolean(),
      verified: z.boolean(),
      ageSeconds: z.number(),
      takenAt: z.string(),
      sizeBytes: z.number(),
    }),
    look: async ({ volume }) => await readBackupStatus(await lab.find('volume', volume)),
  });

  registerRead(server, {
    name: 'interface_status',
    description: 'Reads the error counter of a network interface and makes TCP round trips through it.',
    input: z.strictObject({ interface: name }),
    output: z.strictObject({
      interface: z.string(),
      adminUp: z.boolean(),
      link: z.enum(['up', 'down', 'flapping']),
      errorCount: z.number(),
      failedConnectionsPercent: z.number(),
    }),
    look: async (input) => await readInterfaceStatus(await lab.find('interface', input.interface)),
  });

  registerRead(server, {
    name: 'pool_status',
    description: 'Watches the queue of a worker pool for a quarter of a second while handing in jobs.',
    input: z.strictObject({ pool: name }),
    output: z.strictObject({
      pool: z.string(),
      workers: z.number(),
      maxWorkers: z.number(),
      queueDepth: z.number(),
      oldestWaitMs: z.number(),
      keepsUp: z.boolean(),
      refusedJobsPercent: z.number(),
    }),
    look: async ({ pool }) => await readPoolStatus(await lab.find('pool', pool)),
  });

  registerRead(server, {
    name: 'deployment_status',
    description: 'Reads which release is current and requests its pages.',
    input: z.strictObject({ deployment: name }),
    output: z.strictObject({
      deployment: z.string(),
      release: z.string(),
      previousRelease: z.string(),
      failingRequestsPercent: z.number(),
    }),
    look: async ({ deployment }) => await readDeploymentStatus(await lab.find('deployment', deployment)),
  });
}
