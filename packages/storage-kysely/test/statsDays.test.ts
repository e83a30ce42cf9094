import { sqliteStorage } from '@remit/adapter-sqlite';
import type { Storage, Ticket } from '@remit/core';
import { remediationOfDays } from '@remit/core/statistics';
import { movableClock } from '@remit/core/testing';
import { expect, it, vi } from 'vitest';
import { openDriver } from '../../adapter-sqlite/src/drivers.js';

const DAY = 86_400_000;
const TICKETS = 250;

function ticketOf(n: number): Ticket {
  return {
    tenant: 'acme',
    ticketId: `T-${n}`,
    title: null,
    description: 'web is down',
    category: 'server',
    optedIn: true,
    priority: null,
    requester: null,
    submitter: 'monitoring',
    targets: [],
    metadata: {},
  };
}

/** A day with more tickets than are read at once, and two days later. */
async function twoDaysLater() {
  const database = await openDriver(':memory:');
  const clock = movableClock();
  const storage = await sqliteStorage({ database, clock });
  for (let n = 0; n < TICKETS; n += 1) {
    clock.advance(1_000);
    await storage.tickets.submit(ticketOf(n), `${n}`);
  }
  clock.advance(2 * DAY);
  const kept = () =>
    database.prepare("select day_ms, figuring, revision from stats_days where figuring <> ''").all() as unknown[];
  return { database, storage, kept };
}

const optedIn = async ({ stats }: Storage) => remediationOfDays(await stats.work('acme', { sinceMs: 0 })).optedIn;

it('others get their turn while a day is summed up', async () => {
  const { storage, kept } = await twoDaysLater();
  const asked = vi.spyOn(globalThis, 'setTimeout');
  expect(await optedIn(storage)).toBe(TICKETS);
  expect(asked.mock.calls.length).toBeGreaterThanOrEqual(2);
  asked.mockRestore();
  expect(kept()).toHaveLength(1);
});

it('a day of which a ticket changes while it is summed up is not kept', async () => {
  const { storage, kept } = await twoDaysLater();
  const summed = optedIn(storage);
  // Its first tickets are read by now, and the last ones are not.
  await new Promise((go) => setImmediate(go));
  await new Promise((go) => setTimeout(go, 1));
  await storage.tickets.setOptIn('acme', 'T-0', { optedIn: false, by: 'bo' });
  await summed;
  expect(await optedIn(storage)).toBe(TICKETS - 1);
  expect(await optedIn(storage)).toBe(TICKETS - 1);
  expect(kept()).toHaveLength(1);
});

it('days that were summed up by other numbers are summed up anew', async () => {
  const { database, storage } = await twoDaysLater();
  expect(await optedIn(storage)).toBe(TICKETS);
  database.exec("update stats_days set work = '[]'");
  expect(await optedIn(storage)).toBe(0);
  database.exec("update stats_days set figuring = 'by other numbers'");
  expect(await optedIn(storage)).toBe(TICKETS);
});
