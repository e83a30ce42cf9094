import { expect, it } from 'vitest';
import { output } from '../../run.js';

it('leaves the first ticket to a person, and carries out what was approved for the second', () => {
  expect(output('plain-functions')).toEqual([
    'INC-1: manual low_reliability',
    'INC-2: approval medium_reliability',
    'INC-2: succeeded { workers: 6, overloaded: false }',
  ]);
});
