import { describe, expect, it } from 'vitest';
import { type Fleet, fleet, HOUR } from './fleet.js';
import { fleetCatalogue, plan } from './fleetCatalogue.js';
import { answerNow, called } from './parkedFleet.js';

/* A run whose first write met an open window, and that goes on when the window may be over. */

const MINUTE = 60_000;
/** The clock starts at 9:00 UTC. */
const MORNING = { maintenanceWindows: [{ zone: 'UTC', days: ['mon'], from: '09:00', to: '10:00' } as const] };
/** Without snapshots: after a lost reply there is none of our own last step, and a missing one is a no. */
const actions = fleetCatalogue.actions.map(({ snapshot: _, ...entry }) => entry);

/** The first of two calls is lost, and the run is parked within the window. */
async function parked(): Promise<Fleet> {
  const f = await fleet({
    plan: plan('restart web', 'restart api'),
    policy: MORNING,
    catalogue: { actions, runbooks: [] },
  });
  let first = true;
  f.behave = () => {
    const now = first ? 'lost_before' : 'works';
    first = false;
    return now;
  };
  await f.submit('T');
  await f.settle();
  await f.later(500);
  expect((await f.view('T')).remediation?.state).toBe('needs_reconciliation');
  return f;
}

/** It did happen after all; a read will show it. */
const landed = (f: Fleet): void => void Object.assign(f.services['web'] ?? {}, { up: true });

describe('a parked run that a read lets go on', () => {
  it('goes on while the window is open', async () => {
    const f = await parked();
    landed(f);
    await f.later(MINUTE);
    expect(await f.end('T')).toBe('succeeded/validated');
    expect(called(f)).toEqual(['ops/restart web', 'ops/restart api']);
  });

  it('sends nothing once the window is closed: it stays with a person', async () => {
    const f = await parked();
    f.clock.advance(2 * HOUR);
    landed(f);
    await f.settle();
    expect(called(f)).toEqual(['ops/restart web']);
    expect(await f.end('T')).toBe('needs_reconciliation/maintenance_window');
  });

  it('sends nothing in a freeze that was ordered meanwhile', async () => {
    const f = await parked();
    const nowMs = f.clock.now();
    await f.policy({ freezePeriods: [{ fromMs: nowMs, toMs: nowMs + HOUR, reason: 'quarter end' }] });
    landed(f);
    await f.later(MINUTE);
    expect(called(f)).toEqual(['ops/restart web']);
    expect(await f.end('T')).toBe('needs_reconciliation/freeze_period');
  });
});

describe('a run that cannot go on because of the time', () => {
  it('takes nothing back by itself either: what stands is left to a person', async () => {
    const steps = plan('enable web', 'restart api', 'restart db');
    const f = await fleet({ plan: steps, policy: MORNING, catalogue: { actions, runbooks: [] } });
    f.behave = (tool) => (tool === 'ops/restart' ? 'lost_before' : 'works');
    await f.submit('T');
    await f.settle();
    await f.later(500);
    f.clock.advance(2 * HOUR);
    Object.assign(f.services['api'] ?? {}, { up: true });
    await f.settle();
    expect(called(f)).toEqual(['ops/enable web', 'ops/restart api']);
    expect(await f.end('T')).toBe('needs_reconciliation/maintenance_window');
  });
});

describe('a parked run that a person lets go on', () => {
  it.each(['happened', 'send_again'] as const)('sends nothing on `%s` once the window is closed', async (answer) => {
    const f = await parked();
    f.clock.advance(2 * HOUR);
    await answerNow(f, answer);
    expect(called(f)).toEqual(['ops/restart web']);
    expect(await f.end('T')).toBe('needs_reconciliation/maintenance_window');
  });
});

it('asks again however soon it goes on: a freeze may have been ordered because it was parked', async () => {
  const f = await parked();
  const nowMs = f.clock.now();
  await f.policy({ freezePeriods: [{ fromMs: nowMs, toMs: nowMs + HOUR, reason: 'we look into it' }] });
  await answerNow(f, 'happened');
  expect(called(f)).toEqual(['ops/restart web']);
  expect(await f.end('T')).toBe('needs_reconciliation/freeze_period');
});

describe('a run whose worker was away', () => {
  it('does not go on with its second write when the room that the first one found is used up', async () => {
    const f = await fleet({ plan: plan('enable web', 'enable api'), policy: MORNING });
    // The first worker dies with the first call done and settled, and nobody comes for two hours.
    f.before = (tool, service) => {
      if (tool === 'ops/status' && service === 'api' && f.effects.length === 1) f.clock.advance(2 * HOUR);
    };
    await f.submit('T');
    await f.settle();
    expect(called(f).filter((call) => call.startsWith('ops/enable'))).toEqual(['ops/enable web']);
    expect((await f.view('T')).ticket.status).toBe('needs_human');
  });
});
