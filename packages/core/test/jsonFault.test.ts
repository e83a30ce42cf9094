import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonFault } from '../src/domain/jsonFault.js';

const LIMITS = { depth: 4, characters: 100 };

/** Characters of text and keys, and one for each value and key, counted the slow way. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return 1 + value.length;
  if (typeof value !== 'object' || value === null) return 1;
  const inner = Object.entries(value).filter(([, each]) => each !== undefined);
  const keys = Array.isArray(value) ? [] : Object.keys(value);
  return (
    1 + keys.reduce((sum, key) => sum + key.length + 1, 0) + inner.reduce((sum, [, each]) => sum + sizeOf(each), 0)
  );
}

describe('what is too large to be handled', () => {
  const large = 'x'.repeat(LIMITS.characters);
  it.each([
    ['alone', large],
    ['as the last field', { text: large }],
    ['as the last item', [large]],
    ['deeper', { a: { b: [true, large] } }],
    ['as a key', { [large]: null }],
    ['many small ones', Array.from({ length: LIMITS.characters }, () => null)],
    ['many numbers', Array.from({ length: LIMITS.characters }, (_, n) => n)],
  ])('is refused: a text %s', (_, value) => {
    expect(jsonFault(value, LIMITS)).toBe('it is larger than 100 characters');
  });

  it('is what is larger when it is counted the slow way, and nothing else', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.integer({ min: 1, max: 60 }), (value, characters) => {
        const fault = jsonFault(value, { depth: 10, characters });
        expect(fault === null).toBe(sizeOf(value) <= characters);
      }),
    );
  });
});
