import { describe, expect, it } from 'vitest';
import { type Fleet, fleet } from '../engine/fleet.js';
import { plan, SERVICES } from '../engine/fleetCatalogue.js';
import { operator } from '../engine/world.js';

/*
 * A storm of tickets of one pattern within minutes: as many writes as the limits allow, and no more work than that.
 */

const TICKETS = 10_000;
const ON_MANY = 1_000;
const IN_ONE_TURN = 100;

/** Hands in so many tickets; each is decided and run as far as it gets. All of them within five minutes. */
async function storm(f: Fleet, count: number, serviceOf: (n: number) => string): Promise<void> {
  f.sayFor = ({ ticketId }) => ({ plan: plan(`restart ${serviceOf(Number(ticketId.slice(1)))}`), confidence: 0.97 });
  for (let n = 0; n < count; n += 1) {
    const targets = [`service:${serviceOf(n)}`];
    await f.submit(`S${n}`, { targets });
    if (n % IN_ONE_TURN !== IN_ONE_TURN - 1) continue;
    while (f.queue.pending.length > 0) await f.queue.take();
    f.clock.advance((IN_ONE_TURN / TICKETS) * 5 * 60_000);
  }
  while (f.queue.pending.length > 0) await f.queue.take();
}

async function statuses(f: Fleet): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof f.remit.tickets>> = await f.remit.tickets(operator, { limit: 200, cursor });
    for (const { status } of page.items) counts.set(status, (counts.get(status) ?? 0) + 1);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return counts;
}

describe(`${TICKETS} tickets of one pattern`, () => {
  it('on one target collapse: one write, and what is waiting is woken once', async () => {
    const f = await fleet();
    await storm(f, TICKETS, () => 'web');
    expect(f.effects.length).toBe(1);
    const counts = await statuses(f);
    expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(TICKETS);
    // Nobody is left in the middle of something.
    expect([...counts.keys()].filter((status) => ['received', 'analyzing', 'remediating'].includes(status))).toEqual(
      [],
    );
    const tally = await f.storage.patterns.tally('acme', 'known', 'restart');
    // One occurrence, one outcome, for all of them: a storm teaches no more than one ticket.
    expect(tally.occurrences).toBeLessThanOrEqual(26);
    expect(tally.executed).toBeLessThanOrEqual(26);
    // What it costs to keep is the same for each: no row for every other ticket of the storm.
    for (const n of [1, TICKETS / 2, TICKETS - 1]) {
      expect((await f.remit.logOf(operator, `S${n}`)).length).toBeLessThan(12);
    }
  });

  it('on twelve targets are a storm: no more writes than went before it was one', async () => {
    const f = await fleet();
    for (const name of SERVICES) Object.assign(f.services[name] ?? {}, { up: false });
    await storm(f, ON_MANY, (n) => SERVICES[n % SERVICES.length] ?? 'web');
    expect(f.effects.length).toBeLessThan(5);
    const counts = await statuses(f);
    expect((counts.get('needs_human') ?? 0) + (counts.get('resolved') ?? 0) + (counts.get('deferred') ?? 0)).toBe(
      ON_MANY,
    );
  });
});
