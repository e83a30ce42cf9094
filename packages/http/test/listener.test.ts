import { askThroughListener } from './throughListener.js';

/* Both ways of asking have one table of requests: what holds for the handler holds for its listener. */

askThroughListener();

await import('./handler.test.js');
await import('./routes.test.js');
await import('./tickets.test.js');
await import('./walk.test.js');
await import('./guards.test.js');
await import('./ingest.test.js');
await import('./openapi.test.js');
