import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a program needs to know; becomes one environment variable of its process. */
export interface ProgramSettings {
  name: string;
  folder: string;
  token: string;
  echoPort: number;
}

/** One supervised child process. Its ports stay the same over a restart. */
export interface Program {
  readonly port: number;
  readonly managementPort: number;
  /** 0 when there is no process. */
  readonly pid: number;
  readonly restarts: number;
  /** Starts it and waits until it listens. */
  start(): Promise<void>;
  /** Kills it at once and waits until it is gone. */
  kill(): Promise<void>;
  /** Kills what is left of it and starts it again. One restart after the other. */
  restart(): Promise<void>;
  /** Starts it afresh, with no restart on record. */
  reset(): Promise<void>;
}

const startWithinMs = 15_000;

/** Describes a child process; `file` is its program, next to the systems. Nothing runs before `start`. */
export function superviseProgram(file: string, settings: ProgramSettings): Program {
  let child: ChildProcess | undefined;
  const ports = { port: 0, managementPort: 0 };
  let restarts = 0;
  let last: Promise<void> = Promise.resolve();

  async function start(): Promise<void> {
    const started = fork(fileURLToPath(new URL(`../systems/${file}`, import.meta.url)), [], {
      // The owner's loaders are of no use to a plain program and would only slow it down.
      execArgv: [],
      env: { LAB_CHILD: JSON.stringify({ ...settings, ...ports }) },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child = started;
    started.on('error', () => undefined);
    const listening = new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${settings.name} does not start`)), startWithinMs);
      started.once('exit', () => reject(new Error(`${settings.name} ended while it started`)));
      started.on('message', (message: { port: number; managementPort: number }) => {
        clearTimeout(late);
        Object.assign(ports, message);
        resolve();
      });
    });
    await listening;
  }

  async function kill(): Promise<void> {
    const victim = child;
    if (!victim || !isAlive(victim)) return;
    const gone = once(victim, 'exit');
    victim.kill('SIGKILL');
    await gone;
  }

  function inTurn(work: () => Promise<void>): Promise<void> {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  }

  return {
    get port() {
      return ports.port;
    },
    get managementPort() {
      return ports.managementPort;
    },
    get pid() {
      return child && isAlive(child) ? (child.pid ?? 0) : 0;
    },
    get restarts() {
      return restarts;
    },
    start: () => inTurn(start),
    kill: () => inTurn(kill),
    restart: () =>
      inTurn(async () => {
        await kill();
        await start();
        restarts += 1;
      }),
    reset: () =>
      inTurn(async () => {
        await kill();
        await start();
        restarts = 0;
      }),
  };
}

function isAlive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}
