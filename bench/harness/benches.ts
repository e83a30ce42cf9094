import type { Bench } from './bench.js';

/** A measurement by its name; its module is loaded only when it is asked for. */
interface Entry {
  /** What it measures, in a line. */
  readonly says: string;
  /** The folder below `bench/` whose `package.json` names what it needs. Default: it needs nothing. */
  readonly peers?: '.' | 'http';
  load(): Promise<{ readonly bench: Bench }>;
}

/** All measurements: `npm run bench -- NAME`. */
export const BENCHES: Readonly<Record<string, Entry>> = {
  commits: {
    says: 'how many commits a second the disk lets SQLite and Postgres make: what all others stand on',
    load: () => import('../commits/bench.js'),
  },
  guarantee: {
    says: 'whether the gate is ever open while the average true risk is too high, on five paths of risk',
    load: () => import('../guarantee/bench.js'),
  },
  similarity: {
    says: 'how well like tickets are found, assigned and grouped on a labelled corpus, beside MiniSearch and FTS5',
    peers: '.',
    load: () => import('../similarity/bench.js'),
  },
  'similarity-scale': {
    says: 'how long recognising takes among many earlier tickets: --corpus FILE --tickets N --store memory|sqlite',
    load: () => import('../similarity/scale.js'),
  },
  engine: {
    says: 'remediations of five steps a second, beside DBOS workflows and bare pg-boss jobs',
    peers: '.',
    load: () => import('../engine/bench.js'),
  },
  http: {
    says: 'requests a second at POST /tickets and GET /tickets/{id}, beside a bare Fastify route on the same SQLite',
    peers: 'http',
    load: () => import('../http/bench.js'),
  },
  'http-contract': {
    says: 'whether the API is as its OpenAPI document says: redocly, spectral, prism before the tests, requests at random',
    peers: 'http',
    load: () => import('../http/contract.js'),
  },
  simulate: {
    says: 'wrong actions, coverage and broken promises of each rule in a synthetic world, with drift and with liars',
    load: () => import('../simulate/bench.js'),
  },
  mcp: {
    says: 'what a call through the MCP executor costs beside the bare SDK',
    load: () => import('../mcp/bench.js'),
  },
  'mcp-conformance': {
    says: 'the client scenarios of the MCP conformance suite, with both client libraries',
    peers: '.',
    load: () => import('../mcp/conformance.js'),
  },
  known: {
    says: 'how long a ticket of a known pattern takes to its decision, and that no model is asked',
    load: () => import('../known/bench.js'),
  },
  sizes: {
    says: 'what each package weighs and depends on, and how long core takes to import',
    load: () => import('../sizes/bench.js'),
  },
  decision: {
    says: 'how long score, standing, decision and guard take, beside engines for policies and a governed call',
    peers: '.',
    load: () => import('../decision/bench.js'),
  },
  history: {
    says: 'what evidence, logs and statistics cost with a million tickets in the store',
    load: () => import('../history/bench.js'),
  },
};
