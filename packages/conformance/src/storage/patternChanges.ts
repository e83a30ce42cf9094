import { type PatternEdit, SIMILARITY, verifyAudit } from '@remit/core';
import { expect } from 'vitest';
import { ACME, FIRST, GLOBEX, outcomeOf, upTo, voteOf, wordsOf } from './samples.js';
import type { OpenedStorage, StorageCases } from './world.js';

const ACTION = 'restart_service';
const DAY = 86_400_000;

async function told(
  { storage }: OpenedStorage,
  patternId: string,
  words: readonly string[],
  { tenant = ACME, category = 'server' } = {},
): Promise<string> {
  const signature = wordsOf(...words);
  return (await storage.patterns.adopt(tenant, { patternId, category, signature, version: 1, first: FIRST })).patternId;
}

async function changed(
  { storage }: OpenedStorage,
  patternId: string,
  edit: PatternEdit,
  { tenant = ACME, changeId = JSON.stringify([patternId, edit]) } = {},
) {
  return storage.patterns.change({ tenant, changeId, patternId, edit, reason: 'the same', by: 'ana' });
}

/** Two patterns, each with a telling, a success and a failure. */
async function two(world: OpenedStorage): Promise<void> {
  for (const [n, patternId] of ['p-1', 'p-2'].entries()) {
    await told(world, patternId, ['web', patternId]);
    await world.storage.patterns.learn(ACME, [
      outcomeOf({ patternId, ticketId: `OK-${n}`, remediationId: `ok-${n}`, principal: `ana-${n}`, atMs: n * DAY }),
      outcomeOf({
        ...{ patternId, ticketId: `BAD-${n}`, remediationId: `bad-${n}`, principal: `bo-${n}`, atMs: n * DAY + 1 },
        ...{ resolved: false, succeeded: false },
      }),
    ]);
  }
}

const tallies = async ({ storage }: OpenedStorage) =>
  Promise.all(
    ['p-1', 'p-2', 'p-3'].map(async (patternId) => {
      const { succeeded, failures } = await storage.patterns.tally(ACME, patternId, ACTION);
      return [succeeded, failures];
    }),
  );
const homeOf = async ({ storage }: OpenedStorage, ...words: readonly string[]) =>
  (await storage.patterns.findBySignature(ACME, 'server', wordsOf(...words).hash))?.patternId;
const listed = async ({ storage }: OpenedStorage) =>
  (await storage.patterns.list(ACME, { limit: 9, cursor: null, minOccurrences: 0 })).items.map(
    ({ patternId, title }) => `${patternId} ${title}`,
  );

