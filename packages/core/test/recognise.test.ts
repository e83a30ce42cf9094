import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JOIN_PATTERN_FROM, OBSERVED_PRECISION, SIMILARITY } from '../src/domain/policy.js';
import { signatureOf } from '../src/domain/signature.js';
import { assignPattern } from '../src/domain/similarity/assign.js';
import { observedPrecision } from '../src/domain/similarity/calibrated.js';
import { askedTerms } from '../src/domain/similarity/candidates.js';
import { alikeInMeaning, fused, unitVector } from '../src/domain/similarity/meaning.js';
import { GRAM_SLOTS, gramsIn, tellingOf } from '../src/domain/similarity/telling.js';
import { weighted } from '../src/domain/similarity/weights.js';
import { PatternLearner } from '../src/engine/patternLearner.js';
import { vectorEmbedder } from '../src/engine/vectorEmbedder.js';
import type { Embedder } from '../src/ports/embedder.js';
import { memoryStorage } from '../src/testing/index.js';

function learner(embedder?: Embedder) {
  let patterns = 0;
  const ids = {
    next: () => {
      patterns += 1;
      return `p-${patterns}`;
    },
  };
  const storage = memoryStorage();
  const own = new PatternLearner({ storage, ids, ...(embedder && { embedder }) });
  let tickets = 0;
  return {
    storage,
    told: (description: string, category = 'server') => {
      tickets += 1;
      return own.recognise({ tenant: 'acme', ticketId: `T-${tickets}`, category, title: null, description });
    },
    similar: async (description: string) => {
      const signature = signatureOf(description);
      const ticket = { tenant: 'acme', ticketId: 'asking', category: 'server' };
      return own.similarTo(ticket, { patternId: 'none', signature });
    },
  };
}

const PROBLEM = 'outlook crashes when a large attachment is opened from the calendar';

describe('a ticket', () => {
  it('joins a pattern that says nearly the same, with how often such an answer is right', async () => {
    const { told } = learner();
    const first = await told(PROBLEM);
    const again = await told(`${PROBLEM} again`);
    expect(again).toMatchObject({ patternId: first.patternId, known: true });
    expect(again.similarity).toBeGreaterThanOrEqual(observedPrecision(JOIN_PATTERN_FROM));
    expect(again.similarity).toBeLessThan(1);
  });

  it('founds its own pattern when it is only half alike', async () => {
    const { told } = learner();
    const first = await told(PROBLEM);
    const half = await told('outlook crashes at start');
    expect(half.patternId).not.toBe(first.patternId);
    expect(half).toMatchObject({ known: false, similarity: 1 });
  });

  it('founds its own when it could be either of two', async () => {
    const { told, storage } = learner();
    for (const [patternId, text] of [
      ['one', `${PROBLEM} of maria`],
      ['two', `${PROBLEM} of paolo`],
    ] as const) {
      const { version, hash, masked, words, terms } = signatureOf(text);
      const first = { ticketId: patternId, similarity: 1, known: false };
      const signature = { hash, masked, words, terms };
      await storage.patterns.adopt('acme', { patternId, category: 'server', signature, version, first });
    }
    const between = await told(PROBLEM);
    expect(['one', 'two']).not.toContain(between.patternId);
  });

  it('is not of a pattern that names another code, however alike the rest is', async () => {
    const { told } = learner();
    const first = await told('the order page of the shop answers with error 500 since the update');
    const same = await told('the order page of the shop answers with error 500 since the update again');
    const other = await told('the order page of the shop answers with error 404 since the update');
    expect(same.patternId).toBe(first.patternId);
    expect(other.patternId).not.toBe(first.patternId);
    expect(signatureOf('event id 4625 on port 12').masked).toBe('event id 4625 on port <num>');
  });

  it('never joins a pattern of another category, with the very same words even', async () => {
    const { told } = learner();
    const server = await told(PROBLEM, 'server');
    const network = await told(PROBLEM, 'network');
    const alike = await told(`${PROBLEM} again`, 'network');
    expect(network.patternId).not.toBe(server.patternId);
    expect(alike.patternId).toBe(network.patternId);
  });
});

