import { type Analyst, type Catalogue, createRemit, type Principal, type Remit, runbookAnalyst } from '@remit/core';
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
  /** Reads fail from then on. */
  blind(): void;
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

export interface Circumstances {
  readonly losesReplies?: boolean;
  /** A restart ends only then. */
  readonly restarting?: Promise<void>;
  /** Default: as long as an analyst needs. */
  readonly analysing?: Promise<void>;
}

export async function world({ losesReplies, restarting, analysing }: Circumstances = {}): Promise<World> {
  let up = true;
  let isReadable = true;
  const executor = recordingExecutor({
    'ops/status': {
      readOnly: true,
      run: () => {
        if (!isReadable) throw new Error('no answer');
        return { up };
      },
    },
    'ops/restart': {
      run: async () => {
        await restarting;
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
  const runbooks = runbookAnalyst();
  const analyst: Analyst = {
    ...runbooks,
    analyze: async (input, options) => {
      await analysing;
      return runbooks.analyze(input, options);
    },
  };
  const remit = createRemit({ storage: { ...storage, remediations }, executor, catalogue, clock, analyst });
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
    blind: () => {
      isReadable = false;
    },
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

/** Two incidents that people fixed and praised: enough for the third to be worth asking about. */
export async function learn(w: World): Promise<void> {
  for (const name of ['OLD-1', 'OLD-2']) {
    w.breakWeb();
    await submit(w, ticket(name));
    const { status: state } = await until(w, name, ['needs_human', 'awaiting_approval']);
    if (state === 'awaiting_approval') break;
    const actions = [{ action: 'restart_service', arguments: { service: 'web' } }];
    await w.on.send('POST', `${T}/${name}/resolve`, { body: { text: 'restarted', actions }, as: `fixer-${name}` });
    const vote = { ticket_id: name, feedback_type: 'positive', rating: 5 };
    await w.on.send('POST', '/api/v1/feedback', { body: vote, as: `voter-${name}` });
    w.nextDay();
  }
}
