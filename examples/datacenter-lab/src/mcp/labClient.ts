import { z } from 'zod';
import { command } from '../request.js';
import { type ManagedSystem, pickSystem, type SystemKind, systemNames } from '../systems/system.js';

/** The lab as its MCP server sees it: where the systems are, and how to restart a process. */
export interface LabClient {
  folder: string;
  /** @throws LabError `unknown_name`, or `unreachable` when the lab is gone. */
  find(kind: SystemKind, name: string): Promise<ManagedSystem>;
  /** Restarts the process of a service and waits until it answers. `tookMs` in milliseconds. */
  restart(name: string): Promise<{ pid: number; tookMs: number }>;
}

const kinds = Object.keys(systemNames) as [SystemKind, ...SystemKind[]];
const systemsSchema = z.object({
  systems: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(kinds),
      port: z.number(),
      managementPort: z.number(),
      pid: z.number(),
      restarts: z.number(),
      folder: z.string(),
      backups: z.string(),
    }),
  ),
});
const environmentSchema = z.object({
  LAB_URL: z.string(),
  LAB_TOKEN: z.string().min(1),
  LAB_FOLDER: z.string().min(1),
});

/** Reads LAB_URL, LAB_TOKEN and LAB_FOLDER. @throws ZodError when one is missing. */
export function connectLab(environment: Record<string, string | undefined>): LabClient {
  const { LAB_URL: url, LAB_TOKEN: token, LAB_FOLDER: folder } = environmentSchema.parse(environment);
  const control = { port: Number(new URL(url).port), token };

  return {
    folder,
    find: async (kind, name) => {
      const { systems } = systemsSchema.parse(await command(control, 'GET', '/lab/systems'));
      // Asked anew each time: a process that was restarted has another id, and its port may have moved.
      return pickSystem(
        systems.map((system) => ({ ...system, token })),
        kind,
        name,
      );
    },
    restart: async (name) => {
      const answer = await command(control, 'POST', `/lab/processes/${encodeURIComponent(name)}/restart`);
      return z.object({ pid: z.number(), tookMs: z.number() }).parse(answer);
    },
  };
}
