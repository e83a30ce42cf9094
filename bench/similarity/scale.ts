import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PatternLearner, SIMILARITY, type Storage, signatureOf, tellingOf, weighted } from '@remit/core';
import { memoryStorage } from '@remit/core/testing';
import { postgresStorage } from '../../packages/adapter-postgres/src/index.js';
import { sqliteStorage } from '../../packages/adapter-sqlite/src/index.js';
import { alike, questionOf } from '../../packages/core/src/domain/similarity/likeness.js';
import { ExemplarIndex } from '../../packages/core/src/testing/memory/exemplarIndex.js';
import { startPostgres } from '../../test/postgres/server.js';
import type { Bench } from '../harness/bench.js';
import { quantile, rounded } from '../harness/summary.js';
import { seededRandom } from './chance.js';
import { readCorpus } from './corpus.js';

/* How long recognising takes with many earlier tickets, and what it leaves out. */

/** Calls that are made before those that count. */
const WARM = 50;
/** To compare a text with all of so many others takes seconds: few questions then. */
const MANY = 100_000;

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

/** ms of the wall clock, and of the processors, which say what it costs where others use the machine too. */
interface Measured {
  readonly p50: number;
  readonly p99: number;
  readonly cpuP50: number;
  readonly cpuP99: number;
  readonly cpuMean: number;
}

/** Processor ms so far, of all threads: a collection of garbage counts. */
function cpuNow(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

async function timed(count: number, act: () => Promise<unknown>): Promise<Measured> {
  for (let n = 0; n < Math.min(count, WARM); n += 1) await act();
  const [times, costs]: [number[], number[]] = [[], []];
  for (let n = 0; n < count; n += 1) {
    const [startedAt, before] = [performance.now(), cpuNow()];
    await act();
    costs.push(cpuNow() - before);
    times.push(performance.now() - startedAt);
  }
  return {
    p50: rounded(quantile(times, 0.5), 3),
    p99: rounded(quantile(times, 0.99), 3),
    cpuP50: rounded(quantile(costs, 0.5), 3),
    cpuP99: rounded(quantile(costs, 0.99), 3),
    cpuMean: rounded(costs.reduce((sum, cost) => sum + cost, 0) / count, 3),
  };
}

/** What the store was told. */
interface ToldText {
  readonly words: string;
  readonly masked: string;
}

/**
 * Share of the ten most alike of all that are among the candidates: of those that similar tickets are ranked from, as
 * many as for `SIMILARITY.shown` of them, by the words as they stand; and of those that a pattern is found from, by the masked words.
 */
async function kept(storage: Storage, told: readonly ToldText[], questions: readonly string[]) {
  const share = async (text: keyof ToldText, limit: number): Promise<number> => {
    let found = 0;
    for (const question of questions) {
      const signature = signatureOf(question);
      const { exemplars, statistics } = await storage.patterns.candidates(TENANT, CATEGORY, signature.terms, limit);
      const asked = questionOf(weighted(tellingOf(signature[text]), statistics));
      const likeness = (of: ToldText): number => alike(asked, weighted(tellingOf(of[text]), statistics));
      const tenth = Float64Array.from(told, likeness).sort().at(-10) ?? 0;
      found += Math.min(exemplars.filter((exemplar) => likeness(exemplar) >= tenth).length, 10);
    }
    return rounded(found / (10 * questions.length), 4);
  };
  return {
    similar: await share('words', SIMILARITY.candidatesEach * SIMILARITY.shown),
    recognise: await share('masked', SIMILARITY.candidates),
  };
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
      let stepAt = cpuNow();
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
          const addMicroseconds = Math.round(((cpuNow() - stepAt) * 1_000) / (n + 1 - lastAt));
          progress(`${n + 1} tickets, ${addMicroseconds} us of processor time each since the last line`);
          steps.push({ at: n + 1, addMicroseconds });
          [stepAt, lastAt] = [cpuNow(), n + 1];
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
      const names = ['p50', 'p99', 'cpuP50', 'cpuP99', 'cpuMean'] as const;
      const rows = Object.entries(figures).map(([name, measured]) => [name, ...names.map((of) => `${measured[of]}`)]);
      const { told, index } = toldBy(values.corpus, tickets);
      const keptOfTop10 = await kept(storage, told, someOf(ask, tickets > MANY ? 4 : 20));
      const indexMb = rounded(index.bytes / 2 ** 20, 1);
      return {
        tables: [{ title: `${values.store}, ${tickets} tickets, ms`, head: ['', ...names], rows }],
        json: { store: values.store, tickets, exemplars: told.length, ...figures, steps, rssMb, indexMb, keptOfTop10 },
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

/** The texts that the store was told, those with the same masked words once; and the index that a memory store has of them. */
function toldBy(corpus: string, tickets: number): { told: readonly ToldText[]; index: ExemplarIndex } {
  const next = ticketsFrom(
    readCorpus(corpus).map(({ text }) => text),
    1,
  );
  const told = new Map<string, ToldText>();
  const index = new ExemplarIndex();
  for (let n = 0; n < tickets; n += 1) {
    const { words, masked, terms } = signatureOf(next());
    if (told.has(masked)) continue;
    index.add(told.size, terms);
    told.set(masked, { words, masked });
  }
  return { told: [...told.values()], index };
}
