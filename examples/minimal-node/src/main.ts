import { createRemit } from '@remit/core';
import { memoryStorage, recordingExecutor } from '@remit/core/testing';
import { catalogue } from './catalogue.js';

const world = { up: false };
const executor = recordingExecutor({
  'ops/status': { readOnly: true, run: () => ({ ...world }) },
  'ops/restart': { run: () => Object.assign(world, { up: true }) },
});

const remit = createRemit({ storage: memoryStorage(), executor, catalogue });
await remit.start();

const alice = { id: 'alice', tenant: 'acme', scopes: ['tickets:read', 'tickets:write', 'tickets:opt_in'] };
const ticket = { ticketId: 'INC-001', description: 'service web not responding', category: 'server', optedIn: true };
await remit.submitTicket(alice, ticket);

const { assessment } = (await remit.whenDecided(alice, 'INC-001', 5_000)).ticket;
console.log(assessment?.analysis.summary);
console.log('route:', assessment?.decision.route, 'because:', assessment?.decision.reason);
console.log('score:', assessment?.reliability.score.toFixed(1));
await remit.close();
