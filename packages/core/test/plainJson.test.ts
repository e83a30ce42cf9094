import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asJson, canonicalJson, isSameJson, type Json } from '../src/domain/canonical.js';

/** Everything that rows may be made of before they are JSON: holes, no numbers, fields without a value. */
const { anything } = fc.letrec<{ anything: unknown }>((tie) => ({
  anything: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(undefined, null, true, '', 'a', 0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY),
    fc.array(tie('anything'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('anything'), { maxKeys: 3 }),
  ),
}));
const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;

describe('a value as JSON carries it', () => {
  it('is what writing and reading it makes of it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), anything), (value) => {
        expect(canonicalJson(asJson(value))).toBe(canonicalJson(JSON.parse(JSON.stringify(value))));
      }),
      { numRuns: 2_000 },
    );
  });

  it('leaves what it was given as it was, and copies nothing that is plain', () => {
    const score = { score: Number.NaN, kept: { a: [1, undefined] } };
    expect(asJson(score)).toEqual({ score: null, kept: { a: [1, null] } });
    expect(score).toEqual({ score: Number.NaN, kept: { a: [1, undefined] } });
    const plain = { a: [1, { b: 'c' }] };
    expect(asJson(plain)).toBe(plain);
  });
});

describe('two values that say the same', () => {
  it('are those with the same canonical form', () => {
    fc.assert(
      fc.property(json, json, (one, other) => {
        expect(isSameJson(one, other)).toBe(canonicalJson(one) === canonicalJson(other));
        expect(isSameJson(one, JSON.parse(canonicalJson(one)) as Json)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    [{ a: 1 }, { b: 1 }],
    [{ a: 1 }, { a: 1, b: 2 }],
    [[1], { 0: 1 }],
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    [null, {}],
    [1, '1'],
  ] as const)('are not %j and %j', (one, other) => {
    expect([isSameJson(one, other), isSameJson(other, one)]).toEqual([false, false]);
  });
});
