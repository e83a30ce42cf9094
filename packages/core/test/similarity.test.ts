import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIMILARITY } from '../src/domain/policy.js';
import { signatureOf } from '../src/domain/signature.js';
import { assignPattern } from '../src/domain/similarity/assign.js';
import { askedTerms, closeness, highest, lengthClass } from '../src/domain/similarity/candidates.js';
import { alike, glanceAt, likenessAt, likenessAtMost, questionOf } from '../src/domain/similarity/likeness.js';
import { rankAlike } from '../src/domain/similarity/rank.js';
import { tellingOf } from '../src/domain/similarity/telling.js';
import { type TermStatistics, weighted } from '../src/domain/similarity/weights.js';
import { ExemplarIndex } from '../src/testing/memory/exemplarIndex.js';

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

  it('is its rarest terms, while all of their entries fit into the budget', () => {
    const found = statistics(['a', SIMILARITY.postings - 4_006], ['b', 7], ['c', 4_000], ['d', 950_000]);
    const asked = askedTerms(['c', 'a', 'd', 'b', 'none'], found);
    expect(asked.map(({ term, entries }) => [term, entries])).toEqual([
      ['b', 7],
      ['c', 4_000],
      ['a', 0],
      ['d', 0],
    ]);
    const whole = askedTerms(['c', 'a', 'b'], statistics(['a', SIMILARITY.postings - 4_007], ['b', 7], ['c', 4_000]));
    expect(whole.at(-1)).toMatchObject({ term: 'a', entries: SIMILARITY.postings - 4_007 });
    expect(asked[0]?.weight).toBeGreaterThan(asked[2]?.weight ?? 0);
    // One rare term says more than two that are half as rare.
    const [rare, half] = askedTerms(['rare', 'half'], statistics(['rare', 10], ['half', 3_000]));
    expect(rare?.weight).toBeGreaterThan(1.5 * (half?.weight ?? 0));
    expect(asked.every(({ weight }) => Number.isInteger(weight) && weight > 0)).toBe(true);
  });

  it('is the newest of the first term that does not fit, when little would be found without', () => {
    const asked = askedTerms(['a', 'b', 'c'], statistics(['a', 900_000], ['b', 800_000], ['c', 9]));
    expect(asked.map(({ term, entries }) => [term, entries])).toEqual([
      ['c', 9],
      ['b', SIMILARITY.postings - 9],
      ['a', 0],
    ]);
  });

  it('is of the terms that are not read only the rarest, however many a text has', () => {
    const terms = Array.from({ length: 600 }, (_, n) => `t${String(n).padStart(3, '0')}`);
    const asked = askedTerms(terms, statistics(...terms.map((term, n) => [term, SIMILARITY.postings + n] as const)));
    expect(asked).toHaveLength(1 + SIMILARITY.lookedFor);
    expect(asked.at(-1)).toMatchObject({ term: terms[SIMILARITY.lookedFor], entries: 0 });
  });
});

describe('the class of a length', () => {
  it('is the length itself for short texts, and never falls', () => {
    const classes = Array.from({ length: 20_000 }, (_, terms) => lengthClass(terms));
    expect(classes.slice(0, 48)).toEqual([...Array(48).keys()]);
    expect(
      classes.every((one, at) => at === 0 || one === (classes[at - 1] ?? 0) || one === (classes[at - 1] ?? 0) + 1),
    ).toBe(true);
    expect(classes.at(-1)).toBe(63);
  });

  it('makes a text of up to 600 terms no closer than by a sixth', () => {
    for (let terms = 1; terms <= SIMILARITY.words; terms += 1) {
      const exact = 100 ** 2 / (terms + 5);
      expect(closeness(100, lengthClass(terms)) / exact).toBeGreaterThanOrEqual(1);
      expect(closeness(100, lengthClass(terms)) / exact).toBeLessThan(1.25);
    }
  });
});

