import { appendFileSync } from 'node:fs';
import { sqliteStorage } from '@remit/adapter-sqlite';
import { createRemit, type Limits } from '@remit/core';
import { recordingExecutor, scriptedAnalyst } from '@remit/core/testing';
import { raceCatalogue } from './catalogue.js';

/*
 * One of several processes on one store: takes whatever work it can get until told to stop. Every write leaves one
 * line in a file that all processes share, so that the test counts effects and not claims.
 */

const [file = '', effects = '', limits = '{}'] = process.argv.slice(2);

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
const storage = await sqliteStorage({ file });
const remit = createRemit({
  storage,
  executor,
  analyst,
  catalogue: raceCatalogue,
  settings: { recoverEveryMs: 20, limits: JSON.parse(limits) as Partial<Limits> },
});
await remit.start();
process.send?.('ready');
process.on('message', () => {
  void remit.close().then(() => process.exit(0));
});
