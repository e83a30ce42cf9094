import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { CatalogueEntry } from '../../src/domain/action.js';
import { type Fleet, fleet } from './fleet.js';
import { plan, restart } from './fleetCatalogue.js';

/** One call on a list of services. */
const restartAll: CatalogueEntry = {
  ...restart,
  name: 'restart_all',
  tool: 'ops/restart_all',
  arguments: z.strictObject({ services: z.array(z.string()) }),
  targets: [{ kind: 'service', argument: '/services' }],
};

async function listFleet(policy: { readonly requiresApproval: boolean }): Promise<Fleet> {
  const f = await fleet({
    catalogue: { actions: [restartAll], runbooks: [] },
    plan: { actions: [{ action: 'restart_all', arguments: { services: ['api', 'web'] } }] },
    proven: ['restart_all'],
    policy,
  });
  const tool = {
    run: (args: Readonly<Record<string, unknown>>) => {
      for (const name of args['services'] as string[]) Object.assign(f.services[name] ?? {}, { up: true });
      return {};
    },
  };
  f.executor.define({ 'ops/restart_all': tool });
  const olga = { id: 'olga', tenant: 'acme', scopes: ['policy:write'] };
  await f.remit.acceptTools(olga, { pins: (await f.remit.tools(olga)).pins });
  return f;
}

const submitted = async (f: Fleet): Promise<Fleet> => {
  await f.submit('T', { targets: ['service:api', 'service:web'] });
  await f.settle();
  return f;
};

describe('one action on several targets', () => {
  it('runs when every one of them shows the fault', async () => {
    const f = await submitted(await listFleet({ requiresApproval: false }));
    expect(await f.end('T')).toBe('succeeded/validated');
  });

  it.each(['api', 'web'])('is left to a person when %s is healthy', async (healthy) => {
    const f = await listFleet({ requiresApproval: false });
    Object.assign(f.services[healthy] ?? {}, { up: true });
    await submitted(f);
    expect(f.executor.sent).toEqual([]);
    expect(await f.end('T')).toBe('manual/symptom_absent');
  });

  it.each(['api', 'web'])('is decided anew when %s got well before it ran', async (healthy) => {
    const f = await listFleet({ requiresApproval: true });
    await submitted(f);
    await f.approve('T');
    Object.assign(f.services[healthy] ?? {}, { up: true });
    await f.settle();
    expect(f.executor.sent).toEqual([]);
    expect(await f.end('T')).toBe('manual/symptom_absent');
  });

  it('ends as recovered when all of them got well', async () => {
    const f = await listFleet({ requiresApproval: true });
    await submitted(f);
    await f.approve('T');
    for (const name of ['api', 'web']) Object.assign(f.services[name] ?? {}, { up: true });
    await f.settle();
    expect(await f.end('T')).toBe('recovered/symptom');
  });

  it.each(['api', 'web'])('does not run while a precheck of %s fails', async (bad) => {
    const f = await listFleet({ requiresApproval: false });
    Object.assign(f.services[bad] ?? {}, { disk: 'full' });
    await submitted(f);
    expect(f.executor.sent).toEqual([]);
    expect(await f.end('T')).toBe('manual/prechecks');
  });

  it.each(['api', 'web'])('does not run when %s moved since the approval', async (moved) => {
    const f = await listFleet({ requiresApproval: true });
    await submitted(f);
    await f.approve('T');
    Object.assign(f.services[moved] ?? {}, { load: 90 });
    await f.settle();
    expect(f.executor.sent).toEqual([]);
    expect((await f.view('T')).ticket.status).toBe('awaiting_approval');
  });

  it.each(['api', 'web'])('has not succeeded while %s is still broken', async (broken) => {
    const f = await listFleet({ requiresApproval: false });
    f.executor.define({
      'ops/restart_all': {
        run: () => {
          for (const name of ['api', 'web']) if (name !== broken) Object.assign(f.services[name] ?? {}, { up: true });
          return {};
        },
      },
    });
    await submitted(f);
    expect(f.executor.sent.length).toBe(1);
    expect(await f.end('T')).toBe('failed/validation_failed');
  });
});

describe('several actions on several targets', () => {
  const both = async (): Promise<Fleet> => {
    const f = await fleet({ plan: plan('restart web', 'restart api') });
    await f.submit('T');
    await f.decide();
    return f;
  };

  it('are decided anew, never called recovered, when only one of the targets got well', async () => {
    const f = await both();
    Object.assign(f.services['web'] ?? {}, { up: true });
    await f.settle();
    expect(f.executor.sent).toEqual([]);
    expect(await f.end('T')).toBe('manual/symptom_absent');
    expect((await f.view('T')).ticket.status).toBe('needs_human');
  });

  it('end as recovered when all of them got well', async () => {
    const f = await both();
    for (const name of ['api', 'web']) Object.assign(f.services[name] ?? {}, { up: true });
    await f.settle();
    expect(await f.end('T')).toBe('recovered/symptom');
  });
});
