export { byLoopback, byToken, newToken, type TokenHolder, threeHolders } from './access.js';
export type { ServeConfig } from './config.js';
export { type Listening, listen } from './listen.js';
export { readServeOptions, type ServeOptions, type Serving, serve, serveRemit } from './serve.js';
