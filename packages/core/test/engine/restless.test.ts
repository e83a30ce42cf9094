import { describe, expect, it, vi } from 'vitest';
import { OTHER_TARGETS_READ } from '../../src/domain/policy.js';
import { longestOpening } from '../../src/domain/window.js';
import type { Storage } from '../../src/ports/storage.js';
import { type Fleet, fleet, HOUR } from './fleet.js';
import { fleetCatalogue, plan, restart } from './fleetCatalogue.js';
import { called, eventsOf, eventsOfType } from './parkedFleet.js';
import { operator } from './world.js';

/* What does not hold still, never ends, or breaks off again and again. */

describe('a ticket whose analysis breaks off', () => {
  const broken = (shared: Storage): Storage => ({
    ...shared,
    patterns: { ...shared.patterns, textsOf: () => Promise.reject(new Error('a damaged row')) },
  });

  it('is tried five times, then left to a person with the reason', async () => {
    const f = await fleet({ storage: broken });
    await f.submit('T');
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect((await f.view('T')).remediation).toBeNull();
      await f.queue.deliver({ kind: 'ticket', tenant: 'acme', id: 'T' });
    }
    await f.settle();
    const { ticket, remediation } = await f.view('T');
    expect([ticket.status, remediation?.state]).toEqual(['needs_human', 'manual']);
    expect(ticket.assessment?.analysis.summary).toMatch(/broke off 5 times/);
    expect(f.executor.sent).toEqual([]);
  });

  it('keeps its claim while a slow analyst thinks, and nobody else takes it up', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const f = await fleet();
      const other = await f.engine();
      let asked = 0;
      f.sayFor = () => {
        asked += 1;
        return f.said;
      };
      const slow = f.storage.patterns.textsOf;
      await f.submit('T');
      let thinking = true;
      Object.assign(f.storage.patterns, {
        textsOf: async (...args: Parameters<typeof slow>) => {
          for (let tick = 0; thinking && tick < 6; tick += 1) {
            f.clock.advance(10_000);
            await vi.advanceTimersByTimeAsync(10_000);
            await other.queue.deliver({ kind: 'ticket', tenant: 'acme', id: 'T' });
          }
          thinking = false;
          return slow(...args);
        },
      });
      await f.settle();
      expect(asked).toBe(1);
      expect((await f.view('T')).ticket.status).toBe('resolved');
    } finally {
      vi.useRealTimers();
    }
  });

  it('reads no more other targets than it can bear: then none is the only one', async () => {
    const allowedTargets = Array.from({ length: OTHER_TARGETS_READ + 2 }, (_, n) => `service:s${n}`);
    const many = { ...restart, allowedTargets: [...allowedTargets, 'service:web'] };
    const f = await fleet({ catalogue: { actions: [many], runbooks: [] }, proven: ['restart'] });
    const read: string[] = [];
    f.before = (_, service) => void read.push(service);
    await f.submit('T', { targets: [] });
    await f.decide();
    expect((await f.view('T')).ticket.assessment?.decision).toMatchObject({
      route: 'approval',
      reason: 'target_untrusted',
    });
    expect(new Set(read)).toEqual(new Set(['web']));
  });
});

describe('an opt-in that is lost between the last look and the decision', () => {
  it('has the ticket decided anew', async () => {
    let there: Fleet | null = null;
    const late = (shared: Storage): Storage => ({
      ...shared,
      remediations: {
        ...shared.remediations,
        async open(opening) {
          if (opening.optedIn) await there?.storage.tickets.setOptIn('acme', 'T', { optedIn: false, by: 'ana' });
          return shared.remediations.open(opening);
        },
      },
    });
    const f = await fleet({ storage: late });
    there = f;
    await f.submit('T');
    await f.settle();
    expect((await f.view('T')).ticket.status).toBe('suggested');
    expect(await f.end('T')).toBe('suggested/opt_in_missing');
    expect((await eventsOf(f)).map(({ type }) => type)).toEqual(['proposed', 'suggested']);
    expect(f.executor.sent).toEqual([]);
  });
});

