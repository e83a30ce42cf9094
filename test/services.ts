import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';

/* Programs that are not from npm: real services that the system's packages bring, each started on a free port. */

/** Where a program lies on PATH, or null. */
export function onPath(program: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return join(folder, program);
    } catch {
      // The next folder may have it.
    }
  }
  return null;
}

/** A loopback port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A service that runs until it is stopped. */
export interface Service {
  stop(): Promise<void>;
}

/** Starts a program and waits until it answers. @throws Error with its last words when it ends before that. */
export async function startService(
  program: string,
  args: readonly string[],
  isUp: () => Promise<boolean>,
): Promise<Service> {
  const child: ChildProcess = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      said = `${said}${String(chunk)}`.slice(-2_000);
    });
  }
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  while (!(await isUp().catch(() => false))) {
    if (child.exitCode !== null) throw new Error(`${program} ended with code ${child.exitCode}: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