describe('hostile text', () => {
  const hostile: readonly (readonly [what: string, text: string])[] = [
    ['nothing', ''],
    ['blanks', ' \t\n '],
    ['control characters', '\u0000\u0007\u001b[31m\u202e'],
    ['emoji', '😀🔥💥 🚒'],
    ['mixed scripts', 'сервер не отвечает 服务器 متوقف ａｂｃ'],
    ['half a surrogate pair', '\ud800 broken \udfff'],
    ['one token, repeated', 'outlook '.repeat(20_000)],
    ['a megabyte', `${'x'.repeat(40)} `.repeat(25_000)],
    ['a megabyte without a blank', 'y'.repeat(1_000_000)],
    ['a megabyte of digits and dots', '1.'.repeat(500_000)],
    ['a megabyte of what looks like addresses', 'a@b.c/d:'.repeat(125_000)],
    ['all stop words', 'the of and to in on at by for with'],
    ['names of object members', 'constructor __proto__ toString hasOwnProperty'],
    ['placeholders written out', '<num> <ip> <host> <url>'],
  ];

  it.each(hostile)('%s: is taken apart within bounds, and is no known problem', async (_, text) => {
    const { told } = learner();
    const known = await told(PROBLEM);
    for (const n of [1, 2, 3, 4]) await told(`printer ${'abcd'[n - 1]} is out of paper on the second floor`);
    const { patternId, signature } = await told(text);
    expect(patternId).not.toBe(known.patternId);
    expect(signature.terms.length).toBeLessThanOrEqual(SIMILARITY.words);
    // Said again, it is the same problem as before, and nothing else.
    expect((await told(text)).patternId).toBe(patternId);
  });

  it.each(hostile)('%s: costs no more than what is bounded, counted in work', async (_, text) => {
    const storage = memoryStorage();
    const asked: { readonly terms: number; readonly limit: number; readonly found: number }[] = [];
    const patterns = {
      ...storage.patterns,
      candidates: async (...[tenant, category, sought]: Parameters<typeof storage.patterns.candidates>) => {
        const found = await storage.patterns.candidates(tenant, category, sought);
        asked.push({ terms: sought.terms.length, limit: sought.limit, found: found.exemplars.length });
        return found;
      },
    };
    const own = new PatternLearner({ storage: { patterns }, ids: { next: () => `p-${asked.length}` } });
    const ticket = { tenant: 'acme', category: 'server', title: null };
    for (const [n, description] of [PROBLEM, `${PROBLEM} today`, text].entries())
      await own.recognise({ ...ticket, ticketId: `T-${n}`, description });
    for (const { terms, limit, found } of asked) {
      expect(terms).toBeLessThanOrEqual(SIMILARITY.words);
      expect(limit).toBe(SIMILARITY.candidates);
      expect(found).toBeLessThanOrEqual(limit);
    }
    const { masked, words } = signatureOf(text);
    for (const telling of [masked, words].map(tellingOf)) {
      expect(telling.terms.length).toBeLessThanOrEqual(SIMILARITY.words);
      expect(gramsIn(telling).slots.length).toBeLessThanOrEqual(GRAM_SLOTS);
    }
    // However frequent each of its terms is, so many entries are read and no more.
    const common = signatureOf(text).terms;
    const statistics = { texts: 1e6, terms: 1e8, frequencies: new Map(common.map((term) => [term, 900_000])) };
    const lookedUp = askedTerms(common, statistics);
    expect(lookedUp.reduce((sum, { entries }) => sum + entries, 0)).toBeLessThanOrEqual(SIMILARITY.postings);
    expect(lookedUp.filter(({ entries }) => entries === 0).length).toBeLessThanOrEqual(SIMILARITY.lookedFor);
  });

  it('whose character grams collide with those of a known problem is not that problem', async () => {
    const { told } = learner();
    const known = await told(PROBLEM);
    const there = new Set(gramsIn(tellingOf(signatureOf(PROBLEM).masked)).slots);
    // Of very many made-up words those whose grams fall on the same slots; no word of the problem is among them.
    const words: { readonly word: string; readonly share: number }[] = [];
    for (let n = 0; n < 15_000; n += 1) {
      const word = (n * 7_919).toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? 'q');
      const { slots } = gramsIn(tellingOf(word));
      const same = slots.filter((slot) => there.has(slot)).length;
      words.push({ word, share: same / Math.max(slots.length, 1) });
    }
    const crafted = words.sort((a, b) => b.share - a.share).slice(0, 10);
    expect(crafted[9]?.share).toBeGreaterThan(0.1);
    const collided = await told(crafted.map(({ word }) => word).join(' '));
    expect(collided).toMatchObject({ known: false });
    expect(collided.patternId).not.toBe(known.patternId);
  });

  it('of any kind joins nothing with which it shares fewer than two terms', () => {
    const texts = [PROBLEM, `${PROBLEM} today`, 'printer jams', 'printer jams again'];
    const statistics = { texts: 4, terms: 20, frequencies: new Map([['outlook', 2]]) };
    const candidates = texts.map((text, n) => ({
      patternId: `p-${n % 2}`,
      text: weighted(tellingOf(signatureOf(text).masked), statistics),
    }));
    const known = new Set(texts.flatMap((text) => tellingOf(signatureOf(text).masked).terms));
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.constantFrom('', ' outlook', ' jams'),
        (text, end) => {
          const telling = tellingOf(signatureOf(text + end).masked);
          fc.pre(telling.terms.filter((term) => known.has(term)).length < SIMILARITY.sharedAtLeast);
          const match = assignPattern(weighted(telling, statistics), candidates, { statistics, tellings: new Map() });
          expect(match?.confidence ?? 0).toBe(0);
        },
      ),
      { seed: 3, numRuns: 300 },
    );
  });

  it('that holds the words of a known problem among many others is not that problem', async () => {
    const { told } = learner();
    const known = await told(PROBLEM);
    const padding = Array.from({ length: 200 }, (_, n) => `filler${'abcdefghij'[n % 10]}${'klmnopqrst'[n % 7]}`).join(
      ' ',
    );
    expect((await told(`${padding} ${PROBLEM} ${padding} delete everything`)).patternId).not.toBe(known.patternId);
  });

  it('that writes placeholders out is not taken for a text with values', async () => {
    const { told } = learner();
    const values = await told('disk on 10.0.0.1 is at 97');
    const written = await told('disk on <ip> is at <num>');
    expect(signatureOf('disk on <ip> is at <num>').entities).toEqual([]);
    // The same masked words: it is the same problem as far as words tell. What is done is decided by symptom reads.
    expect(written.patternId).toBe(values.patternId);
  });
});

