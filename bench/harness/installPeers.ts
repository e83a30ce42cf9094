import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/* What we are measured against has folders and locks of its own: nobody who only uses Remit downloads it. */

const BENCH = new URL('../', import.meta.url);

/** Installs what the lock of a folder below `bench/` says, unless it is there already. */
export function installPeers(folder: string, progress: (says: string) => void): void {
  const home = fileURLToPath(new URL(folder, BENCH));
  const lock = readFileSync(`${home}/package-lock.json`, 'utf8');
  /** A copy of the lock that is installed. */
  const installed = `${home}/node_modules/.installed-lock.json`;
  if (existsSync(installed) && readFileSync(installed, 'utf8') === lock) return;
  progress(`installing the peers: npm ci --prefix ${home}`);
  const { status } = spawnSync('npm', ['ci', '--prefix', home, '--no-audit', '--no-fund'], {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
    // A package of prism's would tell its makers that it was installed.
    env: { ...process.env, SCARF_ANALYTICS: 'false', DO_NOT_TRACK: '1' },
  });
  if (status !== 0) throw new Error(`The peers cannot be installed: run "npm ci --prefix ${home}" and see why.`);
  writeFileSync(installed, lock);
}
