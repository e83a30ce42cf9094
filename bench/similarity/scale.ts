import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PatternLearner, SIMILARITY, type Storage, signatureOf, tellingOf, weighted } from '@remit/core';
import { memoryStorage } from '@remit/core/testing';
import { postgresStorage } from '../../packages/adapter-postgres/src/index.js';
import { sqliteStorage } from '../../packages/adapter-sqlite/src/index.js';
import { alike, questionOf } from '../../packages/core/src/domain/similarity/likeness.js';
import { startPostgres } from '../../test/postgres/server.js';
import type { Bench } from '../harness/bench.js';
import { quantile, rounded } from '../harness/summary.js';
import { seededRandom } from './chance.js';
import { readCorpus } from './corpus.js';

/* How long recognising takes with many earlier tickets, and what it leaves out. */

const TENANT = 'acme';
const CATEGORY = 'server';
const SITES = 'rome milan turin naples bari genoa venice trieste verona padua pisa lucca siena parma modena como'.split(
  ' ',
);
const PEOPLE = 'rossi russo ferrari bianchi romano gallo costa fontana conti esposito ricci bruno moretti greco'.split(
  ' ',
);
const DUTIES = 'payroll billing crm erp wiki mail ldap proxy backup printing monitoring storage build registry'.split(
  ' ',
);

/** Texts that vary those of a corpus with hosts, addresses, people, sites and duties. */
function ticketsFrom(texts: readonly string[], seed: number): () => string {
  const random = seededRandom(seed);
  const whole = (below: number): number => Math.floor(random() * below);
  const one = (from: readonly string[]): string => from[whole(from.length)] ?? '';
  return () => {
    const base = one(texts).slice(0, 300);
    const host = `${one(DUTIES)}-${one(SITES)}-${whole(500)}.corp`;
    const address = `10.${whole(250)}.${whole(250)}.${whole(250)}`;
    const kind = random();
    if (kind < 0.45) return `${base} on ${host} ${address} port ${whole(48)}`;
    if (kind < 0.7) return `${one(DUTIES)} at ${one(SITES)}: ${base} (host ${host})`;
    return `${base} I am ${one(PEOPLE)} from ${one(SITES)}, this hits ${one(DUTIES)} and ${one(DUTIES)}`;
  };
}

/** Wall-clock ms; and processor ms, which say what it costs where others use the machine too. */
interface Measured {
  readonly p50: number;
  readonly p99: number;
  readonly cpuMean: number;
}

async function timed(count: number, act: () => Promise<unknown>): Promise<Measured> {
  const times: number[] = [];
  const before = process.cpuUsage();
  for (let n = 0; n < count; n += 1) {
    const startedAt = performance.now();
    await act();
    times.push(performance.now() - startedAt);
  }
  const { user, system } = process.cpuUsage(before);
  return {
    p50: rounded(quantile(times, 0.5), 3),
    p99: rounded(quantile(times, 0.99), 3),
    cpuMean: rounded((user + system) / 1_000 / count, 3),
  };
}

/** Share of the ten most alike exemplars of all that are among the candidates. */
async function kept(storage: Storage, told: readonly string[], questions: readonly string[]): Promise<number> {
  let [found, all] = [0, 0];
  for (const question of questions) {
    const { masked, terms } = signatureOf(question);
    const { exemplars, statistics } = await storage.patterns.candidates(TENANT, CATEGORY, terms, SIMILARITY.candidates);
    const asked = questionOf(weighted(tellingOf(masked), statistics));
    const likeness = (text: string): number => alike(asked, weighted(tellingOf(text), statistics));
    const tenth = [...told].map(likeness).sort((a, b) => b - a)[9] ?? 0;
    const there = exemplars.filter((exemplar) => likeness(exemplar.masked) >= tenth).length;
    found += Math.min(there, 10);
    all += 10;
  }
  return found / all;
}

