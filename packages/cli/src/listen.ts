import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that listens. */
export interface Listening {
  readonly url: string;
  readonly port: number;
  /** Set when the wanted port was taken and another one was chosen. */
  readonly insteadOf: number | null;
  /** Stops listening and ends open connections. */
  close(): Promise<void>;
}

/** This machine, reached from nowhere else. */
export const LOOPBACK = '127.0.0.1';

/** Where to listen. */
export interface Address {
  /** 0: any free one. */
  readonly port: number;
  /** Default: {@link LOOPBACK}. */
  readonly host?: string;
}

function open(server: Server, { port, host = LOOPBACK }: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function isTaken(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'EADDRINUSE' || code === 'EACCES';
}

/**
 * Listens. Where the wanted port of loopback is taken, on a free one; elsewhere nobody would find that, and it rejects.
 */
export async function listen(listener: RequestListener, { port, host = LOOPBACK }: Address): Promise<Listening> {
  const server = createServer(listener);
  let insteadOf: number | null = null;
  try {
    await open(server, { port, host });
  } catch (error) {
    if (!isTaken(error) || host !== LOOPBACK) throw error;
    insteadOf = port;
    await open(server, { port: 0 });
  }
  const { port: chosen } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${chosen}`,
    port: chosen,
    insteadOf,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