describe('observed precision', () => {
  it('rises with the confidence, between 0 and less than 1', () => {
    let before = -1;
    for (let n = 0; n <= 1_000; n += 1) {
      const now = observedPrecision(n / 1_000);
      expect(now).toBeGreaterThan(before);
      before = now;
    }
    expect([observedPrecision(0), observedPrecision(1)]).toEqual([0, 0.99]);
    for (const [confidence, precision] of OBSERVED_PRECISION) expect(observedPrecision(confidence)).toBe(precision);
    expect(observedPrecision(0.475)).toBeCloseTo(0.975, 12);
  });

  it.each([Number.NaN, -0.1, 1.1, Number.POSITIVE_INFINITY])('is 0 for %s', (confidence) => {
    expect(observedPrecision(confidence)).toBe(0);
  });
});

describe('an embedder', () => {
  // Two directions: what is about mail, and all else.
  const about = (text: string): number[] => [
    /mail|outlook|message/.test(text) ? 1 : 0.1,
    /printer/.test(text) ? 1 : 0.2,
  ];

  it('lets the same be said in other words, where a word is shared', async () => {
    const told = ['outlook hangs today', 'printer hangs today', 'screen hangs now', 'keyboard hangs now'];
    const question = 'message window hangs today';
    const places = async (embedder?: Embedder) => {
      const world = learner(embedder);
      for (const text of told) await world.told(text);
      return (await world.similar(question)).map(({ ticketId, similarity }) => ({ ticketId, similarity }));
    };
    const calls: number[] = [];
    const counting = vectorEmbedder((texts) => {
      calls.push(texts.length);
      return texts.map(about);
    });
    const [words, meaning] = [await places(), await places(counting)];
    const of = (found: typeof words, ticketId: string) =>
      found.find((one) => one.ticketId === ticketId)?.similarity ?? 0;
    expect(of(words, 'T-1')).toBeCloseTo(of(words, 'T-2'), 1);
    expect(of(meaning, 'T-1')).toBeGreaterThan(of(meaning, 'T-2') + 0.2);
    // Each text once: what is known is not asked again.
    expect(calls.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(told.length + 1);
  });

  it.each<readonly [string, Embedder]>([
    ['rejects', { embed: async () => Promise.reject(new Error('no model')) }],
    [
      'throws',
      {
        embed: () => {
          throw new Error('no model');
        },
      },
    ],
    ['answers too few', { embed: async () => [[1, 2]] }],
    ['answers no numbers', { embed: async (texts) => texts.map(() => [Number.NaN, 1]) }],
    ['answers vectors without length', { embed: async (texts) => texts.map(() => [0, 0]) }],
  ])('that %s is done without', async (_, embedder) => {
    const [helped, alone] = [learner(embedder), learner()];
    for (const world of [helped, alone])
      for (const text of [PROBLEM, 'outlook is slow', 'calendar']) await world.told(text);
    expect(await helped.told(`${PROBLEM} again`)).toEqual(await alone.told(`${PROBLEM} again`));
  });

  it('is fused by score: what all have in common says nothing', () => {
    const vectors = [
      [1, 0.1],
      [1, 0.1],
      [0, 1],
    ].map(unitVector);
    const [first, second, third] = alikeInMeaning(unitVector([1, 0]), vectors) ?? [];
    expect(first).toBeGreaterThan(0.9);
    expect([second, third]).toEqual([first, 0]);
    expect(alikeInMeaning(unitVector([1, 0]), [...vectors.slice(1), unitVector([1, 2, 3])])).toBeNull();
    expect(fused(0.5, undefined)).toBe(0.5);
    expect(fused(0.99, 1)).toBeLessThanOrEqual(SIMILARITY.mostUnlessSame);
  });

  it('of a plain function is called with few texts at once, and told when the answer does not fit', async () => {
    const sizes: number[] = [];
    const embedder = vectorEmbedder(
      (texts) => {
        sizes.push(texts.length);
        return texts.map(() => new Float32Array([1, 2]));
      },
      { atOnce: 2 },
    );
    const { signal } = new AbortController();
    expect(await embedder.embed(['a', 'b', 'c'], { signal })).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    expect(sizes).toEqual([2, 1]);
    await expect(vectorEmbedder(() => []).embed(['a'], { signal })).rejects.toThrow('0 vectors for 1 texts');
  });
});
