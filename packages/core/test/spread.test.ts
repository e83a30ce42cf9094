import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countOf, medianOfSpreads, roundedDuration, roundedScore, spreadOf } from '../src/domain/spread.js';
import { medianOf } from '../src/domain/statistics.js';

it('few values are kept as they are, in however many parts', () => {
  const few = fc.array(fc.integer({ min: 0, max: 99 }), { maxLength: 60 });
  fc.assert(
    fc.property(fc.array(few, { maxLength: 5 }), (parts) => {
      const spreads = parts.map((part) => spreadOf(part, roundedDuration));
      expect(medianOfSpreads(spreads)).toBe(medianOf(parts.flat()));
      expect(countOf(spreads)).toBe(parts.flat().length);
    }),
  );
});

it('many values are rounded: a median to within 1 %, count and sum exactly', () => {
  const many = fc.array(fc.integer({ min: 1, max: 1e9 }), { minLength: 150, maxLength: 400 });
  fc.assert(
    fc.property(many, (values) => {
      const spread = spreadOf(values, roundedDuration);
      const median = medianOf(values) ?? Number.NaN;
      expect(Math.abs((medianOfSpreads([spread]) ?? Number.NaN) / median - 1)).toBeLessThanOrEqual(0.01);
      expect(countOf([spread])).toBe(values.length);
      expect(spread.sum).toBe(values.reduce((sum, one) => sum + one, 0));
    }),
  );
  const day = Array.from({ length: 5_000 }, (_, n) => 1_000 * 1.003 ** n);
  expect(spreadOf(day, roundedDuration).values.length).toBeLessThan(800);
  const scores = Array.from({ length: 5_000 }, (_, n) => 50 + n / 100.01);
  expect(spreadOf(scores, roundedScore).values.length).toBeLessThan(502);
});

it('what took no time, or less, is kept as it is', () => {
  expect([0, -5].map(roundedDuration)).toEqual([0, -5]);
  expect(medianOfSpreads([])).toBeNull();
});
