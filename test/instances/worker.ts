import { appendFileSync } from 'node:fs';
import { postgresStorage } from '@remit/adapter-postgres';
import { createRemit, type Limits } from '@remit/core';
import { recordingExecutor, scriptedAnalyst } from '@remit/core/testing';
import { pgBossQueue } from '@remit/queue-pgboss';
import { catalogue } from './catalogue.js';

/*
 * One of several instances on one Postgres: takes what the queue gives it until SIGTERM. Every write leaves one line in
 * a file that all instances share, so that the test counts effects and not claims.
 */

const [url = '', effects = '', limits = '{}'] = process.argv.slice(2);

const executor = recordingExecutor({
  'ops/status': { readOnly: true, run: () => ({ broken: true, known: true }) },
  'ops/restart': {
    run: (args, key) => {
      appendFileSync(effects, `${JSON.stringify({ target: args['service'], key, pid: process.pid })}\n`);
      return {};
    },
  },
});
const analyst = scriptedAnalyst(({ ticket }) => ({
  plan: { actions: [{ action: 'restart_service', arguments: { service: String(ticket.metadata['service']) } }] },
  confidence: 0.95,
}));
const remit = createRemit({
  storage: await postgresStorage({ url, poolSize: 6 }),
  queue: pgBossQueue({ connectionString: url }, { concurrency: 4, pollEveryMs: 100 }),
  executor,
  analyst,
  catalogue,
  settings: { recoverEveryMs: 1_000, limits: JSON.parse(limits) as Partial<Limits> },
});
remit.events.on('trouble', ({ where, error }) => console.error(where, error));
await remit.start();
process.send?.('ready');
process.once('SIGTERM', () => {
  void remit.close().then(() => process.exit(0));
});
