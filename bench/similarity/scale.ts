import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PatternLearner, SIMILARITY, type Signature, type Storage, signatureOf } from '@remit/core';
import { termsOf } from '@remit/core/adapter';
import { memoryStorage } from '@remit/core/testing';
import { postgresStorage } from '../../packages/adapter-postgres/src/index.js';
import { sqliteStorage } from '../../packages/adapter-sqlite/src/index.js';
import { ExemplarIndex } from '../../packages/core/src/testing/memory/exemplarIndex.js';
import { startPostgres } from '../../test/postgres/server.js';
import type { Bench } from '../harness/bench.js';
import { quantile, rounded } from '../harness/summary.js';
import { type Row, readCorpus } from './corpus.js';
import { keptOfTop, type ToldText } from './keptOfTop.js';
import { ticketStream } from './ticketStream.js';

/* How long recognising takes with many earlier tickets, and what it leaves out. */

/** Calls that are made before those that count. */
const WARM = 50;

const TENANT = 'acme';
const CATEGORY = 'server';

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

export const bench: Bench = {
  all: [{ args: ['--corpus', '{data}/stackfaq.jsonl.gz', '--tickets', '20000'], minutes: 1.5 }],
  async run(args, progress) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        corpus: { type: 'string', multiple: true },
        tickets: { type: 'string', default: '10000' },
        store: { type: 'string', default: 'memory' },
        questions: { type: 'string', default: '200' },
        exact: { type: 'string', default: '100' },
      },
    });
    const { corpus, store } = values;
    if (corpus === undefined) throw new Error('Name texts to make tickets of: --corpus FILE (.jsonl or .jsonl.gz) ...');
    const [tickets, questions, exact] = [Number(values.tickets), Number(values.questions), Number(values.exact)];
    return measured({ rows: corpus.flatMap((file) => readCorpus(file)), store, tickets, questions, exact }, progress);
  },
};

interface Scale {
  readonly rows: readonly Row[];
  readonly store: string;
  readonly tickets: number;
  /** How many look-ups of each kind are timed. */
  readonly questions: number;
  /** For how many questions all texts are compared. */
  readonly exact: number;
}

