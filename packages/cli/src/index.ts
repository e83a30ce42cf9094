export { byLoopback, byToken, newToken, type TokenHolder, threeHolders } from './access.js';
export { defineConfig, type ServeConfig } from './config.js';
export { type Address, type Listening, LOOPBACK, listen } from './listen.js';
export { readServeOptions, type ServeOptions, type Serving, serve, serveRemit } from './serve.js';