describe('a run that is put off', () => {
  it('waits ever longer for a lock, and gets it', async () => {
    const f = await fleet();
    await f.storage.locks.take('acme', 'other', ['global/service:web']);
    await f.submit('T');
    await f.settle();
    for (let hour = 0; hour < 24 * 60; hour += 1) await f.later(60_000);
    const waits = await eventsOfType(f, 'deferred');
    // Half a minute, then twice as long each time, an hour at most: some thirty rows in a day, not 2,880.
    expect(waits.length).toBeLessThan(35);
    expect(waits.length).toBeGreaterThan(25);
    await f.storage.locks.release('acme', 'other');
    await f.later(HOUR);
    expect(await f.end('T')).toBe('succeeded/validated');
  });

  it('waits when the host guard fails, tells it, and writes little', async () => {
    let fails = true;
    const guard = {
      clear: () => (fails ? Promise.reject(new Error('no route to the rules')) : Promise.resolve(YES)),
    };
    const f = await fleet({ options: { guard } });
    await f.submit('T');
    await f.settle();
    expect(await f.end('T')).toBe('deferred/host_guard');
    expect(f.troubles.map(({ error }) => String(error))).toContain('Error: no route to the rules');
    for (let minute = 0; minute < 120; minute += 1) await f.later(60_000);
    expect((await eventsOf(f)).length).toBeLessThan(30);
    expect(f.executor.sent).toEqual([]);
    fails = false;
    await f.later(HOUR);
    expect(await f.end('T')).toBe('succeeded/validated');
  });

  it('takes back what it did when the host guard fails in the middle', async () => {
    let asked = 0;
    const guard = {
      clear: () => {
        asked += 1;
        return asked === 2 ? Promise.reject(new Error('gone')) : Promise.resolve(YES);
      },
    };
    const f = await fleet({ plan: plan('enable web', 'enable api'), options: { guard } });
    await f.submit('T');
    await f.settle();
    expect(await f.end('T')).toBe('rolled_back/host_guard');
  });

  it('is blocked, not put off, where no maintenance window is ever long enough', async () => {
    const short = { zone: 'UTC', days: ['sat'], from: '01:00', to: '01:01' } as const;
    const long = { ...restart, timeoutMs: 120_000 };
    const f = await fleet({
      catalogue: { actions: [long], runbooks: [] },
      proven: ['restart'],
      policy: { maintenanceWindows: [short] },
    });
    await f.submit('T');
    await f.settle();
    expect(await f.end('T')).toBe('manual/maintenance_window');
    const ended = (await eventsOf(f)).at(-1);
    expect(ended && 'verdicts' in ended && ended.verdicts?.at(-1)?.because).toMatch(
      /may take 4 min; the longest maintenance window is open for 1 min/,
    );
  });

  it('joins windows that touch', () => {
    const window = { zone: 'UTC', days: ['sat'], from: '01:00', to: '02:00' } as const;
    expect(longestOpening([window], 0)).toBe(HOUR);
    expect(longestOpening([window, { ...window, from: '02:00', to: '03:30' }], 0)).toBe(2.5 * HOUR);
    expect(longestOpening([], 0)).toBe(0);
  });
});

const YES = { kind: 'cleared', clearance: null as never, verdicts: [] } as const;

describe('a step that was never sent', () => {
  it('teaches nothing', async () => {
    const f = await fleet({
      executor: (own) => ({
        ...own,
        call: async () => ({
          outcome: 'failed',
          detail: 'not sent: the server is down',
          result: null,
          neverSent: true,
        }),
      }),
    });
    const before = await f.storage.patterns.tally('acme', 'known', 'restart');
    await f.submit('T');
    await f.settle();
    expect(await f.end('T')).toBe('failed/action_failed');
    expect(await f.storage.patterns.tally('acme', 'known', 'restart')).toEqual(before);
  });

  it('does teach where the tool was asked and refused', async () => {
    const f = await fleet();
    f.behave = () => 'refuses';
    const before = await f.storage.patterns.tally('acme', 'known', 'restart');
    await f.submit('T');
    await f.settle();
    expect((await f.storage.patterns.tally('acme', 'known', 'restart')).failures).toBe(before.failures + 1);
  });

  it('teaches nothing about the steps after it', async () => {
    const f = await fleet({ plan: plan('enable web', 'restart api') });
    f.behave = (tool) => (tool === 'ops/enable' ? 'refuses' : 'works');
    const before = await f.storage.patterns.tally('acme', 'known', 'restart');
    await f.submit('T');
    await f.settle();
    expect(called(f)).toEqual(['ops/enable web']);
    expect(await f.storage.patterns.tally('acme', 'known', 'restart')).toEqual(before);
    expect((await f.storage.patterns.tally('acme', 'known', 'enable')).failures).toBe(1);
  });
});

describe('steps that only look', () => {
  it('are no effect that stands: all that was done was taken back', async () => {
    const f = await fleet({ plan: plan('inspect web', 'enable web', 'inspect db') });
    f.behave = () => 'does_nothing';
    await f.submit('T');
    await f.settle();
    const last = (await eventsOf(f)).at(-1);
    expect(last).toMatchObject({ type: 'rolled_back', committed: [], undone: [1] });
  });
});

describe('validation', () => {
  it('goes by the clock of the host, not by how often it looked', async () => {
    const patient = { ...restart, validationWithinMs: 1_000 };
    const f = await fleet({ catalogue: { ...fleetCatalogue, actions: [patient] }, proven: ['restart'] });
    f.behave = () => 'does_nothing';
    let looks = 0;
    f.before = (tool) => {
      if (tool !== 'ops/status' || f.executor.sent.length === 0) return;
      looks += 1;
      f.clock.advance(400);
    };
    await f.submit('T');
    await f.settle();
    expect(await f.end('T')).toBe('failed/validation_failed');
    // At 0, 400 and 800 ms there was time left; at 1,200 ms there was none.
    expect(looks).toBeLessThanOrEqual(4);
    expect((await f.remit.logOf(operator, 'T')).at(-1)?.event.type).toBe('failed');
  });
});
