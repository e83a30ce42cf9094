import { z } from 'zod';
import type { Catalogue, CatalogueEntry } from '../../src/domain/action.js';
import type { Principal } from '../../src/domain/approval.js';
import { createRemit, type RemitOptions } from '../../src/engine/createRemit.js';
import type { Remit, TicketInput } from '../../src/engine/remit.js';
import {
  memoryStorage,
  type RecordingExecutor,
  recordingExecutor,
  type ScriptedTool,
  shiftedClock,
} from '../../src/testing/index.js';

/** A tiny world in memory: services that are up or down, and an executor that looks at and restarts them. */
export interface World {
  readonly up: Record<string, boolean>;
  readonly backup: { ageSeconds: number; verified: boolean };
  readonly executor: RecordingExecutor;
  readonly clock: ReturnType<typeof shiftedClock>;
  readonly storage: ReturnType<typeof memoryStorage>;
  readonly remit: Remit;
  /** Trouble that was told. */
  readonly troubles: unknown[];
  submit(ticketId: string, change?: Partial<TicketInput>, actor?: Principal): Promise<void>;
  /** The ticket once nothing runs any more. */
  rest(ticketId: string): ReturnType<Remit['ticket']>;
}

const ALL = ['tickets:read', 'tickets:write', 'tickets:opt_in', 'feedback:write', 'stats:read', 'policy:write', 'halt'];

/** A principal of tenant acme. */
export function person(id: string, scopes: readonly string[] = ALL): Principal {
  return { id, tenant: 'acme', scopes };
}

export const monitoring = person('monitoring');
export const approver = person('gil', ['tickets:read', 'remediation:approve']);
export const operator = person('olga');

export const restart: CatalogueEntry = {
  name: 'restart_service',
  title: 'Restart a service',
  tool: 'ops/restart',
  class: 'safe_write',
  family: 'restart',
  categories: ['server'],
  arguments: z.strictObject({ service: z.string() }),
  targets: [{ kind: 'service', argument: '/service' }],
  allowedTargets: ['service:web', 'service:api'],
  timeoutMs: 500,
  idempotent: true,
  dedupes: false,
  symptom: { tool: 'ops/status', arguments: { service: '$target' }, expect: [{ path: '/up', equals: false }] },
  prechecks: [],
  snapshot: { tool: 'ops/status', arguments: { service: '$target' }, fields: ['/up'] },
  validation: [{ tool: 'ops/status', arguments: { service: '$target' }, expect: [{ path: '/up', equals: true }] }],
  validationWithinMs: 50,
  reconcile: { tool: 'ops/status', arguments: { service: '$target' }, expect: [{ path: '/up', equals: true }] },
  irreversible: 'starting again is its own remedy',
};

export const resize: CatalogueEntry = {
  ...restart,
  name: 'resize',
  title: 'Resize',
  tool: 'ops/resize',
  class: 'critical_write',
  family: 'storage',
  backup: {
    tool: 'ops/backup',
    arguments: {},
    expect: [{ path: '/verified', equals: true }],
    agePath: '/ageSeconds',
    maxAgeSeconds: 60,
  },
};

export const catalogue: Catalogue = {
  actions: [restart, resize],
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

/** Puts a world together and starts it. */
export async function world(
  options: Partial<RemitOptions> = {},
  tools: Record<string, ScriptedTool> = {},
): Promise<World> {
  const up: Record<string, boolean> = { web: true, api: true };
  const backup = { ageSeconds: 5, verified: true };
  const service = (args: Readonly<Record<string, unknown>>): string => String(args['service']);
  const executor = recordingExecutor({
    'ops/status': { readOnly: true, run: (args) => ({ up: up[service(args)] ?? null }) },
    'ops/backup': { readOnly: true, run: () => ({ ...backup }) },
    'ops/restart': {
      run: (args) => {
        up[service(args)] = true;
        return { restarted: service(args) };
      },
    },
    'ops/resize': {
      run: (args) => {
        up[service(args)] = true;
        return {};
      },
    },
    ...tools,
  });
  const clock = shiftedClock();
  const storage = memoryStorage({ clock });
  const settings = { recoverEveryMs: 20, ...options.settings };
  const remit = createRemit({ storage, executor, catalogue, clock, ...options, settings });
  const troubles: unknown[] = [];
  remit.events.on('trouble', (trouble) => troubles.push(trouble));
  await remit.start();
  return {
    up,
    backup,
    executor,
    clock,
    storage,
    remit,
    troubles,
    async submit(ticketId, change = {}, actor = monitoring) {
      await remit.submitTicket(actor, {
        ticketId,
        description: 'service web not responding',
        category: 'server',
        optedIn: true,
        ...change,
      });
    },
    rest: (ticketId) => remit.whenAtRest(operator, ticketId, 5_000),
  };
}

/** Lets earlier incidents of one kind happen: the first fixed by a person, the others approved, all praised by different people. */
export async function history({ remit, up, clock, submit, rest }: World, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const ticketId = `OLD-${n}`;
    up['web'] = false;
    await submit(ticketId);
    const { ticket, remediation } = await rest(ticketId);
    if (ticket.status === 'awaiting_approval' && remediation?.approval) {
      const { approvalId, bindingHash } = remediation.approval;
      const who = person(n % 2 === 0 ? 'gil' : 'hana', ['tickets:read', 'remediation:approve']);
      await remit.answerApproval(who, ticketId, { approve: true, approvalId, bindingHash });
      await rest(ticketId);
    } else if (ticket.status === 'needs_human') {
      up['web'] = true;
      const actions = [{ action: 'restart_service', arguments: { service: 'web' } }];
      await remit.resolveTicket(person('ana'), ticketId, { text: 'restarted it', actions });
    }
    await remit.recordFeedback(person(`voter-${n % 6}`), { ticketId, feedbackType: 'positive', rating: 5 });
    clock.advance(25 * 3_600_000);
  }
}