/** What a store must do when people say that patterns are one, or two, or called otherwise. */
export const patternChangeCases: StorageCases = {
  'change: a name is given, and taken back': async (world) => {
    await told(world, 'p-1', ['web', 'down']);
    const renamed = await changed(world, 'p-1', { kind: 'rename', title: 'Web is down' }, { changeId: 'c-1' });
    expect(renamed).toEqual({
      kind: 'changed',
      change: {
        ...{ tenant: ACME, changeId: 'c-1', patternId: 'p-1', edit: { kind: 'rename', title: 'Web is down' } },
        ...{ reason: 'the same', by: 'ana', atMs: world.clock.now() },
      },
    });
    expect(await listed(world)).toEqual(['p-1 Web is down']);
    expect(await world.storage.patterns.find(ACME, 'p-1')).toMatchObject({ title: 'Web is down' });
    await changed(world, 'p-1', { kind: 'undo', undoes: 'c-1' });
    expect(await listed(world)).toEqual(['p-1 web down']);
    const edits = (await world.storage.patterns.changes(ACME, 'p-1')).map(({ edit }) => edit.kind);
    expect(edits).toEqual(['rename', 'undo']);
  },
  'change: of two patterns that are one, all counts under the one that stays; failures too': async (world) => {
    await two(world);
    await changed(world, 'p-1', { kind: 'merge', into: 'p-2' }, { changeId: 'c-1' });
    expect(await tallies(world)).toEqual([
      [0, 0],
      [2, 2],
      [0, 0],
    ]);
    expect(await homeOf(world, 'web', 'p-1')).toBe('p-2');
    expect(await listed(world)).toEqual(['p-2 web p-2']);
    const { exemplars, tellings } = await world.storage.patterns.candidates(ACME, 'server', {
      terms: ['web'],
      of: 'words',
      limit: 9,
    });
    expect(exemplars.map(({ patternId }) => patternId)).toEqual(['p-2', 'p-2']);
    expect(tellings).toEqual(new Map([['p-2', 2]]));
    // Told to the one that went, later: by a run under way, a vote that comes late, a text that is like it.
    await world.storage.patterns.learn(ACME, [
      outcomeOf({ patternId: 'p-1', ticketId: 'LATE', remediationId: 'late', principal: 'cy', succeeded: false }),
    ]);
    expect(await told(world, 'p-1', ['web', 'late'])).toBe('p-2');
    expect(await tallies(world)).toEqual([
      [0, 0],
      [2, 3],
      [0, 0],
    ]);
  },
  'change: what was merged is apart again once that is taken back, with what came in between': async (world) => {
    await two(world);
    const before = await tallies(world);
    await changed(world, 'p-1', { kind: 'merge', into: 'p-2' }, { changeId: 'c-1' });
    await world.storage.patterns.learn(ACME, [
      outcomeOf({ patternId: 'p-1', ticketId: 'LATE', remediationId: 'late', principal: 'cy', succeeded: false }),
    ]);
    await told(world, 'p-1', ['web', 'late']);
    await changed(world, 'p-1', { kind: 'undo', undoes: 'c-1' });
    expect(before).toEqual([
      [1, 1],
      [1, 1],
      [0, 0],
    ]);
    expect(await tallies(world)).toEqual([
      [1, 2],
      [1, 1],
      [0, 0],
    ]);
    expect(await homeOf(world, 'web', 'p-1')).toBe('p-1');
    expect(await homeOf(world, 'web', 'late')).toBe('p-1');
    expect(await homeOf(world, 'web', 'p-2')).toBe('p-2');
    expect(await listed(world)).toHaveLength(2);
  },
  'change: merging gives nobody a second voice within a day': async (world) => {
    await two(world);
    for (const patternId of ['p-1', 'p-2']) {
      await world.storage.patterns.learn(ACME, [
        voteOf({ patternId, ticketId: `V-${patternId}`, principal: 'eve', atMs: 5 * DAY }),
      ]);
    }
    const positive = async () => (await world.storage.patterns.tally(ACME, 'p-2', ACTION)).positive;
    expect(await positive()).toBe(1);
    await changed(world, 'p-1', { kind: 'merge', into: 'p-2' });
    expect(await positive()).toBe(1);
  },
  'change: some tickets are another problem: their signatures and facts go to a pattern of its own': async (world) => {
    await two(world);
    await changed(world, 'p-1', { kind: 'merge', into: 'p-2' });
    const moved = { ticketIds: ['OK-1', 'BAD-0'], hashes: [wordsOf('web', 'p-2').hash] };
    const edit = { kind: 'split', into: 'p-3', title: 'another one', ...moved } as const;
    await changed(world, 'p-2', edit, { changeId: 'c-2' });
    expect(await tallies(world)).toEqual([
      [0, 0],
      [1, 1],
      [1, 1],
    ]);
    expect(await homeOf(world, 'web', 'p-2')).toBe('p-3');
    expect(await homeOf(world, 'web', 'p-1')).toBe('p-2');
    expect(await listed(world)).toEqual(['p-3 another one', 'p-2 web p-2']);
    await world.storage.patterns.learn(ACME, [voteOf({ patternId: 'p-1', ticketId: 'BAD-0', principal: 'flo' })]);
    expect(await world.storage.patterns.tally(ACME, 'p-3', ACTION)).toMatchObject({ rated: 1 });
    await changed(world, 'p-2', { kind: 'undo', undoes: 'c-2' });
    expect(await tallies(world)).toEqual([
      [0, 0],
      [2, 2],
      [0, 0],
    ]);
    expect(await homeOf(world, 'web', 'p-2')).toBe('p-2');
  },
  'change: what cannot be is refused, and leaves nothing': async (world) => {
    await two(world);
    await told(world, 'p-9', ['switch'], { category: 'network' });
    await changed(world, 'p-1', { kind: 'rename', title: 'One' }, { changeId: 'c-1' });
    await changed(world, 'p-1', { kind: 'undo', undoes: 'c-1' }, { changeId: 'c-2' });
    const merge = (patternId: string, into: string) => changed(world, patternId, { kind: 'merge', into });
    const refused = (why: string) => ({ kind: 'refused', why });
    expect(await merge('p-1', 'p-1')).toEqual(refused('same_pattern'));
    expect(await merge('p-1', 'p-9')).toEqual(refused('other_category'));
    expect(await merge('none', 'p-1')).toEqual(refused('not_found'));
    expect(await merge('p-1', 'none')).toEqual(refused('not_found'));
    expect(await changed(world, 'p-1', { kind: 'undo', undoes: 'c-1' })).toEqual(refused('undone_already'));
    expect(await changed(world, 'p-1', { kind: 'undo', undoes: 'c-2' })).toEqual(refused('not_found'));
    expect(await changed(world, 'p-2', { kind: 'undo', undoes: 'c-1' })).toEqual(refused('not_found'));
    const split = { kind: 'split', into: 'p-2', title: 'x', ticketIds: ['OK-0'], hashes: [] } as const;
    expect(await changed(world, 'p-1', split)).toEqual(refused('taken'));
    await merge('p-1', 'p-2');
    expect(await merge('p-1', 'p-2')).toEqual(refused('merged_already'));
    expect(await merge('p-2', 'p-1')).toEqual(refused('merged_already'));
    expect(await world.storage.patterns.changes(ACME, null)).toHaveLength(3);
  },
  "change: another tenant's patterns are not there, and not moved": async (world) => {
    await two(world);
    for (const patternId of ['p-1', 'p-2']) await told(world, patternId, ['web', patternId], { tenant: GLOBEX });
    await changed(world, 'p-1', { kind: 'merge', into: 'p-2' }, { changeId: 'c-1' });
    expect(await world.storage.patterns.findBySignature(GLOBEX, 'server', wordsOf('web', 'p-1').hash)).toMatchObject({
      patternId: 'p-1',
    });
    expect(await world.storage.patterns.changes(GLOBEX, null)).toEqual([]);
    const undo = { kind: 'undo', undoes: 'c-1' } as const;
    expect(await changed(world, 'p-1', undo, { tenant: GLOBEX })).toMatchObject({ kind: 'refused', why: 'not_found' });
  },
  'change: of two that are made at once in both directions one is made': async (world) => {
    await two(world);
    const answers = await Promise.all([
      changed(world, 'p-1', { kind: 'merge', into: 'p-2' }),
      changed(world, 'p-2', { kind: 'merge', into: 'p-1' }),
    ]);
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['changed', 'refused']);
    expect(await listed(world)).toHaveLength(1);
  },
  'change: a fact that is stored at the same moment is not left behind': async (world) => {
    await two(world);
    await Promise.all([
      changed(world, 'p-1', { kind: 'merge', into: 'p-2' }),
      ...upTo(6).map((n) =>
        world.storage.patterns.learn(ACME, [
          outcomeOf({
            patternId: 'p-1',
            ticketId: `R-${n}`,
            remediationId: `r-${n}`,
            principal: `z-${n}`,
            succeeded: false,
          }),
        ]),
      ),
      ...upTo(4).map((n) => told(world, 'p-1', ['web', `race-${n}`])),
    ]);
    expect(await tallies(world)).toEqual([
      [0, 0],
      [2, 8],
      [0, 0],
    ]);
    for (const n of upTo(4)) expect(await homeOf(world, 'web', `race-${n}`)).toBe('p-2');
  },
  'change: a merged pattern has no more candidates than any other': async (world) => {
    const each = SIMILARITY.exemplarsPerPattern / 2 + 3;
    for (const patternId of ['p-1', 'p-2']) {
      for (const n of upTo(each)) await told(world, patternId, ['web', `${patternId}-${n}`]);
    }
    await changed(world, 'p-1', { kind: 'merge', into: 'p-2' });
    const { tellings, statistics } = await world.storage.patterns.candidates(ACME, 'server', {
      terms: ['web'],
      of: 'words',
      limit: 5,
    });
    expect(tellings).toEqual(new Map([['p-2', SIMILARITY.exemplarsPerPattern]]));
    expect(statistics.texts).toBe(SIMILARITY.exemplarsPerPattern);
    expect(await homeOf(world, 'web', 'p-1-0')).toBe('p-2');
  },
  'change: is a record of the tenant that an audit covers': async (world) => {
    await two(world);
    await changed(world, 'p-1', { kind: 'merge', into: 'p-2' }, { changeId: 'c-1' });
    const { rows } = await world.storage.audit.records(ACME, { after: null, limit: 9 });
    expect(rows.map(({ content }) => content)).toMatchObject([{ kind: 'pattern', key: 'c-1', actor: 'ana' }]);
    const { subjects } = await world.storage.audit.subjects(ACME, 'pattern', { after: null, limit: 9 });
    expect(subjects).toMatchObject([{ key: 'c-1', content: { edit: { kind: 'merge', into: 'p-2' } } }]);
    expect(await verifyAudit(world.storage)).toMatchObject({ intact: true });
  },
};
