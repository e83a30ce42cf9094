// A queue with workers. Jobs come from a feed at a fixed rate and from users (POST /job, answered when done).
import { createServer } from 'node:http';
import { answer, listen, mayManage, readBody, report, settings } from './program.mjs';

const jobMs = 20;
const queueBound = 60;
const patienceMs = 500;
const maxWorkers = 16;
const feedTickMs = 25;

let workers = 2;
let busy = 0;
let feedPerSecond = 30;
const count = { offered: 0, refused: 0, completed: 0 };
/** @type {Array<{ since: number, done: () => void }>} */
const queue = [];

/** @param {() => void} done */
function offer(done) {
  count.offered += 1;
  if (queue.length >= queueBound) {
    count.refused += 1;
    return false;
  }
  queue.push({ since: performance.now(), done });
  work();
  return true;
}

function work() {
  while (busy < workers) {
    const job = queue.shift();
    if (job === undefined) return;
    busy += 1;
    setTimeout(() => {
      busy -= 1;
      count.completed += 1;
      job.done();
      work();
    }, jobMs);
  }
}

let owed = 0;
let fedAt = performance.now();
setInterval(() => {
  const now = performance.now();
  // A machine that slept owes no flood of jobs afterwards.
  owed += (feedPerSecond * Math.min(now - fedAt, 500)) / 1000;
  fedAt = now;
  for (; owed >= 1; owed -= 1) offer(() => {});
}, feedTickMs);

function state() {
  const oldest = queue[0];
  const oldestWaitMs = oldest === undefined ? 0 : Math.round(performance.now() - oldest.since);
  return { workers, maxWorkers, feedPerSecond, queueDepth: queue.length, oldestWaitMs, ...count };
}

/** @param {import('node:http').ServerResponse} response */
function take(response) {
  const impatience = setTimeout(() => answer(response, 504, { error: 'the job waits too long' }), patienceMs);
  const taken = offer(() => {
    clearTimeout(impatience);
    if (!response.headersSent) answer(response, 200, { pool: settings.name });
  });
  if (taken) return;
  clearTimeout(impatience);
  answer(response, 503, { error: 'the queue is full' });
}

const server = createServer(async (request, response) => {
  if (request.url === '/job' && request.method === 'POST') return take(response);
  if (!mayManage(request, response)) return;
  const body = request.method === 'PUT' ? JSON.parse((await readBody(request)).toString() || '{}') : {};
  if (request.url === '/workers') {
    if (!Number.isInteger(body.workers) || body.workers < 1 || body.workers > maxWorkers)
      return answer(response, 409, { error: `${settings.name} can have 1 to ${maxWorkers} workers` });
    workers = body.workers;
    work();
  } else if (request.url === '/feed') feedPerSecond = Number(body.perSecond);
  else if (request.url !== '/state') return answer(response, 404, { error: 'no such route' });
  answer(response, 200, state());
});
report({ port: await listen(server, settings.port) });
