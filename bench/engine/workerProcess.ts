/* What the worker processes of all contenders have in common: how they begin, tell what they cost, and end. */

/** What a worker process is told. */
export type WorkerWord = { readonly begin: readonly unknown[] } | 'cost';

/** What a worker process says: it may begin, or the processor time that it has used since it started, ms. */
export type WorkerAnswer = 'ready' | { readonly processorMs: number };

const MICROSECONDS = 1_000;

/** Says that this process is ready, begins with its share when it is told to, and ends when its parent does. */
export function readyToBegin<Share>(begin: (share: readonly Share[]) => Promise<unknown>): void {
  const say = (answer: WorkerAnswer): void => void process.send?.(answer);
  process.on('message', (word: WorkerWord) => {
    if (word === 'cost') {
      const { user, system } = process.cpuUsage();
      say({ processorMs: (user + system) / MICROSECONDS });
    } else void begin(word.begin as readonly Share[]);
  });
  process.on('disconnect', () => process.exit(0));
  say('ready');
}
