import { describe, expect, it } from 'vitest';
import { HOUR } from './fleet.js';
import { firstRun, play, SCENARIOS, writes } from './guardScenarios.js';

describe('the guard, one protection at a time', () => {
  it.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))('stops at %s', async (_, scenario) => {
    const f = await play(scenario);
    const { writesBefore = 0, keeps, without, named = without[0], ends } = scenario;
    expect(writes(f)).toBe(writesBefore);
    const events = await firstRun(f);
    const refusal = events.findLast((event) => ['stopped', 'deferred', ...ENDS].includes(event.type));
    const stopping = events.find((event) => event.type === 'stopped' || event.type === 'deferred' || isNo(event));
    expect(refusal && 'reason' in refusal ? `${refusal.type}/${refusal.reason}` : null).toBe(ends);
    const verdicts = stopping && 'verdicts' in stopping ? (stopping.verdicts ?? []) : [];
    expect(verdicts.at(-1)).toMatchObject({ check: named, because: expect.stringMatching(/\.|:/) });
    expect(verdicts.at(-1)?.answer).not.toBe('yes');
    expect(verdicts.slice(0, -1).every(({ answer }) => answer === 'yes')).toBe(true);
    if (keeps !== 'locks' && keeps !== 'both') {
      const keys = ['web', 'api', 'db', 'mail'].map((name) => `global/service:${name}`);
      expect(await f.storage.locks.take('acme', 'probe', keys)).toEqual({ kind: 'taken' });
    }
    if (keeps !== 'slots' && keeps !== 'both') {
      const all = [{ scope: 'tenant', key: 'acme', amount: 10, limit: 10, windowMs: HOUR } as const];
      expect(await f.storage.slots.reserve('acme', 'probe', all)).toEqual({ kind: 'reserved' });
    }
  });
});

const ENDS = [
  'halted',
  'manual',
  'superseded',
  'recovered',
  'rolled_back',
  'failed',
  'needs_reconciliation',
  'withdrawn',
];

function isNo(event: { readonly type: string }): boolean {
  return ENDS.includes(event.type) && 'verdicts' in event;
}
