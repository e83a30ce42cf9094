import { describe, expect, it } from 'vitest';
import { onFirstUse } from '../../src/engine/verbs/onFirstUse.js';

const real = {
  greet: async (name: string) => `Hello, ${name}.`,
  refuse: async (): Promise<string> => {
    throw new Error('No.');
  },
};

describe('verbs that are loaded later', () => {
  it('are loaded once, by the first that is used, and answer as they would', async () => {
    let loads = 0;
    const verbs = onFirstUse({ greet: true, refuse: true }, async () => {
      loads += 1;
      return real;
    });
    expect(loads).toBe(0);
    expect(await Promise.all([verbs.greet('Ana'), verbs.greet('Bo')])).toEqual(['Hello, Ana.', 'Hello, Bo.']);
    await expect(verbs.refuse()).rejects.toThrow('No.');
    expect(loads).toBe(1);
  });

  it('reject while they cannot be loaded, and are tried again by the next call', async () => {
    let isThere = false;
    const verbs = onFirstUse({ greet: true, refuse: true }, async () => {
      if (!isThere) throw new Error('The file is not there.');
      return real;
    });
    await expect(verbs.greet('Ana')).rejects.toThrow('The file is not there.');
    isThere = true;
    expect(await verbs.greet('Ana')).toBe('Hello, Ana.');
  });
});
