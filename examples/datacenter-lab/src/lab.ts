import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { openControlEndpoint } from './supervisor/controlEndpoint.js';
import { describeEstate } from './supervisor/estate.js';
import { faultNames, injectFault } from './supervisor/faults.js';
import { useSystem } from './supervisor/probes.js';
import type { Probe } from './systems/system.js';

export type { Probe } from './systems/system.js';

/** Where a lab keeps its files, and what its MCP server sees besides. */
export interface LabOptions {
  /**
   * Folder for everything the lab writes. Made if missing and left in place by `stop`; the systems start clean, the
   * record of effects and idempotency keys is kept. By default a new temporary folder, which `stop` removes.
   */
  folder?: string;
  /** More environment variables for the MCP server. */
  env?: Record<string, string>;
}

/** A running lab. */
export interface Lab {
  /** Base URL of the control endpoint, loopback only. */
  url: string;
  /** Bearer token of the control endpoint. */
  token: string;
  folder: string;
  /** Names of every fault. */
  faults: string[];
  /** Breaks something; returns once it shows. @throws LabError `unknown_name` */
  inject(fault: string): Promise<void>;
  /** Brings every system back to its clean state. */
  heal(): Promise<void>;
  /** Uses a system as its users do. @throws LabError `unknown_name` */
  probe(system: string): Promise<Probe>;
  /** How to start the MCP server over stdio. It serves this lab only and may be started any number of times. */
  mcpServer(): { command: string; args: string[]; env: Record<string, string> };
  /** Ends every process; safe to call twice. */
  stop(): Promise<void>;
}

/** Starts every system of the lab and its control endpoint. The processes end with this one, however it ends. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const folder = options.folder ? resolve(options.folder) : await mkdtemp(join(tmpdir(), 'datacenter-lab-'));
  await mkdir(folder, { recursive: true });
  const token = randomBytes(24).toString('base64url');
  const estate = describeEstate({ folder, token });

  async function removeOwnFolder(): Promise<void> {
    if (options.folder === undefined) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }

  try {
    await estate.start();
  } catch (error) {
    await estate.stop();
    await removeOwnFolder();
    throw error;
  }
  const control = await openControlEndpoint(estate, token);

  return {
    url: control.url,
    token,
    folder,
    faults: faultNames,
    inject: (fault) => injectFault(estate, fault),
    heal: () => estate.heal(),
    probe: async (system) => await useSystem(estate.system(system)),
    mcpServer: () => ({
      command: process.execPath,
      args: mcpServerArguments(),
      env: { ...options.env, LAB_URL: control.url, LAB_TOKEN: token, LAB_FOLDER: folder },
    }),
    stop: async () => {
      await control.close();
      await estate.stop();
      await removeOwnFolder();
    },
  };
}

function mcpServerArguments(): string[] {
  // Resolved here, so that the server starts from any working directory.
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const program = fileURLToPath(new URL('./mcp/server.ts', import.meta.url));
  return ['--conditions=@remit/source', '--import', loader, program];
}
