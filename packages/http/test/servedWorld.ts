import { type Catalogue, createRemit, type Principal, type Remit } from '@remit/core';
import { memoryStorage, type RecordingExecutor, recordingExecutor, shiftedClock } from '@remit/core/testing';
import { afterEach, expect } from 'vitest';
import { z } from 'zod';
import { type Client, client, type Reply } from './client.js';
import { SCOPES } from './fixtures.js';

/* A real Remit behind the API: one service that breaks, one runbook that restarts it. */

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

export interface World {
  readonly remit: Remit;
  readonly on: Client;
  readonly executor: RecordingExecutor;
  breakWeb(): void;
  /** Somebody repairs it outside of Remit. */
  mend(): void;
  /** Ids of remediations whose log was read. */
  readonly reads: string[];
  isUp(): boolean;
  nextDay(): void;
}

const started: Remit[] = [];
afterEach(async () => {
  for (const remit of started.splice(0)) await remit.close();
});

const LIMITED: Readonly<Record<string, readonly string[]>> = {
  limited: ['tickets:write', 'tickets:read'],
  writer: ['tickets:write', 'tickets:opt_in', 'feedback:write'],
};

/** Anybody whose token is a name, with every scope, but for those of {@link LIMITED}; `TENANT@` before it is another tenant. */
function anybody(request: Request): Principal | null {
  const token = request.headers.get('authorization')?.replace('Bearer ', '');
  if (!token) return null;
  const [id = '', tenant = 'acme'] = token.split('@').reverse();
  return { id, tenant, scopes: LIMITED[id] ?? SCOPES };
}

export async function world({ losesReplies = false } = {}): Promise<World> {
  let up = true;
  const executor = recordingExecutor({
    'ops/status': { readOnly: true, run: () => ({ up }) },
    'ops/restart': {
      run: () => {
        up = true;
        if (losesReplies) throw new Error('connection lost');
        return { restarted: 'web' };
      },
    },
  });
  const clock = shiftedClock();
  const storage = memoryStorage({ clock });
  const reads: string[] = [];
  const remediations = {
    ...storage.remediations,
    load: (tenant: string, remediationId: string) => {
      reads.push(remediationId);
      return storage.remediations.load(tenant, remediationId);
    },
  };
  const remit = createRemit({ storage: { ...storage, remediations }, executor, catalogue, clock });
  started.push(remit);
  await remit.start();
  return {
    remit,
    on: client({ remit, authenticate: anybody }),
    executor,
    breakWeb: () => {
      up = false;
    },
    mend: () => {
      up = true;
    },
    reads,
    isUp: () => up,
    nextDay: () => clock.advance(25 * 3_600_000),
  };
}

export const T = '/api/v1/tickets';
export const ticket = (ticket_id: string, more: object = {}): object => ({
  ticket_id,
  description: 'service web not responding',
  category: 'server',
  enable_auto_remediation: true,
  ...more,
});

export async function submit({ on }: World, body: object): Promise<Reply> {
  return on.send('POST', T, { body, as: 'monitoring', headers: { prefer: 'wait=5' } });
}

/** The ticket once it has one of these states. */
export async function until({ on }: World, ticketId: string, states: readonly string[]): Promise<Reply['body']> {
  const path = `${T}/${encodeURIComponent(ticketId)}`;
  let last: Reply['body'] | undefined;
  await expect
    .poll(async () => {
      last = (await on.send('GET', path)).body;
      return states.includes(String(last['status']));
    })
    .toBe(true);
  return last as Reply['body'];
}
