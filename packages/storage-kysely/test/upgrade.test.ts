import { SQLITE, sqliteStorage } from '@remit/adapter-sqlite';
import type { CountedFact } from '@remit/core';
import { tallyOf } from '@remit/core/adapter';
import { Kysely, SqliteDialect } from 'kysely';
import Database from 'libsql';
import { expect, it } from 'vitest';
import { outcomeOf, voteOf } from '../../conformance/src/storage/samples.js';
import { factColumns } from '../src/factRows.js';
import { MIGRATIONS, migrate, type Schema } from '../src/index.js';

const DAY = 86_400_000;

/** A year of facts as an earlier version left them. */
function earlierFacts(): readonly CountedFact[] {
  return Array.from({ length: 300 }, (_, n): CountedFact => {
    const about = { ticketId: `T-${n % 90}`, atMs: n * DAY, actionType: n % 5 === 0 ? 'clear' : 'restart' };
    const who = { ...about, principal: `person-${n % 7}`, patternId: `pattern-${n % 3}` };
    const counted = n % 4 !== 0;
    if (n % 3 === 0) {
      const verdict = (['positive', 'neutral', 'negative'] as const)[n % 7 === 0 ? 2 : n % 2] ?? 'positive';
      return { ...voteOf({ ...who, verdict }), counted };
    }
    const succeeded = n % 11 !== 0;
    const how = { executed: n % 6 !== 0, succeeded, resolved: succeeded, via: n % 2 ? 'auto' : 'approval' } as const;
    return { ...outcomeOf({ ...who, ...how, remediationId: `r-${n}`, confidence: (n % 10) / 10 }), counted };
  });
}

it('a store of an earlier version gets its tallies from the facts that are there', async () => {
  const database = new Database(':memory:');
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database }) });
  await migrate(db, SQLITE, { migrations: MIGRATIONS.filter(({ version }) => version <= 4) });
  const facts = earlierFacts();
  for (const fact of facts) {
    await db
      .insertInto('pattern_facts')
      .values(factColumns('acme', fact, fact.patternId))
      .execute();
  }
  const storage = await sqliteStorage({ database });
  for (const patternId of ['pattern-0', 'pattern-1', 'pattern-2', 'pattern-3']) {
    for (const actionType of ['clear', 'restart']) {
      const own = facts.filter((fact) => fact.patternId === patternId && fact.actionType === actionType);
      const { meanConfidence, meanSimilarity, ...counts } = tallyOf(own);
      expect(await storage.patterns.tally('acme', patternId, actionType)).toEqual({
        ...counts,
        meanConfidence: expect.closeTo(meanConfidence, 9),
        meanSimilarity: expect.closeTo(meanSimilarity, 9),
      });
    }
  }
  // And it goes on from there.
  const more = outcomeOf({ patternId: 'pattern-1', actionType: 'restart', ticketId: 'new', atMs: 400 * DAY });
  await storage.patterns.learn('acme', [more]);
  const stored = await storage.patterns.facts('acme', 'pattern-1', 'restart');
  expect((await storage.patterns.tally('acme', 'pattern-1', 'restart')).executed).toBe(tallyOf(stored).executed);
});
