import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that listens on loopback. */
export interface Listening {
  readonly url: string;
  readonly port: number;
  /** Set when the wanted port was taken and another one was chosen. */
  readonly insteadOf: number | null;
  /** Stops listening and ends open connections. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

function open(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function isTaken(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'EADDRINUSE' || code === 'EACCES';
}

/** Listens on loopback: on the wanted port (0: any), or on a free one when that is taken. */
export async function listen(listener: RequestListener, port: number): Promise<Listening> {
  const server = createServer(listener);
  let insteadOf: number | null = null;
  try {
    await open(server, port);
  } catch (error) {
    if (!isTaken(error)) throw error;
    insteadOf = port;
    await open(server, 0);
  }
  const { port: chosen } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${chosen}`,
    port: chosen,
    insteadOf,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
