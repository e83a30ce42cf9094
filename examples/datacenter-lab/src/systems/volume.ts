import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LabError } from '../labError.js';
import { request } from '../request.js';
import type { Probe, System } from './system.js';

const mebibyte = 1024 * 1024;
/** Capacity of a fresh volume, bytes. */
export const initialCapacityBytes = 10 * mebibyte;
/** The array behind the volumes has no more than this for one of them, bytes. */
export const largestCapacityBytes = 64 * mebibyte;
/** Size of a user's typical write, bytes: 2.5 % of a fresh volume. */
const typicalWriteBytes = 256 * 1024;

/** What `volume_status` finds. */
export interface VolumeStatus {
  volume: string;
  capacityBytes: number;
  usedBytes: number;
  usedPercent: number;
  acceptsWrites: boolean;
}

/** Makes the volume's folder with 3 MiB of data in it and the initial quota. */
export async function prepareVolume(folder: string): Promise<void> {
  await mkdir(join(folder, 'data'), { recursive: true });
  await mkdir(join(folder, 'drafts'), { recursive: true });
  await writeCapacity(folder, initialCapacityBytes);
  const wanted = ['table-1.bin', 'table-2.bin', 'table-3.bin'];
  for (const file of await readdir(join(folder, 'data')))
    if (!wanted.includes(file)) await rm(join(folder, 'data', file), { force: true });
  for (const file of wanted) await writeFile(join(folder, 'data', file), randomBytes(mebibyte));
}

async function writeCapacity(folder: string, capacityBytes: number): Promise<void> {
  const draft = join(folder, 'drafts', randomUUID());
  await writeFile(draft, JSON.stringify({ capacityBytes }));
  await rename(draft, join(folder, 'volume.json'));
}

async function readCapacity(folder: string): Promise<number> {
  const text = await readFile(join(folder, 'volume.json'), 'utf8');
  return z.object({ capacityBytes: z.number() }).parse(JSON.parse(text)).capacityBytes;
}

/** Sums the files. Probes of other readers do not count: they are gone in a moment. */
async function readUsed(folder: string): Promise<number> {
  let used = 0;
  for (const file of await readdir(join(folder, 'data'))) {
    if (file.startsWith('probe-')) continue;
    used += (await stat(join(folder, 'data', file)).catch(() => ({ size: 0 }))).size;
  }
  return used;
}

/** Writes a blob, reads it back and deletes it. Says what went wrong, or nothing. */
async function tryWrite(system: System): Promise<string> {
  const path = `/blobs/probe-${randomUUID()}`;
  const body = randomBytes(typicalWriteBytes);
  const { port } = system;
  try {
    const written = await request({ port, path, method: 'PUT', body });
    if (written.status !== 201) return `a write was refused: ${written.failure || written.status}`;
    const read = await request({ port, path });
    return read.body.equals(body) ? '' : 'what was written does not come back';
  } finally {
    await request({ port, path, method: 'DELETE' });
  }
}

/** Measures the files, reads the quota and tries a write. */
export async function readVolumeStatus(system: System): Promise<VolumeStatus> {
  const [capacityBytes, usedBytes, refusal] = await Promise.all([
    readCapacity(system.folder),
    readUsed(system.folder),
    tryWrite(system),
  ]);
  const usedPercent = Math.round((usedBytes / capacityBytes) * 1000) / 10;
  return { volume: system.name, capacityBytes, usedBytes, usedPercent, acceptsWrites: refusal === '' };
}

/** What a user sees who stores something. */
export async function useVolume(system: System): Promise<Probe> {
  const refusal = await tryWrite(system);
  return refusal === '' ? { ok: true, detail: 'wrote and read back' } : { ok: false, detail: refusal };
}

/**
 * Sets the enforced quota.
 * @throws LabError `refused` when the data would not fit or the array has not that much.
 */
export async function expandVolume(system: System, toBytes: number): Promise<{ capacityBytes: number }> {
  const used = await readUsed(system.folder);
  if (toBytes < used)
    throw new LabError('refused', `${system.name} holds ${used} bytes and cannot shrink to ${toBytes}.`);
  if (toBytes > largestCapacityBytes)
    throw new LabError('refused', `A volume can have ${largestCapacityBytes} bytes at most, not ${toBytes}.`);
  await writeCapacity(system.folder, toBytes);
  return { capacityBytes: await readCapacity(system.folder) };
}

/** Writes logs until 98 % of the quota is used, or more where a typical write would still fit then. */
export async function fillVolume(system: System): Promise<void> {
  const capacity = await readCapacity(system.folder);
  const target = Math.ceil(Math.max(capacity * 0.98, capacity - typicalWriteBytes * 0.8));
  for (let writes = 0; writes < 1000; writes += 1) {
    const missing = target - (await readUsed(system.folder));
    if (missing <= 0) return;
    const body = randomBytes(Math.min(missing, mebibyte));
    const path = `/blobs/log-${randomUUID()}`;
    const written = await request({ port: system.port, path, method: 'PUT', body });
    // A probe that is under way may hold the last bytes for a moment.
    if (written.status !== 201 && written.status !== 507) break;
  }
  throw new Error(`${system.name} cannot be filled`);
}
