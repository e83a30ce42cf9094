import type { Table } from '../harness/bench.js';
import { type Assigner, assignment } from './assignment.js';
import { shuffled } from './chance.js';
import { clustering, type Grouper } from './clustering.js';
import type { Row } from './corpus.js';
import { assigning, bm25, fts5, grouping, miniSearch } from './peers.js';
import { remitAssigner } from './remitAssigner.js';
import { remitGrouper } from './remitGrouper.js';
import { remitSearcher } from './remitSearcher.js';
import { retrieval } from './retrieval.js';
import type { Searcher } from './searcher.js';

type Result = Record<string, unknown>;

const PEERS: readonly (() => Promise<Searcher>)[] = [bm25, miniSearch, fts5];

/** What is measured on what. */
export interface Measurement {
  readonly protocol: string;
  readonly rows: readonly Row[];
  /** At most so many rows, by a seed. Default: all. */
  readonly most?: number | undefined;
  /** Without the others. Default: with them. */
  readonly alone?: boolean | undefined;
}

/** Measures ours and each peer. Peers are opened ahead, as they open asynchronously and protocols do not wait. */
export async function measured(
  { protocol, rows: all, most, alone = false }: Measurement,
  progress: (says: string) => void,
): Promise<{ readonly rows: number; readonly ours: Result; readonly peers: Readonly<Record<string, Result>> }> {
  const rows = most === undefined ? all : shuffled(all, 1).slice(0, most);
  const run = async (search: () => Searcher, assign: () => Assigner, group: () => Grouper): Promise<Result> => {
    if (protocol === 'retrieval') return retrieval(rows, search);
    return protocol === 'assignment' ? assignment(rows, assign) : clustering(rows, group);
  };
  progress(`${protocol} of ${rows.length} rows: remit`);
  const ours = await run(remitSearcher, remitAssigner, () => remitGrouper(rows));
  const peers: Record<string, Result> = {};
  for (const open of alone ? [] : PEERS) {
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
  return { rows: rows.length, ours, peers };
}

/** Figures by who they are of. */
export function tableOf(title: string, results: Readonly<Record<string, Result>>): Table {
  const names = Object.entries(results.remit ?? {}).filter(([, value]) => typeof value === 'number');
  const head = ['', ...names.map(([name]) => name)];
  const rows = Object.entries(results).map(([who, result]) => [who, ...names.map(([name]) => String(result[name]))]);
  return { title, head, rows };
}
