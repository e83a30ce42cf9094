import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { LabError } from '../labError.js';
import { request } from '../request.js';
import type { Probe, System } from './system.js';

/** What `deployment_status` finds. */
export interface DeploymentStatus {
  deployment: string;
  release: string;
  /** The newest release that is older than the current one; empty when there is none. */
  previousRelease: string;
  failingRequestsPercent: number;
}

const paths = ['/', '/search', '/cart', '/checkout', '/account'];
const releaseSchema = z.object({ deployedAt: z.string() });

const goodPages = `export function render(path, config) {
  const pages = { '/': 'Welcome', '/search': 'Results', '/cart': 'Cart', '/account': 'Account' };
  if (path === '/checkout') return 'Pay with ' + new URL(config.paymentUrl).hostname;
  return pages[path];
}
`;
// The mistake of the bad release: it expects a setting that its configuration does not have.
const badPages = `export function render(path, config) {
  const price = () => (9.99).toLocaleString('en', { style: 'currency', currency: config.shop.currency });
  const pages = { '/': () => 'Welcome', '/search': () => 'Results from ' + price(), '/account': () => 'Account' };
  if (path === '/cart') return 'Cart ' + price();
  if (path === '/checkout') return 'Pay ' + price() + ' with ' + new URL(config.paymentUrl).hostname;
  return pages[path]?.();
}
`;

/** Makes the folder with releases 1.0 and 1.1, the latter current. */
export async function prepareDeployment(folder: string): Promise<void> {
  await mkdir(join(folder, 'releases'), { recursive: true });
  await writeRelease(folder, '1.0', goodPages, '2025-01-07T09:00:00.000Z');
  await writeRelease(folder, '1.1', goodPages, '2025-02-04T09:00:00.000Z');
  await pointTo(folder, '1.1');
  for (const release of await readdir(join(folder, 'releases')))
    if (release !== '1.0' && release !== '1.1')
      await rm(join(folder, 'releases', release), { recursive: true, force: true });
}

async function writeRelease(folder: string, release: string, pages: string, deployedAt: string): Promise<void> {
  const target = join(folder, 'releases', release);
  await mkdir(target, { recursive: true });
  await writeFile(join(target, 'pages.mjs'), pages);
  await writeFile(join(target, 'config.json'), JSON.stringify({ paymentUrl: 'https://pay.example.com' }));
  await writeFile(join(target, 'release.json'), JSON.stringify({ release, deployedAt }));
}

/** Repoints `current` in one step: there is no moment without a release. */
async function pointTo(folder: string, release: string): Promise<void> {
  const draft = join(folder, `current-${randomUUID()}`);
  await symlink(join('releases', release), draft);
  await rename(draft, join(folder, 'current'));
}

/** All releases, oldest first. */
async function readReleases(folder: string): Promise<string[]> {
  const found: Array<{ release: string; deployedAt: string }> = [];
  for (const release of await readdir(join(folder, 'releases'))) {
    const text = await readFile(join(folder, 'releases', release, 'release.json'), 'utf8');
    found.push({ release, deployedAt: releaseSchema.parse(JSON.parse(text)).deployedAt });
  }
  return found.sort((a, b) => Date.parse(a.deployedAt) - Date.parse(b.deployedAt)).map(({ release }) => release);
}

async function readCurrent(folder: string): Promise<string> {
  return basename(await readlink(join(folder, 'current')));
}

async function requestAllPages(system: System): Promise<number[]> {
  const visits = [...paths, ...paths];
  return await Promise.all(visits.map(async (path) => (await request({ port: system.port, path })).status));
}

/** Reads which release is current and requests its pages. */
export async function readDeploymentStatus(system: System): Promise<DeploymentStatus> {
  const [release, releases, statuses] = await Promise.all([
    readCurrent(system.folder),
    readReleases(system.folder),
    requestAllPages(system),
  ]);
  const failing = statuses.filter((status) => status !== 200).length;
  return {
    deployment: system.name,
    release,
    previousRelease: releases[releases.indexOf(release) - 1] ?? '',
    failingRequestsPercent: Math.round((failing / statuses.length) * 100),
  };
}

/** What a visitor sees who opens every page. */
export async function useDeployment(system: System): Promise<Probe> {
  const statuses = await requestAllPages(system);
  const failing = statuses.filter((status) => status !== 200);
  if (failing.length === 0) return { ok: true, detail: `${statuses.length} pages answered` };
  return { ok: false, detail: `${failing.length} of ${statuses.length} pages failed with ${failing[0]}` };
}

async function requireRelease(system: System, release: string): Promise<string[]> {
  const releases = await readReleases(system.folder);
  if (releases.includes(release)) return releases;
  const there = `There is: ${releases.join(', ')}.`;
  throw new LabError('unknown_name', `${system.name} has no release "${release}". ${there}`);
}

/**
 * Makes a release current.
 * @throws LabError `unknown_name` when there is no such release.
 */
export async function activateRelease(system: System, release: string): Promise<{ release: string }> {
  await requireRelease(system, release);
  await pointTo(system.folder, release);
  return { release: await readCurrent(system.folder) };
}

/**
 * Makes an older release current.
 * @throws LabError `unknown_name` when there is no such release, `refused` when it is newer than the current one.
 */
export async function rollBack(system: System, toRelease: string): Promise<{ release: string }> {
  const releases = await requireRelease(system, toRelease);
  const current = await readCurrent(system.folder);
  if (releases.indexOf(toRelease) > releases.indexOf(current))
    throw new LabError('refused', `${toRelease} is newer than ${current}: that is no rollback, use activate_release.`);
  return await activateRelease(system, toRelease);
}

/** Deploys a release with a mistake in it and makes it current. */
export async function deployBadRelease(system: System): Promise<void> {
  const releases = await readReleases(system.folder);
  const release = `1.${releases.length}`;
  await writeRelease(system.folder, release, badPages, new Date().toISOString());
  await pointTo(system.folder, release);
}
