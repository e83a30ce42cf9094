import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Gathering, gathered } from '../src/gathered.js';

/* Questions of one process, answered together. */

afterEach(() => void vi.useRealTimers());

/** A gathering whose batches are seen, and answered when the test says so. */
function watched(parts: Partial<Gathering<string, string>> = {}) {
  const batches: (readonly string[])[] = [];
  const alone: string[] = [];
  const gates: (() => void)[] = [];
  const ask = gathered<string, string>({
    async together(asks) {
      batches.push(asks);
      await new Promise<void>((resolve) => gates.push(resolve));
      return asks.map((one) => `${one}!`);
    },
    async alone(one) {
      alone.push(one);
      return `${one}, alone`;
    },
    ...parts,
  });
  const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
  const open = async (): Promise<void> => {
    gates.shift()?.();
    await nextTurn();
  };
  return { ask, batches, alone, open, nextTurn };
}

describe('questions that are answered together', () => {
  it('those of one turn go together; those that come meanwhile wait, and are the next ones', async () => {
    const { ask, batches, open, nextTurn } = watched();
    const answers = Promise.all(['a', 'b'].map(ask));
    await nextTurn();
    const later = Promise.all(['c', 'd'].map(ask));
    expect(batches).toEqual([['a', 'b']]);
    await open();
    expect(await answers).toEqual(['a!', 'b!']);
    expect(batches).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    await open();
    expect(await later).toEqual(['c!', 'd!']);
  });

  it('two about the same never go together, and keep their order', async () => {
    const { ask, batches, open, nextTurn } = watched({ about: (one) => one.slice(0, 1) });
    const answers = Promise.all(['a1', 'b1', 'a2', 'a3'].map(ask));
    for (let batch = 0; batch < 3; batch += 1) {
      await nextTurn();
      await open();
    }
    expect(batches).toEqual([['a1', 'b1'], ['a2'], ['a3']]);
    expect(await answers).toEqual(['a1!', 'b1!', 'a2!', 'a3!']);
  });

  it('one that spoils it for all fails alone', async () => {
    const { ask } = watched({
      together: async () => {
        throw new Error('one of you is bad');
      },
      async alone(one) {
        if (one === 'bad') throw new Error('it is me');
        return one;
      },
    });
    const answers = await Promise.allSettled(['good', 'bad', 'fine'].map(ask));
    expect(answers.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason.message)))).toEqual([
      'good',
      'it is me',
      'fine',
    ]);
  });

  it('a failure that is nobody else’s is told at once, and nothing is asked twice', async () => {
    const asked: string[] = [];
    const { ask, alone } = watched({
      async together(asks) {
        asked.push(...asks);
        throw new Error('gone');
      },
    });
    await expect(ask('a')).rejects.toThrow('gone');
    expect([asked, alone]).toEqual([['a'], []]);
  });

  it('one that has to wait for somebody holds up nobody: it is asked alone, and the next ones go on', async () => {
    let release = (): void => {};
    const { ask } = watched({
      together: async (asks) => asks.map((one) => (one === 'held' ? null : one)),
      alone: (one) => new Promise((resolve) => (release = () => resolve(`${one} at last`))),
    });
    const held = ask('held');
    expect(await ask('free')).toBe('free');
    expect(await ask('later')).toBe('later');
    release();
    expect(await held).toBe('held at last');
  });

  it('one that follows closely on another one lingers, so that a third comes along', async () => {
    vi.useFakeTimers();
    const batches: (readonly string[])[] = [];
    const together = async (asks: readonly string[]) => {
      batches.push(asks);
      return asks;
    };
    const ask = gathered<string, string>({ together, alone: async (one) => one, lingersMs: 3 });
    await Promise.all([ask('a'), vi.advanceTimersByTimeAsync(1)]);
    const answers = [ask('b')];
    await vi.advanceTimersByTimeAsync(2);
    expect(batches).toEqual([['a']]);
    answers.push(ask('c'));
    await vi.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([['a'], ['b', 'c']]);
    await Promise.all(answers);
    // Long after, nobody is waited for.
    await vi.advanceTimersByTimeAsync(1_000);
    await Promise.all([ask('d'), vi.advanceTimersByTimeAsync(1)]);
    expect(batches.at(-1)).toEqual(['d']);
  });
});
