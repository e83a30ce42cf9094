// A web service with a pool of database connections and one real bug: /export never gives its connection back.
import { createServer } from 'node:http';
import { answer, listen, report, settings } from './program.mjs';

const poolSize = 4;
let free = poolSize;
/** @type {Array<() => void>} */
const waiting = [];

/** @returns {Promise<void>} */
function borrow() {
  if (free > 0) {
    free -= 1;
    return Promise.resolve();
  }
  return new Promise((resolve) => waiting.push(resolve));
}

function giveBack() {
  const next = waiting.shift();
  if (next) next();
  else free += 1;
}

const server = createServer(async (request, response) => {
  await borrow();
  if (request.url === '/export') {
    // The bug: the stream has no end and the connection is kept for good, even when the client is long gone.
    response.writeHead(200);
    response.flushHeaders();
    return;
  }
  answer(response, 200, { service: settings.name, pid: process.pid });
  giveBack();
});
report({ port: await listen(server, settings.port) });
