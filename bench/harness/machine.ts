import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** Where figures were measured: without it they mean nothing. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** Mean number of processes that wanted a core in the last minute, when the measurement began and when it ended. */
  readonly load: { readonly before: number; readonly after: number };
}

/** Looks at this machine; the answer is complete once the measurement is over. */
export function watchMachine(): () => Machine {
  const loadNow = (): number => Math.round((loadavg()[0] ?? 0) * 10) / 10;
  const before = loadNow();
  return () => ({
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.version,
    load: { before, after: loadNow() },
  });
}
