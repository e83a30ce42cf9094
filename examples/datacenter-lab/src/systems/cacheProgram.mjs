// A cache: /get?key= answers from an entry on disk, or fetches the value from the origin and keeps it.
import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { answer, listen, report, settings } from './program.mjs';

/** @param {string} key */
async function rebuild(key) {
  const value = await readFile(join(settings.folder, 'origin', `${key}.txt`), 'utf8');
  const entry = { key, value, checksum: createHash('sha256').update(value).digest('hex') };
  const file = join(settings.folder, 'entries', `${key}.json`);
  // Readers never see half an entry.
  const draft = join(settings.folder, 'drafts', randomUUID());
  await writeFile(draft, JSON.stringify(entry));
  await rename(draft, file);
  return value;
}

/** @param {string} key */
async function get(key) {
  let text;
  try {
    text = await readFile(join(settings.folder, 'entries', `${key}.json`), 'utf8');
  } catch {
    return await rebuild(key);
  }
  const entry = JSON.parse(text);
  if (createHash('sha256').update(entry.value).digest('hex') !== entry.checksum) throw new Error('checksum mismatch');
  return entry.value;
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const key = url.searchParams.get('key') ?? '';
  if (url.pathname !== '/get' || !/^[a-z0-9-]+$/.test(key)) return answer(response, 404, { error: 'no such key' });
  try {
    answer(response, 200, { key, value: await get(key) });
  } catch (error) {
    answer(response, 500, { error: `${key}: ${error instanceof Error ? error.message : error}` });
  }
});
report({ port: await listen(server, settings.port) });
