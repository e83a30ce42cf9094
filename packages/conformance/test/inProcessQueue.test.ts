import { inProcessQueue } from '@remit/core';
import { queueConformance } from '../src/index.js';

queueConformance({
  name: 'in process',
  open: async () => ({ queue: inProcessQueue({ clock: { now: () => Date.now() }, concurrency: 3 }), concurrency: 3 }),
});