export const bench: Bench = {
  all: [{ args: ['--corpus', '{data}/stackfaq.jsonl.gz', '--tickets', '20000'], minutes: 1.5 }],
  async run(args, progress) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        corpus: { type: 'string' },
        tickets: { type: 'string', default: '10000' },
        store: { type: 'string', default: 'memory' },
        questions: { type: 'string', default: '200' },
      },
    });
    if (values.corpus === undefined) throw new Error('Name texts to vary: --corpus FILE (.jsonl or .jsonl.gz).');
    const next = ticketsFrom(
      readCorpus(values.corpus).map(({ text }) => text),
      1,
    );
    const folder = mkdtempSync(join(tmpdir(), 'remit-scale-'));
    const opened = await opening(values.store, folder);
    const { storage } = opened;
    try {
      const [tickets, questions] = [Number(values.tickets), Number(values.questions)];
      const before = process.memoryUsage().rss;
      const steps: { readonly at: number; readonly addMicroseconds: number }[] = [];
      let stepAt = performance.now();
      let lastAt = 0;
      for (let n = 0; n < tickets; n += 1) {
        const { version, hash, masked, words, terms } = signatureOf(next());
        const first = { ticketId: `T-${n}`, similarity: 1, known: false };
        const signature = { hash, masked, words, terms };
        // Patterns of a few tellings each: what a pattern is does not change what a look-up costs.
        const adoption = {
          patternId: `p-${n % Math.ceil(tickets / 4)}`,
          category: CATEGORY,
          signature,
          version,
          first,
        };
        await storage.patterns.adopt(TENANT, adoption);
        if (n + 1 === tickets || n + 1 === 10_000 || (n + 1) % 100_000 === 0) {
          const addMicroseconds = Math.round(((performance.now() - stepAt) * 1_000) / (n + 1 - lastAt));
          progress(`${n + 1} tickets, ${addMicroseconds} us each since the last line`);
          steps.push({ at: n + 1, addMicroseconds });
          [stepAt, lastAt] = [performance.now(), n + 1];
        }
      }
      const rssMb = Math.round((process.memoryUsage().rss - before) / 2 ** 20);
      const ask = ticketsFrom(
        readCorpus(values.corpus).map(({ text }) => text),
        2,
      );
      const learner = new PatternLearner({ storage, ids: { next: (kind) => `${kind}-new` } });
      const known = signatureOf(next());
      await storage.patterns.adopt(TENANT, {
        patternId: 'p-0',
        category: CATEGORY,
        version: known.version,
        signature: { hash: known.hash, masked: known.masked, words: known.words, terms: known.terms },
        first: { ticketId: 'T', similarity: 1, known: false },
      });
      const exact = await timed(questions, () => storage.patterns.findBySignature(TENANT, CATEGORY, known.hash));
      const candidates = await timed(questions, () => {
        const { terms } = signatureOf(ask());
        return storage.patterns.candidates(TENANT, CATEGORY, terms, SIMILARITY.candidates);
      });
      const similar = await timed(questions, () => {
        const signature = signatureOf(ask());
        const ticket = { tenant: TENANT, ticketId: 'Q', category: CATEGORY };
        return learner.similarTo(ticket, { patternId: 'none', signature });
      });
      const recognise = await timed(questions, () => {
        const ticket = { tenant: TENANT, ticketId: 'Q', category: CATEGORY, title: null, description: ask() };
        return learner.recognise(ticket);
      });
      const figures = { exact, candidates, similar, recognise };
      const rows = Object.entries(figures).map(([name, { p50, p99, cpuMean }]) => [
        name,
        `${p50}`,
        `${p99}`,
        `${cpuMean}`,
      ]);
      const keptOfTop10 =
        tickets > 100_000
          ? null
          : rounded(await kept(storage, await toldBy(values.corpus, tickets), someOf(ask, 20)), 4);
      return {
        tables: [{ title: `${values.store}, ${tickets} tickets, ms`, head: ['', 'p50', 'p99', 'cpu mean'], rows }],
        json: { store: values.store, tickets, ...figures, steps, rssMb, keptOfTop10 },
      };
    } finally {
      await storage.close();
      await opened.end();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** The named store, empty. Postgres runs as a server of its own, or where REMIT_TEST_POSTGRES says. */
async function opening(name: string, folder: string): Promise<{ storage: Storage; end: () => Promise<unknown> }> {
  const nothing = async () => {};
  if (name === 'memory') return { storage: memoryStorage(), end: nothing };
  if (name === 'sqlite') {
    return { storage: await sqliteStorage({ file: join(folder, 'scale.db'), synchronous: 'off' }), end: nothing };
  }
  if (name !== 'postgres') throw new Error('The store is one of memory, sqlite and postgres.');
  const server = await startPostgres({ fsync: false });
  return { storage: await postgresStorage({ url: server.url }), end: () => server.stop() };
}

function someOf(next: () => string, count: number): readonly string[] {
  return Array.from({ length: count }, next);
}

/** The distinct masked texts that the store was told. */
async function toldBy(corpus: string, tickets: number): Promise<readonly string[]> {
  const next = ticketsFrom(
    readCorpus(corpus).map(({ text }) => text),
    1,
  );
  return [...new Set(someOf(() => signatureOf(next()).masked, tickets))];
}
