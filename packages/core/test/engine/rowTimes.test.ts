import { expect, it } from 'vitest';
import { type Fleet, fleet, PATTERN } from './fleet.js';
import { operator } from './world.js';

/* When rows say that something happened: at the store's time, asked for or stamped. */

const CALL_MS = 10_000;

/** A run whose only call takes its time. */
async function slow(behaviour: 'works' | 'refuses'): Promise<Fleet> {
  const f = await fleet();
  f.behave = () => behaviour;
  f.before = (tool) => {
    if (tool === 'ops/restart') f.clock.advance(CALL_MS);
  };
  await f.submit('T');
  await f.settle();
  return f;
}

const rowsOf = (f: Fleet) => f.remit.logOf(operator, 'T');

it('a call is intended before it takes its time, and settled after', async () => {
  const f = await slow('works');
  const at = new Map((await rowsOf(f)).map(({ event, atMs }) => [event.type, atMs]));
  expect(at.get('action_settled')).toBe(f.clock.now());
  expect(at.get('action_intended')).toBe(f.clock.now() - CALL_MS);
});

it('an end, and what it teaches, are of the moment at which it came', async () => {
  const f = await slow('refuses');
  const last = (await rowsOf(f)).at(-1);
  expect(last).toMatchObject({ event: { type: 'failed' }, atMs: f.clock.now() });
  const facts = await f.storage.patterns.facts('acme', PATTERN, 'restart');
  expect(facts.filter(({ ticketId }) => ticketId === 'T').map(({ atMs }) => atMs)).toEqual([f.clock.now()]);
});
