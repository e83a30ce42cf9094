import { createRemit, functionExecutor, NotExecuted } from '@remit/core';
import { scriptedAnalyst } from '@remit/core/testing';
import { openStore } from '../host/store.js';
import { longCatalogue } from './catalogue.js';
import type { FromHost, LongOrder, ToHost } from './messages.js';
import { happen, isUp } from './world.js';

/* One of several instances of a long run: its tools fail now and then, and its clock can be moved. */

const { place, folder, services, settings, writeMs, odds } = JSON.parse(process.argv[2] ?? '{}') as LongOrder;
const say = (where: string, error: unknown): void => {
  if (process.env['REMIT_SOAK_TROUBLE']) console.error(where, error);
};
const tell = (message: FromHost): void => void process.send?.(message);

let clockOffsetMs = 0;
const never = (): Promise<never> => new Promise(() => {});

/** What happens to this call, by chance. */
function fate(): 'works' | keyof LongOrder['odds'] {
  let drawn = Math.random();
  for (const [name, share] of Object.entries(odds)) {
    drawn -= share;
    if (drawn < 0) {
      tell({ kind: 'fault', name });
      return name as keyof LongOrder['odds'];
    }
  }
  return 'works';
}

async function write(tool: 'restart' | 'restore', service: string, key: string | null) {
  const how = fate();
  if (how === 'refused') throw new NotExecuted('busy');
  if (how === 'lostBefore') throw new Error('connection lost');
  if (how === 'hung') return never();
  const effect = { tool, key: key ?? '', pid: process.pid };
  happen(folder, service, { ...effect, what: 'begun', atMs: Date.now() });
  await new Promise((resolve) => setTimeout(resolve, writeMs));
  happen(folder, service, { ...effect, what: 'done', atMs: Date.now() });
  if (how === 'lostAfter') throw new Error('reply lost');
  return {};
}

const executor = functionExecutor({
  name: 'soak',
  tools: {
    'ops/status': {
      readOnly: true,
      run: ({ service }) => (fate() === 'hung' ? never() : { up: isUp(folder, String(service)) }),
    },
    'ops/restart': { run: ({ service }, { idempotencyKey }) => write('restart', String(service), idempotencyKey) },
    'ops/restore': { run: ({ service }, { idempotencyKey }) => write('restore', String(service), idempotencyKey) },
  },
});
const analyst = scriptedAnalyst(({ ticket }) => ({
  plan: { actions: [{ action: 'restart_service', arguments: { service: String(ticket.metadata['service']) } }] },
  confidence: 0.95,
}));
const store = await openStore(place, (error) => say('queue', error));
const clock = { now: () => Date.now() + clockOffsetMs };
const remit = createRemit({ ...store, executor, analyst, clock, catalogue: longCatalogue(services), settings });
remit.events.on('trouble', ({ where, error }) => say(where, error));
await remit.start();
tell({ kind: 'ready' });
setInterval(() => tell({ kind: 'memory', rss: process.memoryUsage.rss() }), 1_000).unref();
process.on('message', (message: ToHost) => {
  clockOffsetMs += message.moveClockMs;
});
// Lives as long as whoever started it, as a server would with its port.
process.on('disconnect', () => process.exit(1));
process.once('SIGTERM', () => {
  void remit.close().then(() => process.exit(0));
});
