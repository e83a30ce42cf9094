import { parseArgs } from 'node:util';
import type { Bench, Table } from '../harness/bench.js';
import { type Assigner, assignment } from './assignment.js';
import { clustering, type Grouper } from './clustering.js';
import { type Row, readCorpus } from './corpus.js';
import { assigning, bm25, fts5, grouping, miniSearch } from './peers.js';
import { remitAssigner } from './remitAssigner.js';
import { remitGrouper } from './remitGrouper.js';
import { remitSearcher } from './remitSearcher.js';
import { retrieval } from './retrieval.js';
import type { Searcher } from './searcher.js';

const USAGE = `npm run bench -- similarity --protocol retrieval|assignment|clustering --corpus FILE [--pairs FILE] [--json]

FILE has JSON lines { id, text or title and body, label, kind? }, gzipped or not. Pairs are a JSON list of [id, id].`;

type Result = Record<string, unknown>;

const PEERS: readonly (() => Promise<Searcher>)[] = [bm25, miniSearch, fts5];

/** Measures ours and each peer. Peers are opened ahead, as they open asynchronously and protocols do not wait. */
async function measured(
  protocol: string,
  rows: readonly Row[],
  progress: (says: string) => void,
): Promise<{ readonly ours: Result; readonly peers: Readonly<Record<string, Result>> }> {
  const run = async (search: () => Searcher, assign: () => Assigner, group: () => Grouper): Promise<Result> => {
    if (protocol === 'retrieval') return retrieval(rows, search);
    return protocol === 'assignment' ? assignment(rows, assign) : clustering(rows, group);
  };
  progress(`${protocol} of ${rows.length} rows: remit`);
  const ours = await run(remitSearcher, remitAssigner, () => remitGrouper(rows));
  const peers: Record<string, Result> = {};
  for (const open of PEERS) {
    const opened: Searcher[] = [];
    for (let split = 0; split < 5; split += 1) opened.push(await open());
    const next = (): Searcher => {
      const searcher = opened.shift();
      if (!searcher) throw new Error('A protocol has more splits than searchers were opened for.');
      return searcher;
    };
    const name = opened[0]?.name ?? '';
    progress(`${protocol} of ${rows.length} rows: ${name}`);
    peers[name] = await run(
      next,
      () => assigning(next()),
      () => grouping(next()),
    );
    for (const left of opened) left.close();
  }
  return { ours, peers };
}

function tableOf(title: string, results: Readonly<Record<string, Result>>): Table {
  const names = Object.entries(results.remit ?? {}).filter(([, value]) => typeof value === 'number');
  const head = ['', ...names.map(([name]) => name)];
  const rows = Object.entries(results).map(([who, result]) => [who, ...names.map(([name]) => String(result[name]))]);
  return { title, head, rows };
}

export const bench: Bench = {
  all: [
    { args: ['--protocol', 'retrieval', '--corpus', '{data}/stackfaq.jsonl.gz'], minutes: 1 },
    { args: ['--protocol', 'assignment', '--corpus', '{data}/stackfaq.jsonl.gz'], minutes: 1 },
  ],
  async run(args, progress) {
    const { values } = parseArgs({
      args: [...args],
      options: { protocol: { type: 'string' }, corpus: { type: 'string' }, pairs: { type: 'string' } },
    });
    const { protocol = '', corpus, pairs } = values;
    if (!['retrieval', 'assignment', 'clustering'].includes(protocol) || corpus === undefined) throw new Error(USAGE);
    const rows = readCorpus(corpus, pairs);
    const { ours, peers } = await measured(protocol, rows, progress);
    return {
      tables: [tableOf(`${protocol}, ${rows.length} rows`, { remit: ours, ...peers })],
      json: { protocol, ours, peers },
    };
  },
};
