import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIMILARITY } from '../src/domain/policy.js';
import { signatureOf } from '../src/domain/signature.js';
import { assignPattern } from '../src/domain/similarity/assign.js';
import { askedTerms } from '../src/domain/similarity/candidates.js';
import { questionOf } from '../src/domain/similarity/likeness.js';
import { rankAlike } from '../src/domain/similarity/rank.js';
import { tellingOf } from '../src/domain/similarity/telling.js';
import { type TermStatistics, weighted } from '../src/domain/similarity/weights.js';

const COMMON: TermStatistics = {
  texts: 100,
  terms: 400,
  frequencies: new Map([
    ['databas', 40],
    ['slow', 20],
    ['down', 20],
  ]),
};

const textOf = (text: string, statistics = COMMON) => weighted(tellingOf(signatureOf(text).masked), statistics);

function assigned(asked: string, told: readonly (readonly [patternId: string, text: string])[]) {
  const candidates = told.map(([patternId, text]) => ({ patternId, text: textOf(text) }));
  return assignPattern(textOf(asked), candidates, { statistics: COMMON, tellings: new Map() });
}

describe('ranking', () => {
  const ranked = (asked: string, ...others: readonly string[]) =>
    rankAlike(
      textOf(asked),
      others.map((text, at) => ({ id: String(at), text: textOf(text) })),
    );

  it('puts the most alike first and says which terms are shared', () => {
    const [first, second] = ranked('database is slow today', 'printer out of paper', 'the database was very slow');
    expect(first).toMatchObject({ id: '1', sharedTerms: ['databas', 'slow'] });
    expect(second).toMatchObject({ id: '0', likeness: 0, similarity: 0, sharedTerms: [] });
  });

  it('stays within 0..1, below 1 for whatever is not the same, and does not depend on the order of the others', () => {
    const words = fc.array(fc.constantFrom('disk', 'full', 'link', 'down', 'slow', 'web'), { maxLength: 5 });
    fc.assert(
      fc.property(words, fc.array(words, { maxLength: 6 }), (asked, others) => {
        const named = others.map((text, at) => ({ id: String(at), text: textOf(text.join(' ')) }));
        const question = textOf(asked.join(' '));
        const there = rankAlike(question, named);
        expect(there.every(({ similarity }) => similarity >= 0 && similarity <= SIMILARITY.mostUnlessSame)).toBe(true);
        const back = rankAlike(question, [...named].reverse());
        expect(back.map(({ id }) => id).sort()).toEqual(there.map(({ id }) => id).sort());
        for (const { id, similarity } of back) {
          expect(similarity).toBeCloseTo(there.find((one) => one.id === id)?.similarity ?? -1, 9);
        }
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  it('lets common neighbours speak for a text', () => {
    // "mail" and "outlook" share no word; what both are told beside makes the last one nearer than a stranger.
    const others = ['mail outlook crashes', 'outlook crashes mail', 'outlook freezes crashes', 'printer jams paper'];
    const places = ranked('mail crashes', ...others).map(({ id }) => id);
    expect(places.indexOf('2')).toBeLessThan(places.indexOf('3'));
  });
});

describe('the pattern of a text', () => {
  it('is the most alike one, less the margin to the second', () => {
    const alone = assigned('database is slow', [['a', 'database very slow today']]);
    const contested = assigned('database is slow', [
      ['a', 'database very slow today'],
      ['b', 'the database is very slow tonight'],
    ]);
    expect(alone).toMatchObject({ patternId: 'a', second: null });
    const shared = 2 / (2 + SIMILARITY.sharedHalf);
    const { score = 0, core = 0 } = alone ?? {};
    expect((alone?.confidence ?? 0) ** 2).toBeCloseTo(score * Math.sqrt(core) * shared, 12);
    expect(contested?.confidence).toBeLessThan((alone?.confidence ?? 0) * 0.7);
  });

  it('is nobody among none, and worth nothing between two that are equally alike', () => {
    expect(assigned('x', [])).toBe(null);
    const twice = assigned('disk full', [
      ['b', 'disk really full'],
      ['a', 'disk really full'],
    ]);
    expect(twice).toMatchObject({ patternId: 'a', confidence: 0 });
  });

  it('is worth less when the pattern has many tellings that are not alike', () => {
    const candidates = [{ patternId: 'a', text: textOf('database very slow') }];
    const question = textOf('database slow');
    const of = (tellings: number) =>
      assignPattern(question, candidates, { statistics: COMMON, tellings: new Map([['a', tellings]]) })?.confidence ??
      0;
    expect(of(50)).toBeLessThan(of(1) * 0.6);
  });

  it('is worth less when it leaves out what all tellings of the pattern say', () => {
    const told = ['transcript of a video', 'export the transcript of a video', 'video transcript as a file'].map(
      (text) => ['a', text] as const,
    );
    const without = assigned('download a video file', told);
    const within = assigned('download a video transcript', told);
    expect(without?.core).toBeLessThan(0.6);
    expect(within?.core).toBeGreaterThan(0.8);
    expect(without?.confidence).toBeLessThan((within?.confidence ?? 0) * 0.9);
  });

  it('is the one whose core is said, where two are as much alike', () => {
    // What "b" always says besides is missing from the text; of "c" it is only what one telling said.
    const found = assigned('mail queue', [
      ['b', 'mail queue relay'],
      ['b', 'relay mail queue'],
      ['c', 'mail queue relay'],
      ['c', 'mail queue tower'],
    ]);
    expect(found?.patternId).toBe('c');
    expect(found?.second?.score).toBeCloseTo(found?.score ?? 0, 12);
  });

  it('is the surer the more is shared', () => {
    const words = ['mail', 'server', 'queue', 'stuck', 'today', 'relay', 'denied'];
    const sure = [2, 4, 7].map((count) => {
      const text = words.slice(0, count).join(' ');
      return assigned(text, [['a', `${text} once`]])?.confidence ?? 0;
    });
    expect([...sure].sort()).toEqual(sure);
    expect(sure[2]).toBeGreaterThan((sure[0] ?? 0) * 1.2);
  });

  it('is none above the threshold for a text that has nothing in common, or nothing at all', () => {
    for (const asked of ['', '   ', '😀😀', '\u0000\u0007', 'printer out of paper']) {
      expect(assigned(asked, [['a', 'database very slow']])?.confidence ?? 0).toBeLessThan(0.1);
    }
  });
});

describe('likeness', () => {
  it('counts what is asked often more than what is asked once, and a long text by all that it says', () => {
    const { places, times, self } = questionOf(textOf('queue queue relay'));
    const of = (term: string) => times[places.get(term) ?? -1] ?? 0;
    expect(of('queue')).toBeGreaterThan(of('relai'));
    expect(self).toBeGreaterThan(questionOf(textOf('queue relay')).self);
    const weight = (text: string) => {
      const { telling, okapi } = textOf(text);
      return okapi[telling.terms.indexOf('relai')] ?? 0;
    };
    expect(weight('queue queue queue queue queue queue relay')).toBeLessThan(weight('queue relay'));
  });

  it('is no greater for having the same stop words', () => {
    const likeness = (other: string) =>
      rankAlike(textOf('the mail is stuck in the queue'), [{ id: 'a', text: textOf(other) }])[0]?.likeness ?? 0;
    expect(likeness('the printer is jammed in the hall')).toBe(likeness('printer jammed hall'));
  });
});

describe('what a text is looked up by', () => {
  const statistics = (...frequencies: readonly (readonly [string, number])[]): TermStatistics => ({
    texts: 1_000_000,
    terms: 5_000_000,
    frequencies: new Map(frequencies),
  });

  it('is its rarest terms, until the budget is used up; the last one in part', () => {
    const asked = askedTerms(['c', 'a', 'b', 'none'], statistics(['a', 900_000], ['b', 7], ['c', 15_000]));
    expect(asked.map(({ term, entries }) => [term, entries])).toEqual([
      ['b', 7],
      ['c', 15_000],
      ['a', SIMILARITY.postings - 15_007],
    ]);
    expect(asked[0]?.weight).toBeGreaterThan(asked[2]?.weight ?? 0);
    // One rare term says more than two that are half as rare.
    const [rare, half] = askedTerms(['rare', 'half'], statistics(['rare', 10], ['half', 3_000]));
    expect(rare?.weight).toBeGreaterThan(3 * (half?.weight ?? 0));
    expect(asked.every(({ weight }) => Number.isInteger(weight) && weight > 0)).toBe(true);
  });
});
