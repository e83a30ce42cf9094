import { expect, it } from 'vitest';
import { testDatabase } from '../../../test/postgres/database.js';
import { output } from '../../run.js';

const database = await testDatabase();

it('decides each ticket once, whichever instance comes first', (context) => {
  if ('reason' in database) return context.skip(database.reason);
  expect(output('postgres-two-instances', database.url)).toEqual(['12 tickets at rest, 12 decisions']);
});