describe('who is a candidate', () => {
  /** Texts under the numbers 0, 10, 20 ...; answers by their place. */
  function candidates(texts: readonly (readonly string[])[], asked: readonly string[], limit = 3): readonly number[] {
    const index = new ExemplarIndex();
    for (const [n, terms] of texts.entries()) index.add(10 * n, terms, terms.length);
    return index.candidates({ terms: asked, of: 'words', limit }).map((position) => position / 10);
  }
  const many = (count: number, terms: readonly string[]): readonly (readonly string[])[] => Array(count).fill(terms);

  it('is decided by frequent terms too, whose entries are not read', () => {
    const { postings } = SIMILARITY;
    try {
      SIMILARITY.postings = 100;
      const texts = [
        ['relay', 'mail', 'stuck'],
        ...many(30, ['relay', 'other']),
        ...many(100, ['mail', 'stuck']),
        ...many(400, ['door']),
      ];
      expect(candidates(texts, ['relay', 'mail', 'stuck'], 1)).toEqual([0]);
    } finally {
      SIMILARITY.postings = postings;
    }
  });

  it('is by the masked words whose masked words are few, however many values it names', () => {
    const index = new ExemplarIndex();
    index.add(1, ['relay', 'mail', 'oak', 'elm', 'fir'], 2);
    index.add(2, ['relay', 'mail', 'stuck'], 3);
    const of = (kind: 'words' | 'masked') => index.candidates({ terms: ['relay', 'mail'], of: kind, limit: 2 });
    expect(of('words')).toEqual([2, 1]);
    expect(of('masked')).toEqual([1, 2]);
  });

  it('is the shorter text of two that share the same, and the newer of two that are as long', () => {
    const texts = [['relay'], ['relay', 'door', 'hall'], ['relay']];
    expect(candidates(texts, ['relay'])).toEqual([2, 0, 1]);
  });

  it('is nobody who was taken out, and nobody without a shared term', () => {
    const index = new ExemplarIndex();
    for (const [n, terms] of [['relay'], ['relay', 'mail'], ['door']].entries()) index.add(10 * n, terms, terms.length);
    index.remove(10, ['relay', 'mail']);
    expect(index.candidates({ terms: ['relay', 'mail'], of: 'words', limit: 5 })).toEqual([0]);
    expect(index.statistics(['relay', 'mail'], [20])).toEqual({
      texts: 2,
      terms: 2,
      frequencies: new Map([
        ['relay', 1],
        ['door', 1],
      ]),
    });
  });

  it('is among those that score highest, as sorting all of them says', () => {
    const scores = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 30 });
    fc.assert(
      fc.property(scores, fc.integer({ min: 1, max: 8 }), (all, limit) => {
        const numbers = all.map((_, place) => (place * 7) % 31);
        const sorted = numbers
          .map((number, place) => ({ number, score: all[place] ?? 0 }))
          .sort((a, b) => b.score - a.score || b.number - a.number)
          .slice(0, limit)
          .map(({ number }) => number);
        const found = highest(Float64Array.from(numbers), Float64Array.from(all), limit);
        expect([...found].sort()).toEqual(sorted.sort());
      }),
      { seed: 11, numRuns: 300 },
    );
  });
});

describe('a glance', () => {
  it('never says less than what a closer look finds', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 6 });
    const said = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => textOf(words.join(' ')));
    fc.assert(
      fc.property(said, said, (asked, other) => {
        const glance = glanceAt(questionOf(asked), other);
        expect(likenessAtMost(glance)).toBeGreaterThanOrEqual(likenessAt(glance));
      }),
      { seed: 9, numRuns: 500 },
    );
  });

  it('spares a look, and changes nobody among the first', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 });
    const said = fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(said, fc.array(said, { minLength: 40, maxLength: 60 }), (asked, others) => {
        const question = questionOf(textOf(asked));
        const named = others.map((text, at) => ({ id: String(at).padStart(3, '0'), text: textOf(text) }));
        const found = rankAlike(textOf(asked), named, 1);
        const near = named
          .map(({ id, text }) => ({ id, likeness: alike(question, text) }))
          .sort((a, b) => b.likeness - a.likeness || (a.id < b.id ? -1 : 1))
          .slice(0, SIMILARITY.neighbourhoodEach);
        expect(near).toContainEqual({ id: found[0]?.id, likeness: found[0]?.likeness });
        // The same among those few alone, as nobody else is near enough to matter.
        const few = named.filter(({ id }) => near.some((one) => one.id === id));
        expect(rankAlike(textOf(asked), few, 1)).toEqual(found);
      }),
      { seed: 10, numRuns: 60 },
    );
  });
});
