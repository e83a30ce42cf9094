import { parseArgs } from 'node:util';
import type { Bench } from '../harness/bench.js';
import { readCorpus } from './corpus.js';
import { measured, tableOf } from './measured.js';
import { runSuite } from './suite.js';

const USAGE = `npm run bench -- similarity [--data FOLDER] [--tickets N] [--store memory|sqlite|postgres ...] [--json]
npm run bench -- similarity --protocol retrieval|assignment|clustering --corpus FILE [--pairs FILE] [--json]

Without a protocol: every one on every collection of the folder (default ../shared/data), then a store of N tickets
(default 1000000, in memory; 0: none). FILE has JSON lines { id, text or title and body, label, kind? }, gzipped or not.
Pairs are a JSON list of [id, id].`;

export const bench: Bench = {
  all: [
    { args: ['--protocol', 'retrieval', '--corpus', '{data}/stackfaq.jsonl.gz'], minutes: 1 },
    { args: ['--protocol', 'assignment', '--corpus', '{data}/stackfaq.jsonl.gz'], minutes: 1 },
  ],
  async run(args, progress) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        protocol: { type: 'string' },
        corpus: { type: 'string' },
        pairs: { type: 'string' },
        data: { type: 'string', default: '../shared/data' },
        tickets: { type: 'string', default: '1000000' },
        store: { type: 'string', multiple: true, default: ['memory'] },
      },
    });
    const { protocol, corpus, pairs, data, store } = values;
    if (protocol === undefined && corpus === undefined) {
      return runSuite({ data, tickets: Number(values.tickets), stores: store }, progress);
    }
    if (protocol === undefined || !['retrieval', 'assignment', 'clustering'].includes(protocol) || corpus === undefined)
      throw new Error(USAGE);
    const rows = readCorpus(corpus, pairs);
    const { ours, peers } = await measured({ protocol, rows }, progress);
    return {
      tables: [tableOf(`${protocol}, ${rows.length} rows`, { remit: ours, ...peers })],
      json: { protocol, ours, peers },
    };
  },
};
