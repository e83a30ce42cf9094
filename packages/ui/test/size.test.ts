import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readScript } from '../build/bundle.js';
import { bundle } from '../build/bundler.js';

const zipped = (text: string): number => gzipSync(text, { level: 9 }).byteLength;

test('all elements are 35 kB at most, Lit included', async () => {
  const size = zipped(await readScript());
  console.log(`all elements: ${size} bytes, minified and gzipped`);
  expect(size).toBeLessThanOrEqual(35_000);
});

test('the ring alone is 8 kB at most, Lit included', async () => {
  const ring =
    "import { define } from './element.js'; import { RemitRing } from './elements/ring.js'; define(RemitRing);";
  const size = zipped(await bundle(ring));
  console.log(`the ring alone: ${size} bytes, minified and gzipped`);
  expect(size).toBeLessThanOrEqual(8_000);
});
