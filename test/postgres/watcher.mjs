import { mkdtempSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

/*
 * Makes the server's folder, and cleans up after a test run, however it ended. Started with the beginning of the
 * folder's name; says the whole name, then reads a line "+<pid>" for each process that was started and "-<pid>" for each
 * that has ended. When its standard input closes, the run is over or was killed: what still lives is killed, and the
 * folder is removed.
 */

const folder = mkdtempSync(process.argv[2]);
process.stdout.on('error', () => {});
console.log(folder);
const living = new Set();

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1));
  if (line.startsWith('+')) living.add(pid);
  else living.delete(pid);
}
for (const pid of living) {
  // To postgres this means: end at once, children too.
  if (isAlive(pid)) process.kill(pid, 'SIGQUIT');
}
for (let waited = 0; waited < 5_000 && [...living].some(isAlive); waited += 20) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
for (const pid of living) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
