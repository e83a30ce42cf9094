import { afterEach, describe, expect, it, vi } from 'vitest';
import { lookAfter, type Signs } from '../../src/engine/health.js';
import { watchAnalyst } from '../../src/engine/watchAnalyst.js';
import type { DueWork } from '../../src/ports/storage.js';

const NOTHING: DueWork = { tickets: [], remediations: [], next: null };
const work = (ticketId: string): DueWork => ({ ...NOTHING, tickets: [{ tenant: 'acme', ticketId }] });

/** A look at signs of which some are changed; how often the store was asked is counted. */
function looking(signs: Partial<Signs> & { due?: () => Promise<DueWork> } = {}) {
  let asked = 0;
  const { due = async () => NOTHING, ...rest } = signs;
  const storage = {
    due: async () => {
      asked += 1;
      return due();
    },
  };
  const analyst = () => ({ failuresInARow: 0, wasAsked: true });
  return { health: lookAfter({ storage, isRunning: () => true, analyst, ...rest }), asked: () => asked };
}

const statesOf = async (health: ReturnType<typeof lookAfter>) => {
  const { status, store, queue, analyst } = await health();
  return [status, store.state, queue.state, analyst.state].join(' ');
};

afterEach(() => void vi.useRealTimers());

describe('the health of a Remit', () => {
  it.each([
    ['all well', {}, 'ok ok working ok'],
    ['not started, or closed', { isRunning: () => false }, 'degraded ok stopped ok'],
    ['two failures', { analyst: () => ({ failuresInARow: 2, wasAsked: true }) }, 'ok ok working ok'],
    ['three failures', { analyst: () => ({ failuresInARow: 3, wasAsked: true }) }, 'degraded ok working failing'],
    ['never asked', { analyst: () => ({ failuresInARow: 0, wasAsked: false }) }, 'ok ok working not_asked'],
    ['no store', { due: () => Promise.reject(new Error('gone')) }, 'down unreachable unknown ok'],
  ])('%s', async (_, signs, expected) => {
    expect(await statesOf(looking(signs).health)).toBe(expected);
  });

  it('comes in time from a store that gives no answer, and is not asked a second time meanwhile', async () => {
    vi.useFakeTimers();
    const { health, asked } = looking({ due: () => new Promise(() => {}) });
    const first = statesOf(health);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await first).toBe('down unreachable unknown ok');
    const second = statesOf(health);
    await vi.advanceTimersByTimeAsync(2_000);
    expect([await second, asked()]).toEqual(['down unreachable unknown ok', 1]);
  });

  it('asks the store once a second, however many want to know', async () => {
    vi.useFakeTimers();
    const { health, asked } = looking();
    await Promise.all(Array.from({ length: 100 }, () => health()));
    await health();
    expect(asked()).toBe(1);
    await vi.advanceTimersByTimeAsync(1_000);
    await health();
    expect(asked()).toBe(2);
  });

  it('is behind when the same work is there for a minute, not when it is always other work', async () => {
    vi.useFakeTimers();
    let n = 0;
    const stuck = looking({ due: async () => work('A') }).health;
    const busy = looking({ due: async () => work(`B-${n++}`) }).health;
    expect([await statesOf(stuck), await statesOf(busy)]).toEqual(['ok ok working ok', 'ok ok working ok']);
    for (let second = 0; second < 60; second += 10) {
      await vi.advanceTimersByTimeAsync(10_000);
      await Promise.all([stuck(), busy()]);
    }
    expect([await statesOf(stuck), await statesOf(busy)]).toEqual(['degraded ok behind ok', 'ok ok working ok']);
  });
});

describe('the record of an analyst', () => {
  const input = {} as Parameters<ReturnType<typeof watchAnalyst>['analyst']['analyze']>[0];
  const live = () => ({ signal: new AbortController().signal });

  it('counts failures until the next answer; no answer in time is a failure, and stays one', async () => {
    let answer = (): void => {};
    const answers: (() => Promise<never>)[] = [
      () => Promise.reject(new Error('no')),
      () => new Promise((resolve) => (answer = () => resolve(undefined as never))),
      () => Promise.resolve(undefined as never),
    ];
    const { analyst, record } = watchAnalyst({
      name: 'a',
      analyze: () => (answers.shift() ?? answers[0])?.() as never,
    });
    expect([analyst.name, record()]).toEqual(['a', { failuresInARow: 0, wasAsked: false }]);
    await expect(analyst.analyze(input, live())).rejects.toThrow('no');
    expect(record()).toEqual({ failuresInARow: 1, wasAsked: true });
    const late = new AbortController();
    const slow = analyst.analyze(input, late);
    late.abort();
    expect(record().failuresInARow).toBe(2);
    answer();
    await slow;
    expect(record().failuresInARow).toBe(2);
    await analyst.analyze(input, live());
    expect(record().failuresInARow).toBe(0);
  });
});
