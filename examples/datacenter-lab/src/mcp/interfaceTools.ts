import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { bouncePort, clearErrors, setAdminUp } from '../systems/networkInterface.js';
import type { Effects } from './effects.js';
import type { LabClient } from './labClient.js';
import { registerWrite } from './tool.js';

const input = z.strictObject({ interface: z.string().min(1) });
const adminOutput = z.strictObject({ interface: z.string(), adminUp: z.boolean() });

/** Offers the tools that change network interfaces. */
export function registerInterfaceTools(server: McpServer, lab: LabClient, effects: Effects): void {
  registerWrite(server, effects, {
    name: 'clear_interface_errors',
    description: 'Sets the error counter of an interface to zero. Does not stop what causes the errors.',
    input,
    output: z.strictObject({ interface: z.string(), clearedErrors: z.number() }),
    idempotent: true,
    act: async (given) => ({
      interface: given.interface,
      ...(await clearErrors(await lab.find('interface', given.interface))),
    }),
  });

  registerWrite(server, effects, {
    name: 'bounce_port',
    description:
      'Takes an interface down and up again, which cuts its connections and initialises its transceiver. ' +
      'With more than 100 errors on the counter it comes back as bad as before: clear the errors first.',
    input,
    output: z.strictObject({ interface: z.string(), link: z.enum(['up', 'down', 'flapping']) }),
    idempotent: false,
    act: async (given) => ({
      interface: given.interface,
      ...(await bouncePort(await lab.find('interface', given.interface))),
    }),
  });

  registerWrite(server, effects, {
    name: 'enable_port',
    description: 'Switches an interface on.',
    input,
    output: adminOutput,
    idempotent: true,
    act: async (given) => ({
      interface: given.interface,
      ...(await setAdminUp(await lab.find('interface', given.interface), true)),
    }),
  });

  registerWrite(server, effects, {
    name: 'disable_port',
    description: 'Switches an interface off: nobody gets through it any more.',
    input,
    output: adminOutput,
    idempotent: true,
    destructive: true,
    act: async (given) => ({
      interface: given.interface,
      ...(await setAdminUp(await lab.find('interface', given.interface), false)),
    }),
  });
}
