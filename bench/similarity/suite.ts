import { join } from 'node:path';
import type { Findings, Table } from '../harness/bench.js';
import { arrivals } from './arrivals.js';
import { readCorpus } from './corpus.js';
import { measured, tableOf } from './measured.js';
import { bench as scale } from './scale.js';

/* Every protocol on every collection, with the others beside it, and what was asked of each. */

interface Entry {
  readonly protocol: 'retrieval' | 'assignment' | 'clustering';
  readonly file: string;
  readonly pairs?: string;
  /** At most so many rows, the first of the file mixed by a seed: the others would take hours for all. */
  readonly most?: number;
  /** Ours alone is measured: on all rows where the others cannot keep up. */
  readonly alone?: boolean;
  /** What each figure of ours should at least be. */
  readonly goals: Readonly<Record<string, number>>;
}

const STACKFAQ = 'stackfaq.jsonl.gz';

const ENTRIES: readonly Entry[] = [
  { protocol: 'retrieval', file: STACKFAQ, goals: { map: 0.73 } },
  { protocol: 'assignment', file: STACKFAQ, goals: { coverageAt95: 0.75, coverageAt99: 0.5 } },
  { protocol: 'retrieval', file: 'hadoop-bugs.jsonl.gz', pairs: 'hadoop-pairs.json', goals: { map: 0.65 } },
  { protocol: 'assignment', file: 'banking-train.jsonl.gz', most: 2_500, goals: {} },
  { protocol: 'assignment', file: 'banking-train.jsonl.gz', alone: true, goals: { accuracyKnown: 0.88, auroc: 0.87 } },
  { protocol: 'clustering', file: 'loghub.jsonl.gz', most: 3_000, goals: {} },
  { protocol: 'clustering', file: 'loghub.jsonl.gz', alone: true, goals: { b3F1: 0.96, pairwisePrecision: 0.99 } },
];

const INCIDENTS = 'servicenow-incidents.jsonl.gz';
/** Texts that a million tickets are made of. */
const TEXTS = [STACKFAQ, 'banking-train.jsonl.gz', 'hadoop-bugs.jsonl.gz', 'loghub.jsonl.gz'];

/** Where everything is measured on. */
export interface Suite {
  /** The folder with the collections. */
  readonly data: string;
  /** How many tickets a store is filled with; 0: none. */
  readonly tickets: number;
  /** The stores that are filled. */
  readonly stores: readonly string[];
}

/** Measures everything. */
export async function runSuite({ data, tickets, stores }: Suite, progress: (says: string) => void): Promise<Findings> {
  const [tables, results, missed]: [Table[], Record<string, unknown>[], string[]] = [[], [], []];
  for (const { protocol, file, pairs, most, alone, goals } of ENTRIES) {
    const all = readCorpus(join(data, file), pairs === undefined ? undefined : join(data, pairs));
    const found = await measured({ protocol, rows: all, most, alone }, progress);
    const title = `${protocol}, ${file}, ${found.rows} rows`;
    tables.push(tableOf(title, { remit: found.ours, ...found.peers }));
    results.push({ protocol, corpus: file, ...found });
    for (const [name, goal] of Object.entries(goals)) {
      const is = Number(found.ours[name]);
      if (!(is >= goal)) missed.push(`${title}: ${name} ${is} of ${goal}`);
    }
  }
  progress(`arrivals of ${INCIDENTS}`);
  const arrived = await arrivals(join(data, INCIDENTS));
  tables.push(tableOf(`arrivals, ${INCIDENTS}`, { remit: arrived.ours, 'exact key': arrived.exactKey }));
  results.push({ protocol: 'arrivals', corpus: INCIDENTS, ours: arrived.ours, peers: { exactKey: arrived.exactKey } });
  for (const store of tickets > 0 ? stores : []) {
    const texts = TEXTS.flatMap((file) => ['--corpus', join(data, file)]);
    const filled = await scale.run([...texts, '--tickets', `${tickets}`, '--store', store], progress);
    tables.push(...filled.tables);
    results.push({ protocol: 'scale', ...filled.json });
  }
  return { tables, json: { results }, missed };
}
