import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feedbackValue, type VoteFields } from '../src/domain/feedback.js';

const said = (change: Partial<VoteFields> = {}): VoteFields => ({
  feedbackType: 'positive',
  rating: null,
  actionsWorked: null,
  resolutionAccurate: null,
  ...change,
});

describe('the value of a feedback', () => {
  it.each([
    ['positive', 1, 'positive'],
    ['neutral', 0.5, 'neutral'],
    ['negative', 0, 'negative'],
  ] as const)('of the word %s is %d', (feedbackType, value, verdict) => {
    expect(feedbackValue(said({ feedbackType }))).toEqual({ value, verdict });
  });

  it.each([
    [1, 0, 'negative'],
    [2, 0.25, 'negative'],
    [3, 0.5, 'neutral'],
    [4, 0.75, 'positive'],
    [5, 1, 'positive'],
  ] as const)('of %d stars is %d, whatever the word', (rating, value, verdict) => {
    for (const feedbackType of ['positive', 'neutral', 'negative'] as const) {
      expect(feedbackValue(said({ rating, feedbackType }))).toEqual({ value, verdict });
    }
  });

  it('is nothing when the actions did not work or the resolution was wrong', () => {
    expect(feedbackValue(said({ rating: 5, actionsWorked: false }))).toEqual({ value: 0, verdict: 'negative' });
    expect(feedbackValue(said({ rating: 5, resolutionAccurate: false }))).toEqual({ value: 0, verdict: 'negative' });
    expect(feedbackValue(said({ rating: 5, actionsWorked: true, resolutionAccurate: true })).value).toBe(1);
  });

  it('never rises by an objection, and stays in 0..1', () => {
    const any = fc.record({
      feedbackType: fc.constantFrom('positive' as const, 'neutral' as const, 'negative' as const),
      rating: fc.option(fc.integer({ min: 1, max: 5 })),
      actionsWorked: fc.option(fc.boolean()),
      resolutionAccurate: fc.option(fc.boolean()),
    });
    fc.assert(
      fc.property(any, (feedback) => {
        const { value } = feedbackValue(feedback);
        expect(value >= 0 && value <= 1).toBe(true);
        expect(feedbackValue({ ...feedback, actionsWorked: false }).value).toBeLessThanOrEqual(value);
      }),
      { seed: 2, numRuns: 200 },
    );
  });
});
