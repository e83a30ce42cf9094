import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { oneFile } from '../../chaos/bundleProgram.js';
import type { Bench } from '../harness/bench.js';
import { median, rounded, saySummary, summary } from '../harness/summary.js';

/*
 * Requests a second at the API, beside a bare Fastify route that does the same insert or select, as durable: both answer a
 * POST once its row is on the disk (WAL, synchronous = full). The bare route commits each row alone, as code does that
 * nobody thought about; Remit writes a row of the outbox besides, and rows that come at the same time share a commit.
 */

/** The share of the bare route's rate that is to be reached. */
const GOAL = 0.7;

/** The part of autocannon that is used; it has no types of its own. */
type Autocannon = (options: {
  readonly url: string;
  readonly connections: number;
  readonly duration: number;
  readonly requests: readonly {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly setupRequest: (request: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  }[];
}) => Promise<{
  readonly requests: { readonly total: number };
  readonly latency: { readonly p50: number; readonly p99: number };
  readonly duration: number;
  readonly non2xx: number;
  readonly errors: number;
}>;

const headers = { authorization: 'Bearer token-of-the-measurement', 'content-type': 'application/json' };
const SERVERS = ['ours', 'working', 'bare'] as const;
type Kind = (typeof SERVERS)[number];

let tickets = 0;
/** A ticket that nobody handed in yet, as people write them. */
function newTicket(): string {
  tickets += 1;
  return JSON.stringify({
    ticket_id: `INC-${tickets}`,
    description: `Web service ${tickets % 97} not responding since the deployment of this morning; users see error 502.`,
    category: 'server',
    priority: 'high',
    requester: 'jo',
    targets: [`service:web-${tickets % 97}`],
    metadata: { source: 'monitoring', run: tickets },
  });
}

const ROUTES = {
  post: {
    says: 'POST /tickets',
    request: (request: object) => ({ ...request, path: '/api/v1/tickets', body: newTicket() }),
    method: 'POST',
  },
  get: {
    says: 'GET /tickets/{id}',
    request: (request: object) => ({ ...request, path: `/api/v1/tickets/SEED-${Math.floor(Math.random() * 200)}` }),
    method: 'GET',
  },
} as const;
type RouteName = keyof typeof ROUTES;

interface Started {
  readonly url: string;
  readonly child: ChildProcess;
  /** Processor time that it has taken, us. */
  readonly cpuUs: () => Promise<number>;
}

/**
 * The servers as they run where they are installed: compiled. What runs sources by itself gives every function its name
 * each time that it is made, which costs a request of ours a sixth, and one of the peer, which is compiled, nothing.
 */
async function compiled(): Promise<string> {
  // Among the peers, so that they are found.
  const outfile = fileURLToPath(new URL('node_modules/.remit/server.mjs', import.meta.url));
  const server = oneFile(new URL('server.ts', import.meta.url), outfile);
  await build({ ...server, external: ['libsql', 'node:sqlite', 'fastify'] });
  return outfile;
}

async function start(program: string, kind: Kind, folder: string): Promise<Started> {
  const child = fork(program, [kind, join(folder, `${kind}.sqlite`)], { execArgv: [] });
  const heard = async (): Promise<number> => ((await once(child, 'message')) as [number])[0];
  const port = await heard();
  const cpuUs = (): Promise<number> => {
    child.send('cpu');
    return heard();
  };
  const url = `http://127.0.0.1:${port}`;
  for (let n = 0; n < 200; n += 1) {
    const body = JSON.stringify({ ...(JSON.parse(newTicket()) as object), ticket_id: `SEED-${n}` });
    await fetch(`${url}/api/v1/tickets`, { method: 'POST', headers, body });
  }
  return { url, child, cpuUs };
}

export const bench: Bench = {
  all: [{ args: ['--rounds', '2', '--seconds', '2'], minutes: 2.5 }],
  async run(args, progress) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rounds: { type: 'string', default: '3' },
        seconds: { type: 'string', default: '4' },
        connections: { type: 'string', default: '16' },
      },
    });
    const autocannon = createRequire(import.meta.url)('autocannon') as Autocannon;
    const folder = await mkdtemp(join(tmpdir(), 'remit-http-'));
    const servers = new Map<Kind, Started>();
    const rates = new Map<string, number[]>();
    const costs = new Map<string, number[]>();
    const missed: string[] = [];

    async function measure(kind: Kind, name: RouteName, keep: boolean): Promise<void> {
      const { method, request } = ROUTES[name];
      const server = servers.get(kind);
      if (!server) throw new Error(`${kind} was not started.`);
      const before = await server.cpuUs();
      const found = await autocannon({
        url: server.url,
        connections: Number(values.connections),
        duration: keep ? Number(values.seconds) : 1,
        requests: [{ method, headers, setupRequest: request }],
      });
      if (found.non2xx + found.errors > 0)
        missed.push(`${kind} ${name}: ${found.non2xx + found.errors} requests failed`);
      if (!keep) return;
      const rate = found.requests.total / found.duration;
      const cost = ((await server.cpuUs()) - before) / found.requests.total;
      const key = `${name} ${kind}`;
      rates.set(key, [...(rates.get(key) ?? []), rate]);
      costs.set(key, [...(costs.get(key) ?? []), cost]);
      progress(
        `${name} ${kind}: ${Math.round(rate)} a second, p50 ${found.latency.p50} ms, p99 ${found.latency.p99} ms, ${Math.round(cost)} us of processor each`,
      );
    }

    try {
      const program = await compiled();
      for (const kind of SERVERS) servers.set(kind, await start(program, kind, folder));
      for (let round = -1; round < Number(values.rounds); round += 1) {
        // In turns, so that a busy moment of the machine strikes all of them; the first round only warms up.
        for (const kind of SERVERS) for (const name of ['get', 'post'] as const) await measure(kind, name, round >= 0);
      }
    } finally {
      for (const { child } of servers.values()) child.kill();
      await rm(folder, { recursive: true, force: true });
    }
    const of = (name: RouteName, kind: Kind) => summary(rates.get(`${name} ${kind}`) ?? []);
    /** Round by round, so that what strikes a whole round counts for neither. */
    const ratioOf = (name: RouteName, kind: Kind): number => {
      const bare = rates.get(`${name} bare`) ?? [];
      return rounded(median((rates.get(`${name} ${kind}`) ?? []).map((rate, round) => rate / (bare[round] ?? 1))));
    };
    for (const name of ['post', 'get'] as const) {
      const ratio = ratioOf(name, 'ours');
      if (ratio < GOAL) missed.push(`${ROUTES[name].says} has ${ratio} of the bare route's rate; ${GOAL} is the goal`);
    }
    const rows = (['post', 'get'] as const).flatMap((name) =>
      SERVERS.map((kind) => [
        ROUTES[name].says,
        kind,
        saySummary(of(name, kind)),
        String(ratioOf(name, kind)),
        saySummary(summary(costs.get(`${name} ${kind}`) ?? [])),
      ]),
    );
    const json = Object.fromEntries(
      (['post', 'get'] as const).map((name) => [
        name,
        {
          perSecond: Object.fromEntries(SERVERS.map((kind) => [kind, Math.round(of(name, kind).median)])),
          ratio: ratioOf(name, 'ours'),
          ratioWorking: ratioOf(name, 'working'),
          cpuUs: Object.fromEntries(
            SERVERS.map((kind) => [kind, Math.round(median(costs.get(`${name} ${kind}`) ?? []))]),
          ),
        },
      ]),
    );
    return {
      tables: [
        {
          title: 'Requests a second',
          head: ['route', 'server', 'median (range)', 'of the bare route', 'processor time each, us'],
          rows,
        },
      ],
      json: {
        ...json,
        goal: GOAL,
        durability: 'on both sides a POST is answered after its commit, synchronous = full',
      },
      missed,
    };
  },
};
