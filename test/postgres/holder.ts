import { startPostgres } from './server.js';

/* Starts a server, says where it is, and lives until it is killed. */

const { url, pid } = await startPostgres();
console.log(JSON.stringify({ url, pid }));
setInterval(() => {}, 60_000);
