export { type ObserveOptions, type Observing, observeRemit } from './observeRemit.js';
export { tracedAnalyst } from './tracedAnalyst.js';
