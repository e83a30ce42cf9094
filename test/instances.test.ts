import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { duplicatesIn, overlapsIn } from '../soak/judge.js';
import { faultsOf, runSoak, type SoakReport } from '../soak/runSoak.js';
import { testDatabase } from './postgres/database.js';

/* Several instances of one host, with people who approve, reject and vote meanwhile. `npm run soak` does it at length. */

const WITHIN_MS = 240_000;
const TICKETS = 60;
const database = await testDatabase();
const folder = mkdtempSync(join(tmpdir(), 'remit-instances-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HOW = { tickets: TICKETS, tenants: 2, sharedEvery: 0, allowedShare: 0.5, withinMs: WITHIN_MS };

function expectSound(report: SoakReport): void {
  expect(faultsOf(report)).toEqual({});
  // The limit let half of the tickets through, so it was the limit that stopped the others.
  expect(report.writes).toBe(TICKETS / 2);
  expect(report.byStatus['resolved']).toBe(TICKETS / 2);
  expect(report.atWork).toBeGreaterThan(1);
  expect(report.approved).toBeGreaterThan(0);
  expect(report.rejected).toBeGreaterThan(0);
  expect(report.votes).toBeGreaterThan(0);
}

describe('sixty tickets: each ends, none has two effects, limits and locks hold, the chains verify', () => {
  it(
    'over four instances on Postgres',
    async (context) => {
      if ('reason' in database) return context.skip(database.reason);
      expectSound(await runSoak({ ...HOW, place: database.url, instances: 4 }));
    },
    WITHIN_MS,
  );

  it(
    'over three instances on one SQLite file, with the same code of the host',
    async () => {
      expectSound(await runSoak({ ...HOW, place: `sqlite:${join(folder, 'remit.sqlite')}`, instances: 3 }));
    },
    WITHIN_MS,
  );
});

describe('whoever judges the effects', () => {
  const effect = { tool: 'restart', service: 'a', key: 'k', pid: 1 } as const;
  const begun = { ...effect, what: 'begun' } as const;
  const done = { ...effect, what: 'done' } as const;

  it('finds a second effect of one key', () => {
    expect(duplicatesIn([begun, done])).toBe(0);
    expect(duplicatesIn([begun, done, { ...begun, pid: 2 }, { ...done, pid: 2 }])).toBe(1);
  });

  it('finds two writes on one service at the same time', () => {
    const other = { key: 'l', pid: 2 };
    expect(overlapsIn([begun, done, { ...begun, ...other }, { ...done, ...other }])).toBe(0);
    expect(overlapsIn([begun, { ...begun, ...other }, done, { ...done, ...other }])).toBe(1);
    expect(overlapsIn([begun, { ...begun, ...other, service: 'b' }, done])).toBe(0);
  });
});
