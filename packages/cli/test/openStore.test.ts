import { expect, it } from 'vitest';
import { testDatabase } from '../../../test/postgres/database.js';
import { openStore } from '../src/openStore.js';

const database = await testDatabase();

it('opens Postgres by its URL, with or without the word postgres before it', async (context) => {
  if ('reason' in database) return context.skip(database.reason);
  for (const spec of [`postgres:${database.url}`, database.url]) {
    const storage = await openStore(spec);
    expect(storage.name).toBe('postgres');
    await storage.close();
  }
});

it('says what to do when the server cannot be reached, and tells nobody the password', async () => {
  const error = await openStore('postgres:postgres://ana:secret@127.0.0.1:1/x').catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'storage_unavailable', nextStep: expect.stringContaining('Postgres runs') });
  expect(String(error)).not.toContain('secret');
  const wrong = await openStore('mysql://ana:secret@127.0.0.1/x').catch((reason: unknown) => reason);
  expect(wrong).toMatchObject({ code: 'invalid_configuration', nextStep: expect.stringContaining('postgres:URL') });
  expect(String(wrong)).not.toContain('secret');
});
