import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { request } from '../request.js';
import type { Probe, System } from './system.js';

/** What `cache_status` finds. */
export interface CacheStatus {
  cache: string;
  responding: boolean;
  failingRequestsPercent: number;
  entries: number;
  corruptEntries: number;
}

const keys = Array.from({ length: 12 }, (_, index) => `item-${String(index + 1).padStart(2, '0')}`);
const entrySchema = z.object({ key: z.string(), value: z.string(), checksum: z.string() });

/** Makes the folders and the origin's values. The cache itself starts empty. */
export async function prepareCache(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const part of ['origin', 'entries', 'drafts']) await mkdir(join(folder, part), { recursive: true });
  for (const key of keys) await writeFile(join(folder, 'origin', `${key}.txt`), `the value of ${key} `.repeat(20));
}

async function requestAllKeys(system: System): Promise<number[]> {
  const get = async (key: string) => (await request({ port: system.port, path: `/get?key=${key}` })).status;
  return await Promise.all(keys.map(get));
}

async function isSound(file: string): Promise<boolean> {
  try {
    const entry = entrySchema.parse(JSON.parse(await readFile(file, 'utf8')));
    return createHash('sha256').update(entry.value).digest('hex') === entry.checksum;
  } catch {
    return false;
  }
}

/** Requests every key and reads every entry on disk. */
export async function readCacheStatus(system: System): Promise<CacheStatus> {
  const statuses = await requestAllKeys(system);
  const failing = statuses.filter((status) => status !== 200).length;
  const folder = join(system.folder, 'entries');
  const files = await readdir(folder);
  const sound = await Promise.all(files.map((file) => isSound(join(folder, file))));
  return {
    cache: system.name,
    responding: statuses.some((status) => status !== 0),
    failingRequestsPercent: Math.round((failing / statuses.length) * 100),
    entries: files.length,
    corruptEntries: sound.filter((ok) => !ok).length,
  };
}

/** What a user sees who asks for every key. */
export async function useCache(system: System): Promise<Probe> {
  const failing = (await requestAllKeys(system)).filter((status) => status !== 200);
  if (failing.length === 0) return { ok: true, detail: `${keys.length} keys answered` };
  return { ok: false, detail: `${failing.length} of ${keys.length} keys failed with ${failing[0]}` };
}

/** Deletes every entry; the cache rebuilds them from the origin on demand. */
export async function clearCache(system: System): Promise<{ removedEntries: number }> {
  const folder = join(system.folder, 'entries');
  const files = await readdir(folder);
  await Promise.all(files.map((file) => rm(join(folder, file), { force: true })));
  return { removedEntries: files.length };
}

/** Overwrites bytes in the middle of three of four entries, as a bad disk would. */
export async function corruptEntries(system: System): Promise<void> {
  await requestAllKeys(system);
  for (const [index, key] of keys.entries()) {
    if (index % 4 === 3) continue;
    const file = join(system.folder, 'entries', `${key}.json`);
    const bytes = await readFile(file);
    bytes.fill('#', Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 8);
    await writeFile(file, bytes);
  }
}
