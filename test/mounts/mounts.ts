import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import * as express from '../../examples/express/src/mount.js';
import { mountBehindParsers } from '../../examples/express/src/mountBehindParsers.js';
import * as fastify from '../../examples/fastify/src/mount.js';
import * as hono from '../../examples/hono/src/mount.js';
import * as koa from '../../examples/koa/src/mount.js';
import * as nodeHttp from '../../examples/node-http/src/mount.js';
import type { Api } from '../../examples/node-http/src/openApi.js';

/** A server that has the API somewhere in it. */
export interface Mounted {
  /** Of the server, without the path of the mount. */
  readonly url: string;
  close(): Promise<void>;
}

type Servers = ReturnType<typeof createServer>;

async function listening(server: Servers): Promise<Mounted> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Any listener, as a server on a port of its own. */
export const serving = (listener: RequestListener): Promise<Mounted> => listening(createServer(listener));

interface Mount {
  /** Whether the application has routes of its own there. */
  readonly hasOwnRoutes: boolean;
  /** Whether a parser takes the whole body before the API sees it. Default false. */
  readonly parsesBefore?: boolean;
  open(api: Api): Promise<Mounted>;
}

/** Every way to mount the API that an example shows. */
export const MOUNTS: Readonly<Record<string, Mount>> = {
  'node:http': { hasOwnRoutes: false, open: (api) => listening(nodeHttp.mount(api)) },
  'Express 5': { hasOwnRoutes: true, open: (api) => serving(express.mount(api)) },
  'Express 5 behind body parsers': {
    hasOwnRoutes: true,
    parsesBefore: true,
    open: (api) => serving(mountBehindParsers(api)),
  },
  'Fastify 5': {
    hasOwnRoutes: true,
    async open(api) {
      const app = fastify.mount(api);
      const url = await app.listen({ port: 0, host: '127.0.0.1', listenTextResolver: () => '' });
      return {
        url,
        close: async () => {
          app.server.closeAllConnections();
          await app.close();
        },
      };
    },
  },
  'Koa 3': { hasOwnRoutes: true, open: (api) => serving(koa.mount(api).callback()) },
  Hono: {
    hasOwnRoutes: true,
    open: (api) => listening(createAdaptorServer({ fetch: hono.mount(api).fetch }) as Servers),
  },
};
