import type { Storage } from '@remit/core';
import { expect } from 'vitest';

/*
 * Whether each statement that a store sends finds its rows by an index. The statements are those of the whole contract, so
 * a verb that is in no case of it would be in no plan either: that fails too.
 */

/** Hears of the verbs that are called. */
export interface Heard {
  /** The same store; what is called of it is heard of. */
  listening(storage: Storage): Storage;
  /** Verbs that the store has and nobody has called, as `group.verb`. */
  uncalled(): readonly string[];
}

/** Listens to stores. */
export function verbsCalled(): Heard {
  const [there, called] = [new Set<string>(), new Set<string>()];
  function heard<Store extends object>(store: Store, group: string): Store {
    const entries = Object.entries(store).map(([name, part]: [string, unknown]) => {
      if (typeof part === 'object' && part !== null) return [name, heard(part, `${name}.`)];
      if (typeof part !== 'function') return [name, part];
      const verb = `${group}${name}`;
      there.add(verb);
      const call = (...given: unknown[]): unknown => {
        called.add(verb);
        return part(...given);
      };
      return [name, call];
    });
    return Object.fromEntries(entries);
  }
  return {
    listening: (storage) => heard(storage, ''),
    uncalled: () => [...there].filter((verb) => !called.has(verb)),
  };
}

/** What is found in a plan, with why it is no fault. */
export type Excuses = readonly (readonly [fault: RegExp, why: string])[];

/** Fails for faults that nothing excuses, and for excuses of nothing: one must not outlive what it excuses. */
export function expectExcused(faults: readonly string[], excuses: Excuses): void {
  expect([...new Set(faults)].filter((fault) => !excuses.some(([excused]) => excused.test(fault)))).toEqual([]);
  const idle = excuses.filter(([excused]) => !faults.some((fault) => excused.test(fault)));
  expect(idle.map(([excused, why]) => `${excused} (${why})`)).toEqual([]);
}
