import { request as ask, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { toNodeListener } from '../src/index.js';

/*
 * The same requests over a socket: what a handler answers to a Request, its listener has to answer to node:http. Test
 * files of the API run a second time with it (listener.test.ts).
 */

type Handler = (request: Request) => Promise<Response>;

let isOn = false;

/** From here on, clients of this test file ask over a socket. */
export function askThroughListener(): void {
  isOn = true;
}

/** Whether a test file asks over a socket: how much of a body was on its way cannot be counted there. */
export function asksThroughListener(): boolean {
  return isOn;
}

/** The same handler, reached through its listener where that was asked for. */
export function throughListener(handler: Handler): Handler {
  if (!isOn) return handler;
  let port: Promise<number> | undefined;
  const listening = (): Promise<number> => {
    port ??= new Promise((resolve) => {
      const server = createServer(toNodeListener(handler));
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
      server.unref();
    });
    return port;
  };
  return async (request) => {
    const { pathname, search, host } = new URL(request.url);
    const at = await listening();
    return new Promise<Response>((resolve, reject) => {
      const sending = ask(
        {
          ...{ host: '127.0.0.1', port: at, method: request.method, path: pathname + search, agent: false },
          headers: { host, ...Object.fromEntries(request.headers) },
        },
        (got) => {
          const headers = new Headers();
          for (const [name, value] of Object.entries(got.headersDistinct)) {
            // What the connection adds of its own is no part of the answer.
            if (['connection', 'date', 'keep-alive', 'transfer-encoding'].includes(name)) continue;
            for (const one of value ?? []) headers.append(name, one);
          }
          const status = got.statusCode ?? 0;
          const isEmpty = request.method === 'HEAD' || status === 204;
          const body = Readable.toWeb(got) as ReadableStream<Uint8Array>;
          resolve(new Response(isEmpty ? null : body, { status, headers }));
        },
      );
      // The answer may come before the body was taken whole.
      sending.on('error', reject);
      if (request.body === null) sending.end();
      else
        Readable.fromWeb(request.body as Parameters<typeof Readable.fromWeb>[0])
          .on('error', reject)
          .pipe(sending);
    });
  };
}
