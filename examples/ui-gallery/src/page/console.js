import { sampleStore } from './samples/store.js';

/* The whole console without a server. */

document.body.append(Object.assign(document.createElement('remit-console'), { store: sampleStore, liveness: 'live' }));
