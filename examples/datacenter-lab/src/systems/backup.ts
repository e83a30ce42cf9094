import { createHash, randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { System } from './system.js';

const kept = 3;

const manifestSchema = z.object({
  volume: z.string(),
  takenAt: z.string(),
  files: z.array(z.object({ name: z.string(), sizeBytes: z.number(), sha256: z.string() })),
});
type Manifest = z.infer<typeof manifestSchema>;

/** What `backup_status` finds about the newest backup. Without one: not verified, age 0, no date, no size. */
export interface BackupStatus {
  volume: string;
  exists: boolean;
  /** Every file of the manifest is there, has its size and its SHA-256, and there is no other. */
  verified: boolean;
  ageSeconds: number;
  /** ISO 8601, from the backup's manifest. */
  takenAt: string;
  sizeBytes: number;
}

/** Copies the volume's files next to a manifest with their checksums. Keeps the three newest backups. */
export async function takeBackup(system: System): Promise<{ takenAt: string; sizeBytes: number }> {
  const draft = join(system.backups, `draft-${randomUUID()}`);
  await mkdir(join(draft, 'data'), { recursive: true });
  const files: Manifest['files'] = [];
  const source = join(system.folder, 'data');
  for (const name of (await readdir(source)).filter((file) => !file.startsWith('probe-')).sort()) {
    await copyFile(join(source, name), join(draft, 'data', name));
    // The checksum is that of the copy: a blob may be replaced while the backup runs.
    const bytes = await readFile(join(draft, 'data', name));
    files.push({ name, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
  }
  const manifest: Manifest = { volume: system.name, takenAt: new Date().toISOString(), files };
  await writeFile(join(draft, 'manifest.json'), JSON.stringify(manifest, null, 2));
  // Only a whole backup gets the name of one.
  await rename(draft, join(system.backups, `backup-${randomUUID()}`));
  for (const { folder } of (await readBackups(system)).slice(kept)) await rm(folder, { recursive: true, force: true });
  return { takenAt: manifest.takenAt, sizeBytes: sum(manifest) };
}

function sum(manifest: Manifest): number {
  return manifest.files.reduce((bytes, file) => bytes + file.sizeBytes, 0);
}

/** All backups that have a readable manifest, newest first. */
async function readBackups(system: System): Promise<Array<{ folder: string; manifest: Manifest }>> {
  const found: Array<{ folder: string; manifest: Manifest }> = [];
  for (const name of await readdir(system.backups).catch(() => [])) {
    if (!name.startsWith('backup-')) continue;
    const folder = join(system.backups, name);
    const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => '');
    if (text !== '') found.push({ folder, manifest: manifestSchema.parse(JSON.parse(text)) });
  }
  return found.sort((a, b) => Date.parse(b.manifest.takenAt) - Date.parse(a.manifest.takenAt));
}

async function verifies(folder: string, manifest: Manifest): Promise<boolean> {
  const present = await readdir(join(folder, 'data')).catch(() => []);
  if (present.length !== manifest.files.length) return false;
  for (const file of manifest.files) {
    const bytes = await readFile(join(folder, 'data', file.name)).catch(() => undefined);
    if (bytes?.length !== file.sizeBytes) return false;
    if (createHash('sha256').update(bytes).digest('hex') !== file.sha256) return false;
  }
  return true;
}

/** Reads the newest backup whole and compares it with its manifest. */
export async function readBackupStatus(system: System): Promise<BackupStatus> {
  const volume = system.name;
  const [newest] = await readBackups(system);
  if (!newest) return { volume, exists: false, verified: false, ageSeconds: 0, takenAt: '', sizeBytes: 0 };
  const { folder, manifest } = newest;
  const ageSeconds = Math.max(0, Math.round((Date.now() - Date.parse(manifest.takenAt)) / 1000));
  const verified = await verifies(folder, manifest);
  return { volume, exists: true, verified, ageSeconds, takenAt: manifest.takenAt, sizeBytes: sum(manifest) };
}

/** Deletes every backup of the volume. */
export async function deleteBackups(system: System): Promise<void> {
  await rm(system.backups, { recursive: true, force: true });
  await mkdir(system.backups, { recursive: true });
}

/** Moves every backup three days into the past, as if none had been taken since. */
export async function ageBackups(system: System): Promise<void> {
  for (const { folder, manifest } of await readBackups(system)) {
    const takenAt = new Date(Date.parse(manifest.takenAt) - 3 * 24 * 3600 * 1000);
    const file = join(folder, 'manifest.json');
    await writeFile(file, JSON.stringify({ ...manifest, takenAt: takenAt.toISOString() }, null, 2));
    for (const path of [file, ...manifest.files.map(({ name }) => join(folder, 'data', name))])
      await utimes(path, takenAt, takenAt);
  }
}

/** Flips bytes in a file of the newest backup. */
export async function corruptBackup(system: System): Promise<void> {
  const [newest] = await readBackups(system);
  const name = newest?.manifest.files[0]?.name;
  if (!newest || name === undefined) throw new Error(`${system.name} has no backup that could be corrupted`);
  const file = join(newest.folder, 'data', name);
  const bytes = await readFile(file);
  for (let at = 0; at < Math.min(64, bytes.length); at += 1) bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  await writeFile(file, bytes);
}
