import { SQLITE, sqliteStorage } from '@remit/adapter-sqlite';
import { SIMILARITY, signatureOf } from '@remit/core';
import { memoryStorage } from '@remit/core/testing';
import { Kysely, SqliteDialect, sql } from 'kysely';
import Database from 'libsql';
import { expect, it } from 'vitest';
import { BLOCK, entryOf, splitEntries } from '../src/exemplarEntries.js';
import { MIGRATIONS, migrate, type Schema } from '../src/index.js';

const NOUNS = 'mail disk printer relay queue proxy badge door lamp screen cable rack'.split(' ');

/** A text without values, so that it is as long masked as it is. */
const textAt = (n: number): string =>
  `${NOUNS[n % 12]} ${NOUNS[(n * 5 + 1) % 12]} ${'abcdefghij'[n % 10]}${'klmnopqrst'[Math.floor(n / 10) % 10]}${'uvwxyz'[Math.floor(n / 100) % 6]}zz stuck`;

it('a store of an earlier version finds the same candidates as one that was told the same texts today', async () => {
  const database = new Database(':memory:');
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database }) });
  await migrate(db, SQLITE, { migrations: MIGRATIONS.filter(({ version }) => version < 14) });
  const memory = memoryStorage();
  const texts = Array.from({ length: 300 }, (_, n) => signatureOf(textAt(n)));
  const terms = [...new Set(texts.flatMap((signature) => signature.terms))];
  const frequencies = new Map(terms.map((term) => [term, texts.filter((one) => one.terms.includes(term)).length]));
  for (const [at, term] of terms.entries()) {
    await sql`insert into exemplar_terms values (${at + 1}, 'acme', 'server', ${term}, ${frequencies.get(term)})`.execute(
      db,
    );
  }
  for (const [n, { hash, masked, words, version, terms: own }] of texts.entries()) {
    // From the end of one block into the next.
    const position = BLOCK - 150 + n;
    const patternId = `p-${n}`;
    const first = { ticketId: `T-${n}`, similarity: 1, known: false };
    await sql`insert into pattern_exemplars (position, tenant, category, pattern_id, told_pattern_id, ticket_id, similarity,
      known, signature_hash, signature_version, masked, words, terms, indexed) values (${position}, 'acme', 'server',
      ${patternId}, ${patternId}, ${first.ticketId}, 1, 0, ${hash}, ${version}, ${masked}, ${words},
      ${JSON.stringify(own)}, 1)`.execute(db);
    for (const term of own)
      await sql`insert into exemplar_entries values (${terms.indexOf(term) + 1}, ${position})`.execute(db);
    await memory.patterns.adopt('acme', {
      patternId,
      category: 'server',
      version,
      signature: { hash, masked, words, terms: own },
      first,
    });
  }
  const sum = texts.reduce((all, one) => all + one.terms.length, 0);
  await sql`insert into exemplar_collections values ('acme', 'server', ${texts.length}, ${sum})`.execute(db);
  const storage = await sqliteStorage({ database });
  const { postings } = SIMILARITY;
  try {
    for (const budget of [postings, 100, 20]) {
      SIMILARITY.postings = budget;
      for (const of of ['words', 'masked'] as const) {
        const sought = { terms: signatureOf('mail relay stuck akuzz').terms, of, limit: 20 };
        const found = await storage.patterns.candidates('acme', 'server', sought);
        expect(found).toEqual(await memory.patterns.candidates('acme', 'server', sought));
        expect(found.exemplars).toHaveLength(20);
      }
    }
  } finally {
    SIMILARITY.postings = postings;
    await storage.close();
  }
});

it('an entry is as long for every exemplar, and sorts by its place', () => {
  const entries = Array.from(
    { length: BLOCK },
    (_, exemplar) => entryOf({ exemplar, terms: 600, maskedTerms: 3 }).entry,
  );
  expect([...entries].sort()).toEqual(entries);
  expect(splitEntries(entries.join(''))).toEqual(entries);
  expect(entryOf({ exemplar: 5 * BLOCK + 7, terms: 1, maskedTerms: 1 })).toEqual({
    block: 5,
    entry: entryOf({ exemplar: 7, terms: 1, maskedTerms: 1 }).entry,
  });
});