async function measured({ rows, store, tickets, questions, exact }: Scale, progress: (says: string) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'remit-scale-'));
  const { storage, end } = await opening(store, folder);
  try {
    const next = ticketStream(rows, 1);
    const steps = await tell(storage, next, { tickets, progress });
    const known = signatureOf(ticketStream(rows, 1)());
    const found = await timed(questions, () => storage.patterns.findBySignature(TENANT, CATEGORY, known.hash));
    // The tickets that come next: those whose words are known already are settled by the look-up above.
    const ask = async (): Promise<Signature> => {
      for (;;) {
        const signature = signatureOf(next());
        if ((await storage.patterns.findBySignature(TENANT, CATEGORY, signature.hash)) === null) return signature;
      }
    };
    const asked: Signature[] = [];
    while (asked.length < WARM + questions + exact) asked.push(await ask());
    const learner = new PatternLearner({ storage, ids: { next: (kind) => `${kind}-new` } });
    const ticket = { tenant: TENANT, ticketId: 'Q', category: CATEGORY };
    const each = (act: (signature: Signature) => Promise<unknown>): Promise<Measured> => {
      const queue = asked.values();
      return timed(questions, () => act(queue.next().value ?? known));
    };
    const figures = {
      exact: found,
      candidates: await each(({ terms }) =>
        storage.patterns.candidates(TENANT, CATEGORY, { terms, of: 'words', limit: SIMILARITY.candidates }),
      ),
      similar: await each((signature) => learner.similarTo(ticket, { patternId: 'none', signature })),
      // Founds a pattern for most: what is written is in the figure.
      recognise: await each(({ words }) => learner.recognise({ ...ticket, title: null, description: words })),
    };
    const names = ['p50', 'p99', 'cpuP50', 'cpuP99', 'cpuMean'] as const;
    const lines = Object.entries(figures).map(([name, one]) => [name, ...names.map((of) => `${one[of]}`)]);
    return {
      tables: [{ title: `${store}, ${tickets} tickets, ms`, head: ['', ...names], rows: lines }],
      json: {
        store,
        tickets,
        ...figures,
        steps,
        ...(exact > 0 && (await leftOut(storage, rows, { tickets, questions: asked.slice(-exact), progress }))),
      },
    };
  } finally {
    await storage.close();
    await end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the candidates leave out of the most alike, and what the texts and their index are like. */
async function leftOut(
  storage: Storage,
  rows: readonly Row[],
  of: { readonly tickets: number; readonly questions: readonly Signature[]; readonly progress: (says: string) => void },
) {
  of.progress(`comparing ${of.questions.length} questions with everything`);
  const { told, index, statistics, shape } = toldBy(rows, of.tickets);
  const all = { storage, tenant: TENANT, category: CATEGORY, told, statistics };
  return {
    exemplars: told.length,
    ...shape,
    indexMb: rounded(index.bytes / 2 ** 20, 1),
    keptOfTop10: await keptOfTop(all, of.questions),
  };
}

/** Hands in so many tickets, and says what each cost. */
async function tell(
  storage: Storage,
  next: () => string,
  { tickets, progress }: { readonly tickets: number; readonly progress: (says: string) => void },
): Promise<readonly { readonly at: number; readonly addMicroseconds: number }[]> {
  const steps: { readonly at: number; readonly addMicroseconds: number }[] = [];
  let [stepAt, lastAt] = [cpuNow(), 0];
  for (let n = 0; n < tickets; n += 1) {
    const { version, hash, masked, words, terms } = signatureOf(next());
    await storage.patterns.adopt(TENANT, {
      // Patterns of a few tellings each: what a pattern is does not change what a look-up costs.
      patternId: `p-${n % Math.ceil(tickets / 4)}`,
      category: CATEGORY,
      signature: { hash, masked, words, terms },
      version,
      first: { ticketId: `T-${n}`, similarity: 1, known: false },
    });
    if (n + 1 === tickets || n + 1 === 10_000 || (n + 1) % 100_000 === 0) {
      const addMicroseconds = Math.round(((cpuNow() - stepAt) * 1_000) / (n + 1 - lastAt));
      progress(`${n + 1} tickets, ${addMicroseconds} us of processor time each since the last line`);
      steps.push({ at: n + 1, addMicroseconds });
      [stepAt, lastAt] = [cpuNow(), n + 1];
    }
  }
  return steps;
}

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

/** The texts that the store was told, those with the same masked words once; the index that a memory store has of them. */
function toldBy(rows: readonly Row[], tickets: number) {
  const next = ticketStream(rows, 1);
  const told: ToldText[] = [];
  const hashes = new Set<string>();
  const index = new ExemplarIndex();
  for (let n = 0; n < tickets; n += 1) {
    const { hash, words, masked, terms } = signatureOf(next());
    if (hashes.has(hash)) continue;
    hashes.add(hash);
    index.add(told.length, terms, termsOf(masked).length);
    told.push({ words, masked });
  }
  const statistics = index.statistics(
    [],
    told.map((_, text) => text),
  );
  const lengths = [...statistics.frequencies.values()].sort((a, b) => a - b);
  const shape = {
    distinctTerms: lengths.length,
    termsPerText: rounded(statistics.terms / Math.max(statistics.texts, 1), 1),
    /** In how many texts the middle term is, one in ten, one in a hundred, and the most frequent one. */
    medianEntries: quantile(lengths, 0.5),
    p90Entries: quantile(lengths, 0.9),
    p99Entries: quantile(lengths, 0.99),
    mostEntries: lengths.at(-1) ?? 0,
  };
  return { told, index, statistics, shape };
}
