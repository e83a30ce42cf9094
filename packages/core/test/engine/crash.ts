import type { Executor } from '../../src/ports/executor.js';
import type { Storage } from '../../src/ports/storage.js';

/** Where a process dies: at its n-th operation on the store or the executor, before or after it took effect. */
export interface CrashPoint {
  readonly at: number;
  readonly when: 'before' | 'after';
}

/** A process that dies. From then on every operation of it fails, as if nobody heard it any more. */
export interface Mortal {
  readonly storage: (shared: Storage) => Storage;
  readonly executor: (own: Executor) => Executor;
  readonly isDead: () => boolean;
  /** From now on its operations are counted; while it starts it cannot die. */
  readonly arm: () => void;
}

type Verb = (...args: readonly unknown[]) => unknown;

/** Makes a process mortal. */
export function mortal(point: CrashPoint | null): Mortal {
  let operations = 0;
  let dead = false;
  let armed = false;
  const die = (): never => {
    dead = true;
    throw new Error('the process died');
  };

  async function operate(verb: Verb, self: unknown, args: readonly unknown[]): Promise<unknown> {
    if (dead) return die();
    operations += armed ? 1 : 0;
    const isLast = armed && point !== null && operations === point.at;
    if (isLast && point.when === 'before') return die();
    const result = await verb.apply(self, [...args]);
    return isLast || dead ? die() : result;
  }

  function wrap<Thing extends object>(thing: Thing): Thing {
    return new Proxy(thing, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value === 'function') return (...args: unknown[]) => operate(value as Verb, target, args);
        return typeof value === 'object' && value !== null ? wrap(value) : value;
      },
    });
  }

  return {
    storage: (shared) => wrap(shared),
    // `close` ends nothing here.
    executor: (own) => {
      const { close, ...rest } = own;
      return { ...wrap(rest), close, name: own.name } as Executor;
    },
    isDead: () => dead,
    arm: () => {
      armed = true;
    },
  };
}
