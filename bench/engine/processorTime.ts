import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/* What a server and its processes cost, as Linux counts it. */

/** Numbers of the fields behind the name in `/proc/PID/stat`, from 0: parent, and processor time of its own and of its dead children. */
const PARENT = 1;
const TIMES = [11, 12, 13, 14] as const;

function statOf(pid: string): readonly string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets and may hold anything.
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

let ticksPerSecond: number | undefined;
function ticks(): number {
  ticksPerSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return ticksPerSecond;
}

/** Processor time of a process and its children since it started, ms; null where the system does not tell. */
export function processorMsOf(pid: number | null): number | null {
  if (pid === null || process.platform !== 'linux') return null;
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const ours = all.flatMap((name) => {
    const stat = statOf(name);
    return stat && (name === String(pid) || stat[PARENT] === String(pid)) ? [stat] : [];
  });
  const used = ours.reduce((total, stat) => total + TIMES.reduce((sum, at) => sum + Number(stat[at]), 0), 0);
  return (used / ticks()) * 1_000;
}
