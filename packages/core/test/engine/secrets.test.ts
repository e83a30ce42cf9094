import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { CatalogueEntry } from '../../src/domain/action.js';
import type { Json } from '../../src/domain/canonical.js';
import type { RemitOptions } from '../../src/engine/createRemit.js';
import type { CallRequest, Executor } from '../../src/ports/executor.js';
import { recordingExecutor } from '../../src/testing/index.js';
import { approved, CertainScorer } from './certain.js';
import { catalogue, history, operator, restart, type World, world } from './world.js';

const SECRET = 'hunter2/+"long"';
const SPELLED = [SECRET, JSON.stringify(SECRET).slice(1, -1), encodeURIComponent(SECRET), btoa(SECRET)];

const login: CatalogueEntry = {
  ...restart,
  arguments: z.strictObject({ service: z.string(), login: z.strictObject({ password: z.unknown() }).optional() }),
  secretArguments: ['/login/password'],
  allowedSecrets: ['web-login'],
};
const withSecret = {
  actions: [login],
  runbooks: [
    {
      ...catalogue.runbooks[0],
      steps: [
        {
          action: 'restart_service',
          arguments: { service: '$target', login: { password: { secretRef: 'web-login' } } },
        },
      ],
    },
  ],
} as RemitOptions['catalogue'];

const open: World[] = [];
afterEach(() => Promise.all(open.splice(0).map(({ remit }) => remit.close())));

type Call = Executor['call'];

/** A world whose restart is carried out by `call`; everything that leaves Remit is kept. */
async function secretive(call: Call, told: unknown[], asked: string[] = []): Promise<World> {
  const up: Record<string, boolean> = {};
  const lab = recordingExecutor({
    'ops/status': { readOnly: true, run: (args) => ({ up: up[String(args['service'])] ?? false }) },
    'ops/restart': { run: () => ({}) },
  });
  const executor = { ...lab, call };
  const resolveSecret = async (name: string) => {
    asked.push(name);
    return SECRET;
  };
  const w = await world({ executor, catalogue: withSecret, hooks: { resolveSecret }, scorer: new CertainScorer() });
  open.push(w);
  for (const name of ['action_progress', 'remediation_event', 'trouble'] as const) {
    w.remit.events.on(name, (...given: unknown[]) => told.push(...given));
  }
  return w;
}

const everythingOf = async (w: World, told: readonly unknown[]): Promise<string> =>
  JSON.stringify([await w.remit.logOf(operator, 'T'), await w.remit.ticket(operator, 'T'), told]);

const logged = async (w: World, type: string): Promise<Json[]> =>
  (await w.remit.logOf(operator, 'T'))
    .map(({ event }) => event as unknown as { type: string } & Json)
    .filter((event) => (event as unknown as { type: string }).type === type);

describe('a secret', () => {
  it('goes out at its declared place, and nothing that comes back brings it into log or events', async () => {
    const told: unknown[] = [];
    const sent: Json[] = [];
    const call: Call = async (request) => {
      const revealed = await request.reveal();
      sent.push(revealed.arguments);
      request.onProgress?.({ progress: 1, total: null, message: `using ${SECRET}` });
      const echo = { [`key ${SECRET}`]: SPELLED.map((spelling) => `echo ${spelling}`), note: 'kept' };
      return { outcome: 'committed', detail: `done with ${SECRET}`, result: echo };
    };
    const asked: string[] = [];
    const w = await secretive(call, told, asked);
    await approved(w);
    expect(asked).toEqual(['web-login']);
    expect(sent).toEqual([{ service: 'web', login: { password: SECRET } }]);
    const all = await everythingOf(w, told);
    for (const spelling of SPELLED) expect(all).not.toContain(JSON.stringify(spelling).slice(1, -1));
    expect(all).toContain('web-login');
    expect(all).toContain('using [secret]');
    expect((await logged(w, 'action_settled'))[0]).toMatchObject({
      detail: 'done with [secret]',
      result: { 'key [secret]': SPELLED.map(() => 'echo [secret]'), note: 'kept' },
    });
  });

  it('stays out of what an executor throws and of an answer that comes late', async () => {
    const told: unknown[] = [];
    let late: CallRequest['onLateReply'];
    const call: Call = async (request) => {
      await request.reveal();
      late = request.onLateReply;
      throw new Error(`lost while sending ${SECRET}`);
    };
    const w = await secretive(call, told);
    await approved(w);
    late?.({ outcome: 'committed', detail: `late, with ${SECRET}`, result: { echo: SECRET } });
    while ((await logged(w, 'late_reply')).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const all = await everythingOf(w, told);
    expect(all).not.toContain('hunter2');
    expect(all).toContain('late, with [secret]');
    expect(all).toContain('lost while sending [secret]');
  });

  it('without a value sends nothing', async () => {
    const call: Call = async (request) => {
      try {
        await request.reveal();
        return { outcome: 'committed', detail: 'sent', result: null };
      } catch (error) {
        return { outcome: 'failed', detail: `not sent: ${String(error)}`, result: null };
      }
    };
    const w = await world({
      executor: {
        ...recordingExecutor({
          'ops/status': { readOnly: true, run: () => ({ up: false }) },
          'ops/restart': { run: () => ({}) },
        }),
        call,
      },
      catalogue: withSecret,
      hooks: { resolveSecret: async () => '' },
      scorer: new CertainScorer(),
    });
    open.push(w);
    await approved(w);
    expect((await logged(w, 'action_settled'))[0]).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining('no value'),
    });
  });
});

describe('an answer nested without end', () => {
  const deep = (): Json => {
    let value: Json = 'end';
    for (let n = 0; n < 100_000; n += 1) value = [value];
    return value;
  };

  it('of a call is left out, and the call settled', async () => {
    const call: Call = async () => ({ outcome: 'committed', detail: 'done.', result: deep() });
    const w = await secretive(call, []);
    await approved(w);
    expect((await logged(w, 'action_settled'))[0]).toMatchObject({
      outcome: 'committed',
      result: null,
      detail: expect.stringContaining('nested more than 64 deep'),
    });
  });

  it('of a read is a read that failed', async () => {
    const w = await world({}, { 'ops/status': { readOnly: true, run: deep } });
    open.push(w);
    await history(w, 0);
    await w.submit('T', { targets: ['service:web'] });
    const { remediation, ticket } = await w.rest('T');
    expect(w.executor.sent).toEqual([]);
    expect(remediation?.state ?? ticket.status).toMatch(/manual|awaiting_approval|suggested|needs_human/);
  });
});
