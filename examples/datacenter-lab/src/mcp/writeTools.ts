import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { takeBackup } from '../systems/backup.js';
import { clearCache } from '../systems/cache.js';
import { activateRelease, rollBack } from '../systems/deployment.js';
import { scalePool } from '../systems/pool.js';
import { expandVolume } from '../systems/volume.js';
import type { Effects } from './effects.js';
import { registerInterfaceTools } from './interfaceTools.js';
import type { LabClient } from './labClient.js';
import { registerWrite } from './tool.js';

const name = z.string().min(1);

/** Offers every tool that changes something. */
export function registerWriteTools(server: McpServer, lab: LabClient, effects: Effects): void {
  registerInterfaceTools(server, lab, effects);

  registerWrite(server, effects, {
    name: 'restart_service',
    description: 'Kills the process of a web service, hung or not, starts a new one and waits until it answers.',
    input: z.strictObject({ service: name }),
    output: z.strictObject({ service: z.string(), pid: z.number(), tookMs: z.number() }),
    // Every restart cuts off whoever is being served.
    idempotent: false,
    act: async ({ service }) => {
      await lab.find('service', service);
      return { service, ...(await lab.restart(service)) };
    },
  });

  registerWrite(server, effects, {
    name: 'clear_cache',
    description: 'Deletes every entry of a cache; they are rebuilt from the origin on demand.',
    input: z.strictObject({ cache: name }),
    output: z.strictObject({ cache: z.string(), removedEntries: z.number() }),
    idempotent: true,
    act: async ({ cache }) => ({ cache, ...(await clearCache(await lab.find('cache', cache))) }),
  });

  registerWrite(server, effects, {
    name: 'expand_volume',
    description: 'Sets the capacity of a volume in bytes; never below what it holds.',
    input: z.strictObject({ volume: name, toBytes: z.number().int().positive() }),
    output: z.strictObject({ volume: z.string(), capacityBytes: z.number() }),
    idempotent: true,
    act: async ({ volume, toBytes }) => ({
      volume,
      ...(await expandVolume(await lab.find('volume', volume), toBytes)),
    }),
  });

  registerWrite(server, effects, {
    name: 'take_backup',
    description: 'Copies a volume to its backups, with checksums. The three newest backups are kept.',
    input: z.strictObject({ volume: name }),
    output: z.strictObject({ volume: z.string(), takenAt: z.string(), sizeBytes: z.number() }),
    idempotent: false,
    act: async ({ volume }) => ({ volume, ...(await takeBackup(await lab.find('volume', volume))) }),
  });

  registerWrite(server, effects, {
    name: 'scale_pool',
    description: 'Sets the number of workers of a pool, from 1 to its maxWorkers.',
    input: z.strictObject({ pool: name, workers: z.number().int() }),
    output: z.strictObject({ pool: z.string(), workers: z.number() }),
    idempotent: true,
    act: async ({ pool, workers }) => ({ pool, ...(await scalePool(await lab.find('pool', pool), workers)) }),
  });

  registerWrite(server, effects, {
    name: 'rollback_deployment',
    description: 'Makes an older release of a deployment current.',
    input: z.strictObject({ deployment: name, toRelease: name }),
    output: z.strictObject({ deployment: z.string(), release: z.string() }),
    idempotent: true,
    act: async ({ deployment, toRelease }) => ({
      deployment,
      ...(await rollBack(await lab.find('deployment', deployment), toRelease)),
    }),
  });

  registerWrite(server, effects, {
    name: 'activate_release',
    description: 'Makes any release of a deployment current.',
    input: z.strictObject({ deployment: name, release: name }),
    output: z.strictObject({ deployment: z.string(), release: z.string() }),
    idempotent: true,
    act: async ({ deployment, release }) => ({
      deployment,
      ...(await activateRelease(await lab.find('deployment', deployment), release)),
    }),
  });
}
