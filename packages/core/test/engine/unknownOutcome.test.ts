import { describe, expect, it } from 'vitest';
import { type Fleet, fleet } from './fleet.js';
import { type Behaviour, plan } from './fleetCatalogue.js';
import { operator } from './world.js';

/** A run whose first call goes wrong in this way; the reads of the targets fail from then on if `blind`. */
async function lost(action: string, behaviour: Behaviour, blind = false): Promise<Fleet> {
  const f = await fleet({ plan: plan(`${action} web`) });
  let first = true;
  f.behave = () => {
    const now = first ? behaviour : 'works';
    first = false;
    return now;
  };
  f.before = (tool) => {
    if (blind && !first && tool === 'ops/status') throw new Error('no route to host');
  };
  await f.submit('T');
  await f.settle();
  await f.later(500);
  return f;
}

describe('a call whose outcome is unknown', () => {
  it('goes on when a later read shows that it happened', async () => {
    const f = await lost('restart', 'lost_after');
    expect(await f.end('T')).toBe('succeeded/validated');
    expect(f.executor.sent.length).toBe(1);
  });

  it('is sent again under the same key where the tool dedupes and it did not happen', async () => {
    const f = await lost('enable', 'lost_before');
    expect(await f.end('T')).toBe('succeeded/validated');
    expect(new Set(f.executor.sent.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    expect(f.executor.sent.length).toBe(2);
    expect(f.effects.length).toBe(1);
  });

  it('is never sent again where the tool does not dedupe: a person is asked, and the target stays locked', async () => {
    const f = await lost('restart', 'lost_before');
    expect((await f.view('T')).remediation?.state).toBe('needs_reconciliation');
    expect(f.executor.sent.length).toBe(1);
    expect((await f.storage.locks.take('acme', 'probe', ['global/service:web'])).kind).toBe('held');
  });

  it.each(['restart', 'enable'])('is left to a person when the read fails, although %s may dedupe', async (action) => {
    const f = await lost(action, 'lost_before', true);
    expect((await f.view('T')).remediation?.state).toBe('needs_reconciliation');
    const reconciled = (await f.remit.logOf(operator, 'T')).filter(({ event }) => event.type === 'reconciled');
    expect(reconciled.map(({ event }) => event.type === 'reconciled' && event.answer)).toEqual(['cannot_tell']);
    expect(f.executor.sent.length).toBe(1);
  });

  it('is not looked at before its timeout is over', async () => {
    const f = await fleet({ plan: plan('restart web') });
    f.behave = () => 'lost_after';
    await f.submit('T');
    await f.settle();
    await f.later(499);
    const types = async () => (await f.remit.logOf(operator, 'T')).map(({ event }) => event.type);
    expect(await types()).not.toContain('reconciled');
    await f.later(1);
    expect(await types()).toContain('reconciled');
  });
});

describe('where code and specification differ', () => {
  // Section 7: a no inside a running plan ends rolled back or in `needs_reconciliation`, not in `failed`.
  it('a stop after a step that cannot be undone is parked', async () => {
    const f = await fleet({ plan: plan('restart web', 'restart api') });
    f.before = (tool) => {
      if (tool === 'ops/restart') Object.assign(f.services['api'] ?? {}, { disk: 'full' });
    };
    await f.submit('T');
    await f.settle();
    expect((await f.view('T')).remediation?.state).toBe('needs_reconciliation');
  });

  // Property 11, word for word: the first write on api is step 1, and api shows no fault by then.
  it('the first write on a second target meets the fault there', async () => {
    const f = await fleet({ plan: plan('enable web', 'enable api') });
    f.before = (tool, service) => {
      if (tool === 'ops/enable' && service === 'web') Object.assign(f.services['api'] ?? {}, { up: true });
    };
    await f.submit('T');
    await f.settle();
    expect(f.effects.filter(({ service, wasUp }) => service === 'api' && wasUp)).toEqual([]);
  });

  // Section 7: a run that was refused before its first write has executed nothing that a pattern could learn from.
  it('a plan that only looked before it was refused teaches nothing', async () => {
    const f = await fleet({ plan: plan('inspect web', 'restart web') });
    const before = await f.storage.patterns.tally('acme', 'known', 'restart');
    let looked = false;
    f.before = () => {
      if (!looked) Object.assign(f.services['web'] ?? {}, { disk: 'full' });
      looked = true;
    };
    await f.submit('T');
    await f.settle();
    expect(f.effects).toEqual([]);
    expect(await f.storage.patterns.tally('acme', 'known', 'restart')).toEqual(before);
  });
});
