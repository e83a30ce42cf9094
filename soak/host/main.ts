import { createRemit } from '@remit/core';
import { recordingExecutor, scriptedAnalyst } from '@remit/core/testing';
import { catalogueOf, isBeyondRepair } from './catalogue.js';
import { noteEffect } from './effects.js';
import type { HostOrder } from './order.js';
import { openStore } from './store.js';

/* One of several instances of a host: takes whatever work it can get until SIGTERM. The store is all that differs. */

const { place, effects, services, settings, writeMs } = JSON.parse(process.argv[2] ?? '{}') as HostOrder;
const say = (where: string, error: unknown): void => console.error(where, error);

async function write(tool: 'restart' | 'restore', service: string, key: string | null) {
  const effect = { tool, service, key: key ?? '' };
  noteEffect(effects, { ...effect, what: 'begun' });
  await new Promise((resolve) => setTimeout(resolve, writeMs));
  noteEffect(effects, { ...effect, what: 'done' });
  return {};
}

const executor = recordingExecutor({
  'ops/status': { readOnly: true, run: ({ service }) => ({ broken: true, helped: !isBeyondRepair(String(service)) }) },
  'ops/restart': { run: ({ service }, key) => write('restart', String(service), key) },
  'ops/restore': { run: ({ service }, key) => write('restore', String(service), key) },
});
const analyst = scriptedAnalyst(({ ticket }) => ({
  plan: { actions: [{ action: 'restart_service', arguments: { service: String(ticket.metadata['service']) } }] },
  confidence: 0.95,
}));
const store = await openStore(place, (error) => say('queue', error));
const remit = createRemit({ ...store, executor, analyst, catalogue: catalogueOf(services), settings });
remit.events.on('trouble', ({ where, error }) => say(where, error));
await remit.start();
// Lives as long as whoever started it, as a server would with its port.
process.on('disconnect', () => process.exit(1));
// A gentle end: what it holds is finished, nothing new is taken.
process.once('SIGTERM', () => {
  void remit.close().then(() => process.exit(0));
});
// Not before: whoever hears it may send SIGTERM at once.
process.send?.('ready');
