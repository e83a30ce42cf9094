// A switch port: forwards TCP to the echo endpoint. With a noisy transceiver the carrier comes and goes, every
// connection that is open then is reset, and every reset counts as an error.
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import { answer, listen, mayManage, readBody, report, settings } from './program.mjs';

const carrierMs = 30;
const bounceMs = 50;
/** A bounce with more errors than this on the counter ends where it began, as on a port that err-disables itself. */
const errorLimit = 100;

let errorCount = 0;
let adminUp = true;
let carrier = true;
/** @type {NodeJS.Timeout | undefined} */
let noise;
/** @type {Set<import('node:net').Socket>} */
const clients = new Set();

/** @param {import('node:net').Socket} client */
function reset(client) {
  clients.delete(client);
  client.resetAndDestroy();
}

function loseCarrier() {
  carrier = false;
  errorCount += clients.size;
  for (const client of clients) reset(client);
}

/** @param {boolean} noisy */
function setNoise(noisy) {
  clearInterval(noise);
  noise = undefined;
  carrier = true;
  if (!noisy) return;
  loseCarrier();
  noise = setInterval(() => {
    if (carrier) loseCarrier();
    else carrier = true;
  }, carrierMs);
}

const forwarder = createServer((client) => {
  client.on('error', () => client.destroy());
  if (!carrier) {
    errorCount += 1;
    client.resetAndDestroy();
    return;
  }
  clients.add(client);
  const upstream = connect(settings.echoPort, '127.0.0.1');
  upstream.on('error', () => client.destroy());
  client.on('close', () => {
    clients.delete(client);
    upstream.destroy();
  });
  client.pipe(upstream).pipe(client);
});

async function bounce() {
  const wasNoisy = noise !== undefined;
  setNoise(false);
  // Connections that a bounce cuts are no line errors and are not counted.
  carrier = false;
  for (const client of clients) reset(client);
  await new Promise((resolve) => setTimeout(resolve, bounceMs));
  setNoise(wasNoisy && errorCount > errorLimit);
}

let port = await listen(forwarder, settings.port);
/** @type {number} */
let managementPort = 0;

/** @param {boolean} up */
async function setAdmin(up) {
  if (up === adminUp) return;
  adminUp = up;
  if (up) {
    port = await listen(forwarder, port);
    report({ port, managementPort });
    return;
  }
  const closed = new Promise((resolve) => forwarder.close(resolve));
  for (const client of clients) reset(client);
  await closed;
}

/** @type {Promise<unknown>} */
let last = Promise.resolve();

const management = createHttpServer(async (request, response) => {
  if (!mayManage(request, response)) return;
  const body = request.method === 'POST' ? JSON.parse((await readBody(request)).toString() || '{}') : {};
  // One command at a time, as on a console.
  const run = async () => {
    if (request.url === '/clear-errors') {
      const clearedErrors = errorCount;
      errorCount = 0;
      answer(response, 200, { clearedErrors });
      return;
    }
    if (request.url === '/bounce' && adminUp) await bounce();
    else if (request.url === '/admin') await setAdmin(body.up === true);
    else if (request.url === '/transceiver') setNoise(body.noisy === true);
    else if (request.url !== '/state') return answer(response, 409, { error: `${settings.name} cannot do this now` });
    answer(response, 200, { adminUp, errorCount });
  };
  last = last.then(run).catch((error) => answer(response, 500, { error: String(error) }));
});
managementPort = await listen(management, settings.managementPort);
report({ port, managementPort });
