import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Worker processes that are ready to begin. */
export interface Workers {
  /** Tells each its share; sent once. */
  begin(shares: readonly (readonly unknown[])[]): void;
  /** Ends them. */
  end(): Promise<void>;
}

const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** Starts one process for each order, and waits until each says that it is ready. */
export async function startWorkers(program: string, orders: readonly object[]): Promise<Workers> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const children = orders.map((order) =>
    fork(path, [JSON.stringify(order)], {
      execArgv: ['--conditions=@remit/source', '--import', 'tsx'],
      stdio: ['ignore', 2, 2, 'ipc'],
    }),
  );
  for (const child of children) {
    alive.add(child);
    child.once('exit', () => alive.delete(child));
  }
  const failed = children.map(async (child) => {
    const [code] = (await once(child, 'exit')) as [number | null];
    throw new Error(`${program} ended with ${code} before its work was done.`);
  });
  for (const failure of failed) failure.catch(() => {});
  await Promise.all(children.map((child, index) => Promise.race([once(child, 'message'), failed[index]])));
  return {
    begin(shares) {
      for (const [index, child] of children.entries()) child.send([...(shares[index] ?? [])]);
    },
    async end() {
      await Promise.all(
        children.map(async (child) => {
          if (child.exitCode !== null || child.signalCode !== null) return;
          child.kill('SIGKILL');
          await once(child, 'exit');
        }),
      );
    },
  };
}
