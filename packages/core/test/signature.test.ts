import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { likeness, matchPattern, signatureOf } from '../src/domain/signature.js';

const exemplar = (patternId: string, text: string) => ({ patternId, ...signatureOf(text) });

describe('a signature', () => {
  it('is the same for two tellings that differ only in what is masked', () => {
    const one = signatureOf('Host 10.0.0.1 lost link on GigabitEthernet0/1, see https://x.example/1 (ticket 4711)');
    const two = signatureOf('host 10.9.8.7 lost link on gigabitethernet0/24, see https://y.example/2 (ticket 12)');
    expect(two.hash).toBe(one.hash);
    expect(one.entities.map(({ kind }) => kind)).toEqual(['url', 'ip', 'interface', 'num']);
  });

  it.each([
    ['email', 'mail to ana@example.org fails'],
    ['uuid', 'job 0b9d6c3e-1f2a-4b5c-8d7e-9f0a1b2c3d4e died'],
    ['mac', 'port of 00:1a:2b:3c:4d:5e flaps'],
    ['path', 'no space on /var/lib/data'],
    ['hex', 'fault 0xdeadbeef'],
    ['num', 'disk is 97% full'],
  ])('masks every %s', (kind, text) => {
    expect(signatureOf(text).masked).toContain(`<${kind}>`);
  });

  it('is another one for another problem', () => {
    expect(signatureOf('disk full').hash).not.toBe(signatureOf('link down').hash);
  });

  it('has stems without stop words, sorted, each once', () => {
    expect(signatureOf('The servers are failing and the server fails').terms).toEqual(['fail', 'server']);
  });

  it('does not fail on any text, and says the same twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(signatureOf(text)).toEqual(signatureOf(text));
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});

describe('likeness', () => {
  it('is 1 only for the same words, symmetric, and within 0..1', () => {
    const words = fc.array(fc.constantFrom('disk', 'full', 'link', 'down', 'slow', 'web'), { maxLength: 5 });
    fc.assert(
      fc.property(words, words, (a, b) => {
        const [one, two] = [signatureOf(a.join(' ')), signatureOf(b.join(' '))];
        const { similarity } = likeness(one, two);
        expect(similarity).toBeCloseTo(likeness(two, one).similarity, 12);
        expect(similarity >= 0 && similarity <= 1).toBe(true);
        expect(similarity === 1).toBe(one.hash === two.hash);
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  it('names the terms that both have', () => {
    expect(likeness(signatureOf('disk full'), signatureOf('disk slow')).sharedTerms).toEqual(['disk']);
  });
});

describe('the pattern of a text', () => {
  it('is the most alike one, less the margin to the second', () => {
    const text = signatureOf('database is slow');
    const alone = matchPattern(text, [exemplar('a', 'database very slow today')]);
    const contested = matchPattern(text, [
      exemplar('a', 'database very slow today'),
      exemplar('b', 'the database was slow'),
    ]);
    expect(contested?.similarity).toBeLessThan(alone?.similarity ?? 0);
  });

  it('is nobody among none, and worth nothing between two that are equally alike', () => {
    expect(matchPattern(signatureOf('x'), [])).toBe(null);
    const twice = [exemplar('b', 'disk full'), exemplar('a', 'disk full')];
    expect(matchPattern(signatureOf('disk full'), twice)).toEqual({ patternId: 'a', similarity: 0 });
  });
});
