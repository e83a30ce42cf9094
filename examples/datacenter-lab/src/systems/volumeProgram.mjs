// A datastore: blobs in a folder, with a quota that is read from volume.json for every write and enforced with 507.
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { answer, listen, readBody, report, settings } from './program.mjs';

const data = join(settings.folder, 'data');
const drafts = join(settings.folder, 'drafts');
const leftoverMs = 30_000;

/** @param {string} name */
function sizeOf(name) {
  return statSync(join(data, name), { throwIfNoEntry: false })?.size ?? 0;
}

/** Write probes of a reader that was killed half way must not eat the volume. */
function sweepProbes() {
  for (const name of readdirSync(data)) {
    if (!name.startsWith('probe-')) continue;
    const made = statSync(join(data, name), { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - made > leftoverMs) rmSync(join(data, name), { force: true });
  }
}

/**
 * Everything here is synchronous, so two writes cannot both take the last free bytes.
 * @param {string} name
 * @param {Buffer} body
 */
function put(name, body) {
  sweepProbes();
  const { capacityBytes } = JSON.parse(readFileSync(join(settings.folder, 'volume.json'), 'utf8'));
  const others = readdirSync(data).filter((other) => other !== name);
  const used = others.reduce((sum, other) => sum + sizeOf(other), 0);
  if (used + body.length > capacityBytes) return false;
  writeFileSync(join(drafts, name), body);
  renameSync(join(drafts, name), join(data, name));
  return true;
}

const server = createServer(async (request, response) => {
  const name = /^\/blobs\/([a-z0-9][a-z0-9.-]{0,80})$/.exec(request.url ?? '')?.[1];
  if (name === undefined) return answer(response, 404, { error: 'no such blob' });
  try {
    if (request.method === 'PUT') {
      if (put(name, await readBody(request))) answer(response, 201, { name });
      else answer(response, 507, { error: 'the volume is full' });
    } else if (request.method === 'GET') {
      const body = readFileSync(join(data, name));
      response.writeHead(200, { 'content-length': body.length, connection: 'close' });
      response.end(body);
    } else if (request.method === 'DELETE') {
      rmSync(join(data, name), { force: true });
      answer(response, 200, { name });
    } else answer(response, 405, { error: 'PUT, GET or DELETE' });
  } catch (error) {
    answer(response, 404, { error: String(error) });
  }
});
report({ port: await listen(server, settings.port) });
