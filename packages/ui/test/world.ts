import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Catalogue, createRemit, type Principal } from '@remit/core';
import { memoryStorage, recordingExecutor, shiftedClock } from '@remit/core/testing';
import { createHandler, createPage, type PageOptions, toNodeListener } from '@remit/http';
import { z } from 'zod';
import { readScript } from '../build/bundle.js';

/* A real Remit behind a real server: one service that breaks, one runbook that restarts it. */

const status = { tool: 'ops/status', arguments: { service: '$target' } };

const catalogue: Catalogue = {
  actions: [
    {
      name: 'restart_service',
      title: 'Restart a service',
      tool: 'ops/restart',
      class: 'safe_write',
      family: 'restart',
      categories: ['server'],
      arguments: z.strictObject({ service: z.string() }),
      targets: [{ kind: 'service', argument: '/service' }],
      allowedTargets: ['service:web'],
      timeoutMs: 500,
      idempotent: true,
      dedupes: false,
      symptom: { ...status, expect: [{ path: '/up', equals: false }] },
      prechecks: [],
      snapshot: { ...status, fields: ['/up'] },
      validation: [{ ...status, expect: [{ path: '/up', equals: true }] }],
      validationWithinMs: 50,
      irreversible: 'starting again is its own remedy',
    },
  ],
  runbooks: [
    {
      name: 'service-down',
      title: 'A service is down',
      categories: ['server'],
      symptomTexts: ['service not responding'],
      steps: [{ action: 'restart_service', arguments: { service: '$target' } }],
    },
  ],
};

const SCOPES = [
  'tickets:read',
  'tickets:write',
  'tickets:opt_in',
  'feedback:write',
  'remediation:approve',
  'policy:write',
  'halt',
  'stats:read',
];

/** Anybody whose token is a name, with every scope; `reader` may only read. */
function anybody(request: Request): Principal | null {
  const id = request.headers.get('authorization')?.replace('Bearer ', '');
  if (!id) return null;
  return { id, tenant: 'acme', scopes: id === 'reader' ? ['tickets:read', 'stats:read'] : SCOPES };
}

/** A served Remit. */
export interface World {
  readonly url: string;
  /** Asks the API as somebody. */
  send(
    method: string,
    path: string,
    ask: { readonly body?: object; readonly as?: string },
  ): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }>;
  breakWeb(): void;
  isUp(): boolean;
  /** How many writes were sent. */
  writes(): number;
  /** From now on every request gets this answer instead; null: the API answers again. */
  answerWith(response: (() => Response) | null): void;
  close(): Promise<void>;
}

/** Serves the API and the console on a free loopback port, with two incidents that people fixed and praised. */
export async function openWorld(page: Partial<PageOptions> = {}): Promise<World> {
  let up = true;
  let instead: (() => Response) | null = null;
  const executor = recordingExecutor({
    'ops/status': { readOnly: true, run: () => ({ up }) },
    'ops/restart': {
      run: () => {
        up = true;
        return { restarted: 'web' };
      },
    },
  });
  const clock = shiftedClock();
  const remit = createRemit({ storage: memoryStorage({ clock }), executor, catalogue, clock });
  await remit.start();
  const api = createHandler({ remit, authenticate: anybody });
  const console = createPage({ script: await readScript(), categories: remit.categories, ...page });
  const listener = toNodeListener(async (request) => console(request) ?? (instead ? instead() : api(request)));
  const server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const world: World = {
    url,
    async send(method, path, { body, as = 'monitoring' }) {
      const headers = { authorization: `Bearer ${as}`, 'content-type': 'application/json', prefer: 'wait=5' };
      const given = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await api(new Request(`${url}/api/v1${path}`, { method, headers, ...given }));
      return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
    },
    breakWeb: () => {
      up = false;
    },
    isUp: () => up,
    writes: () => executor.sent.length,
    answerWith: (response) => {
      instead = response;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await remit.close();
    },
  };
  for (const ticket_id of ['OLD-1', 'OLD-2']) {
    world.breakWeb();
    const description = 'service web not responding';
    await world.send('POST', '/tickets', {
      body: { ticket_id, description, category: 'server', enable_auto_remediation: true },
    });
    const actions = [{ action: 'restart_service', arguments: { service: 'web' } }];
    await world.send('POST', `/tickets/${ticket_id}/resolve`, {
      body: { text: 'restarted', actions },
      as: `fixer-${ticket_id}`,
    });
    await world.send('POST', '/feedback', {
      body: { ticket_id, feedback_type: 'positive', rating: 5 },
      as: `voter-${ticket_id}`,
    });
    clock.advance(25 * 3_600_000);
  }
  up = true;
  return world;
}
