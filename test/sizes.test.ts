import { expect, it } from 'vitest';
import { PARTS_OF_CORE, weigh } from '../bench/sizes/weigh.js';

/**
 * What core may weigh, minified and zipped, bytes, without what it depends on. The aim is 35,000 for all of it; these keep
 * it from growing unnoticed. Whoever raises one says in the commit what a host gets for it.
 */
const AT_MOST: Readonly<Record<keyof typeof PARTS_OF_CORE, number>> = {
  'all that core exports': 84_000,
  'createRemit and the five components': 72_000,
  'the five components alone': 23_000,
  'scorer and decision table alone': 4_000,
};

it.each(Object.entries(PARTS_OF_CORE))('%s is no heavier than it has to be', async (part, names) => {
  const weight = await weigh('core', names);
  expect(weight?.zipped).toBeGreaterThan(1_000);
  expect(weight?.zipped).toBeLessThanOrEqual(AT_MOST[part as keyof typeof PARTS_OF_CORE]);
});
