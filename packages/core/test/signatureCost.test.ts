import { expect, it } from 'vitest';
import { signatureOf } from '../src/domain/signature.js';

/** Time of one signature, in units of a plain text of the same length: no clock decides, only a ratio. */
function costOf(text: string): number {
  const plain = 'web service not responding '.repeat(Math.ceil(text.length / 27)).slice(0, text.length);
  const time = (input: string): number => {
    const startedAt = performance.now();
    signatureOf(input);
    return performance.now() - startedAt;
  };
  const best = (input: string): number => Math.min(time(input), time(input), time(input));
  return best(text) / Math.max(best(plain), 1);
}

it.each([
  ['a.', 'words joined by dots'],
  ['a-', 'words joined by hyphens'],
  ['a+', 'half a mail address'],
  ['/a', 'half a path'],
  ['a@', 'many at signs'],
  ['1.', 'half an address'],
])('a hostile text of "%s" (%s) costs what any text of its length costs', (piece) => {
  // Quadratic time would cost thousands of times as much.
  expect(costOf(piece.repeat(50_000))).toBeLessThan(100);
});
