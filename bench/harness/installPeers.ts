import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/* What we are measured against has a folder and a lock of its own: nobody who only uses Remit downloads it. */

const HOME = fileURLToPath(new URL('..', import.meta.url));
const LOCK = `${HOME}package-lock.json`;
/** A copy of the lock that is installed. */
const INSTALLED = `${HOME}node_modules/.installed-lock.json`;

function isInstalled(): boolean {
  return existsSync(INSTALLED) && readFileSync(INSTALLED, 'utf8') === readFileSync(LOCK, 'utf8');
}

/** Installs the peers as their lock says, unless they are there already. */
export function installPeers(progress: (says: string) => void): void {
  if (isInstalled()) return;
  progress('installing the peers: npm ci --prefix bench');
  const options = ['--prefix', HOME, '--no-audit', '--no-fund'];
  const { status } = spawnSync('npm', ['ci', ...options], {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('The peers cannot be installed: run "npm ci --prefix bench" and see why.');
  writeFileSync(INSTALLED, readFileSync(LOCK, 'utf8'));
}
