import { type ModelUse, SIMILARITY } from '@remit/core';
import { EMPTY_TALLY } from '@remit/core/adapter';
import { reliabilityOfDays, reliabilityStatsOf, remediationOfDays, remediationStatsOf } from '@remit/core/statistics';
import { expect } from 'vitest';
import {
  ACME,
  appendOf,
  BY_HAND,
  claimedToken,
  endedAs,
  FIRST,
  feedbackOf,
  GLOBEX,
  openedRemediation,
  openingOf,
  outcomeOf,
  reliabilityOf,
  submitted,
  upTo,
  voteOf,
  wordsOf,
} from './samples.js';
import type { OpenedStorage, StorageCases } from './world.js';

const DAY = 86_400_000;
const ACTION = 'restart_service';

function adoptionOf(patternId: string, ...terms: readonly string[]) {
  return { patternId, category: 'server', signature: wordsOf(...terms), version: 1, first: FIRST };
}

async function patternPages(
  { storage }: OpenedStorage,
  query: { category?: string; minOccurrences: number; limit: number },
): Promise<readonly string[]> {
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof storage.patterns.list>> = await storage.patterns.list(ACME, {
      ...query,
      cursor,
    });
    seen.push(...page.items.map(({ patternId }) => patternId));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return seen;
}

/** What a store must do with patterns and what they learn. */
export const patternCases: StorageCases = {
  'adopt: founds a pattern, and files further signatures under it': async ({ storage, clock }) => {
    const later = { ticketId: 'INC-2', similarity: 0.71, known: true };
    expect(await storage.patterns.adopt(ACME, adoptionOf('p-1', 'web', 'down'))).toEqual({
      patternId: 'p-1',
      ...FIRST,
    });
    expect(await storage.patterns.adopt(ACME, { ...adoptionOf('p-1', 'web', 'hang'), first: later })).toEqual({
      patternId: 'p-1',
      ...later,
    });
    for (const [signature, first] of [
      [wordsOf('web', 'down'), FIRST],
      [wordsOf('web', 'hang'), later],
    ] as const) {
      expect(await storage.patterns.findBySignature(ACME, 'server', signature.hash)).toEqual({
        patternId: 'p-1',
        ...first,
      });
    }
    expect(await storage.patterns.findBySignature(ACME, 'server', 'nothing')).toBeNull();
    const { items } = await storage.patterns.list(ACME, { limit: 5, cursor: null, minOccurrences: 0 });
    expect(items).toEqual([
      { patternId: 'p-1', category: 'server', title: 'web down', createdAtMs: clock.now(), tallies: {} },
    ]);
  },
  'adopt: a signature that is filed stays where it is': async ({ storage }) => {
    await storage.patterns.adopt(ACME, adoptionOf('p-1', 'web'));
    const again = { ...adoptionOf('p-2', 'web'), first: { ticketId: 'INC-2', similarity: 0.5, known: true } };
    expect(await storage.patterns.adopt(ACME, again)).toEqual({ patternId: 'p-1', ...FIRST });
    expect((await storage.patterns.list(ACME, { limit: 5, cursor: null, minOccurrences: 0 })).items).toHaveLength(1);
    const { statistics } = await storage.patterns.candidates(ACME, 'server', { terms: ['web'], of: 'words', limit: 5 });
    expect(statistics).toEqual({ texts: 1, terms: 1, frequencies: new Map([['web', 1]]) });
  },
  'adopt: parallel adoptions of one signature end in one pattern, counted once': async ({ storage }) => {
    const answers = await Promise.all(upTo(8).map((n) => storage.patterns.adopt(ACME, adoptionOf(`p-${n}`, 'web'))));
    expect(new Set(answers.map(({ patternId }) => patternId)).size).toBe(1);
    expect((await storage.patterns.list(ACME, { limit: 5, cursor: null, minOccurrences: 0 })).items).toHaveLength(1);
    const { statistics } = await storage.patterns.candidates(ACME, 'server', { terms: ['web'], of: 'words', limit: 5 });
    expect(statistics).toEqual({ texts: 1, terms: 1, frequencies: new Map([['web', 1]]) });
  },
  'adopt: parallel adoptions of different signatures are all counted': async ({ storage }) => {
    await Promise.all(upTo(8).map((n) => storage.patterns.adopt(ACME, adoptionOf(`p-${n}`, 'web', `t${n}`))));
    const { statistics, exemplars } = await storage.patterns.candidates(ACME, 'server', {
      terms: ['web'],
      of: 'words',
      limit: 20,
    });
    expect(exemplars).toHaveLength(8);
    expect(statistics).toMatchObject({ texts: 8, terms: 16 });
    expect(statistics.frequencies.get('web')).toBe(8);
  },
  'adopt: of too many tellings of one pattern the oldest is no candidate any more, its signature stays': async ({
    storage,
  }) => {
    const all = SIMILARITY.exemplarsPerPattern + 2;
    for (const n of upTo(all)) await storage.patterns.adopt(ACME, adoptionOf('p-1', 'web', `t${n}`));
    const { statistics, exemplars, tellings } = await storage.patterns.candidates(ACME, 'server', {
      terms: ['web'],
      of: 'words',
      limit: all,
    });
    expect(exemplars).toHaveLength(SIMILARITY.exemplarsPerPattern);
    expect(exemplars.at(-1)?.masked).toBe('web t2');
    expect(tellings).toEqual(new Map([['p-1', SIMILARITY.exemplarsPerPattern]]));
    expect(statistics).toMatchObject({ texts: all - 2, terms: 2 * (all - 2) });
    expect(
      (await storage.patterns.candidates(ACME, 'server', { terms: ['t0'], of: 'words', limit: 5 })).exemplars,
    ).toEqual([]);
    expect(await storage.patterns.findBySignature(ACME, 'server', wordsOf('web', 't0').hash)).toMatchObject({
      patternId: 'p-1',
    });
  },
  'candidates: those that share most for their length first, rare terms before frequent ones, then the newest': async ({
    storage,
  }) => {
    await storage.patterns.adopt(ACME, adoptionOf('p-1', 'disk', 'full', 'web'));
    await storage.patterns.adopt(ACME, adoptionOf('p-2', 'web', 'down'));
    await storage.patterns.adopt(ACME, adoptionOf('p-3', 'web', 'slow'));
    await storage.patterns.adopt(ACME, adoptionOf('p-4', 'mail'));
    await storage.patterns.adopt(ACME, adoptionOf('p-5', 'slow', 'web', 'mail'));
    const ids = async (terms: readonly string[], limit: number) =>
      (await storage.patterns.candidates(ACME, 'server', { terms, of: 'words', limit })).exemplars.map(
        ({ patternId }) => patternId,
      );
    expect(await ids(['web', 'full', 'disk'], 10)).toEqual(['p-1', 'p-3', 'p-2', 'p-5']);
    expect(await ids(['web', 'full', 'disk'], 2)).toEqual(['p-1', 'p-3']);
    // One rare term says more than one common term.
    expect(await ids(['web', 'down'], 10)).toEqual(['p-2', 'p-3', 'p-5', 'p-1']);
    expect(await ids(['nothing'], 10)).toEqual([]);
    expect(await ids([], 10)).toEqual([]);
    const { exemplars, statistics, tellings } = await storage.patterns.candidates(ACME, 'server', {
      terms: ['full'],
      of: 'words',
      limit: 1,
    });
    expect(exemplars).toEqual([
      { patternId: 'p-1', ticketId: 'INC-1', source: null, ...wordsOf('disk', 'full', 'web') },
    ]);
    expect(statistics).toMatchObject({ texts: 5, terms: 11 });
    expect(Object.fromEntries(statistics.frequencies)).toEqual({ full: 1, disk: 1, web: 4 });
    expect(tellings).toEqual(new Map([['p-1', 1]]));
    expect(
      (await storage.patterns.candidates(ACME, 'network', { terms: ['web'], of: 'words', limit: 10 })).exemplars,
    ).toEqual([]);
  },
  'candidates: say which source of alerts printed them first': async ({ storage }) => {
    await storage.patterns.adopt(ACME, { ...adoptionOf('p-1', 'disk', 'full'), source: 'syslog' });
    await storage.patterns.adopt(ACME, { ...adoptionOf('p-1', 'disk', 'full'), source: 'other' });
    await storage.patterns.adopt(ACME, adoptionOf('p-2', 'disk', 'slow'));
    const { exemplars } = await storage.patterns.candidates(ACME, 'server', { terms: ['disk'], of: 'words', limit: 5 });
    expect(exemplars.map(({ patternId, source }) => [patternId, source])).toEqual([
      ['p-2', null],
      ['p-1', 'syslog'],
    ]);
  },
  'candidates: works for a text of twenty thousand different words': async ({ storage }) => {
    const terms = upTo(20_000).map((n) => `w${n}`);
    await storage.patterns.adopt(ACME, adoptionOf('p-1', ...terms));
    const found = await storage.patterns.candidates(ACME, 'server', {
      terms: [...terms, 'other'],
      of: 'words',
      limit: 5,
    });
    expect(found.exemplars).toEqual([{ patternId: 'p-1', ticketId: 'INC-1', source: null, ...wordsOf(...terms) }]);
  },
  'candidates: terms of any script': async ({ storage }) => {
    const signature = wordsOf('сервер', 'é', 'e\u0301', '服务器', "o'neil", '%');
    await storage.patterns.adopt(ACME, { patternId: 'p-1', category: 'server', signature, version: 1, first: FIRST });
    for (const term of signature.terms) {
      expect(
        (await storage.patterns.candidates(ACME, 'server', { terms: [term], of: 'words', limit: 5 })).exemplars,
      ).toHaveLength(1);
    }
    expect(
      (await storage.patterns.candidates(ACME, 'server', { terms: ['СЕРВЕР', '_'], of: 'words', limit: 5 })).exemplars,
    ).toEqual([]);
  },
  'tally: what is not known is empty': async ({ storage }) => {
    expect(await storage.patterns.tally(ACME, 'nothing', ACTION)).toEqual(EMPTY_TALLY);
  },
  'learn: counted facts add up': async ({ storage }) => {
    await storage.patterns.learn(ACME, [
      outcomeOf({ ticketId: 'A', principal: 'ana', confidence: 0.5 }),
      outcomeOf({ ticketId: 'B', principal: 'bo', via: 'auto', confidence: 1 }),
      outcomeOf({ ticketId: 'C', principal: 'cy', succeeded: false, resolved: false, confidence: 0.9 }),
      outcomeOf({ ticketId: 'D', principal: 'di', executed: false, succeeded: false, via: 'human', similarity: 0.4 }),
      voteOf({ ticketId: 'A', principal: 'ed' }),
      voteOf({ ticketId: 'B', principal: 'flo', verdict: 'negative' }),
      voteOf({ ticketId: 'B', principal: 'gus', verdict: 'neutral' }),
      voteOf({ ticketId: 'A', principal: 'ana', admissible: false }),
    ]);
    const { meanConfidence, meanSimilarity, ...counts } = await storage.patterns.tally(ACME, 'pattern-1', ACTION);
    expect(counts).toEqual({
      occurrences: 3,
      executed: 3,
      succeeded: 1,
      approvedSuccesses: 1,
      failures: 2,
      positive: 1,
      rated: 2,
      principals: 5,
    });
    expect(meanConfidence).toBeCloseTo(0.825, 12);
    expect(meanSimilarity).toBeCloseTo(0.7, 12);
  },
  'learn: what was only shown ranks, and adds nothing up': async ({ storage }) => {
    await storage.patterns.learn(ACME, [outcomeOf({ ticketId: 'A' })]);
    const before = await storage.patterns.tally(ACME, 'pattern-1', ACTION);
    const only = { remediationId: null, resolved: false, executed: false, via: 'shadow', confidence: 0.1 } as const;
    const shown = outcomeOf({ ...only, ticketId: 'B', succeeded: false, principal: 'bo', atMs: 1 });
    await storage.patterns.learn(ACME, [shown]);
    expect(await storage.patterns.tally(ACME, 'pattern-1', ACTION)).toEqual(before);
    expect(await storage.patterns.heardTally(ACME, 'pattern-1', ACTION)).toEqual(before);
    // Whoever speaks last about a proposal is heard, beside what was done by hand.
    const byHand = outcomeOf({ ...only, resolved: true, via: 'human', ticketId: 'B', principal: 'di', atMs: 1 });
    await storage.patterns.learn(ACME, [{ ...shown, succeeded: true, principal: 'cy', atMs: 2 }, byHand]);
    const told = (await storage.patterns.facts(ACME, 'pattern-1', ACTION)).filter(({ ticketId }) => ticketId === 'B');
    expect(told).toEqual([
      { ...byHand, counted: true },
      { ...shown, succeeded: true, principal: 'cy', atMs: 2, counted: true },
    ]);
  },
  'learn: a fact replaces the one with the same key': async ({ storage }) => {
    await storage.patterns.learn(ACME, [outcomeOf(), voteOf(), voteOf({ principal: 'cy' })]);
    await storage.patterns.learn(ACME, [
      outcomeOf({ succeeded: false, resolved: false, principal: 'di' }),
      voteOf({ verdict: 'neutral' }),
    ]);
    expect(await storage.patterns.tally(ACME, 'pattern-1', ACTION)).toMatchObject({
      occurrences: 0,
      executed: 1,
      failures: 1,
      positive: 1,
      rated: 1,
    });
  },
  'learn: a later attempt at the same ticket never takes a failure away': async ({ storage }) => {
    const failed = { succeeded: false, resolved: false };
    await storage.patterns.learn(ACME, [outcomeOf({ remediationId: 'rem-1', ...failed })]);
    await storage.patterns.learn(ACME, [outcomeOf({ remediationId: 'rem-2', principal: 'bo' })]);
    const byHand = { remediationId: null, executed: false, succeeded: false, via: 'human' } as const;
    await storage.patterns.learn(ACME, [outcomeOf({ ...byHand, principal: 'cy' })]);
    expect(await storage.patterns.tally(ACME, 'pattern-1', ACTION)).toMatchObject({
      occurrences: 1,
      executed: 2,
      succeeded: 1,
      failures: 1,
    });
  },
  'learn: success after success on one ticket is one success of a principal in 24 hours': async ({ storage }) => {
    await storage.patterns.learn(ACME, [outcomeOf({ remediationId: 'rem-1' })]);
    await storage.patterns.learn(ACME, [outcomeOf({ remediationId: 'rem-2', atMs: 1 })]);
    await storage.patterns.learn(ACME, [outcomeOf({ remediationId: 'rem-3', atMs: 2, succeeded: false })]);
    expect(await storage.patterns.tally(ACME, 'pattern-1', ACTION)).toMatchObject({ executed: 2, failures: 1 });
  },
  'learn: parallel facts of one ticket from different attempts all stay': async ({ storage }) => {
    const failed = { succeeded: false, resolved: false };
    const facts = upTo(8).map((n) => outcomeOf({ remediationId: `rem-${n}`, ...failed }));
    await Promise.all(facts.map((fact) => storage.patterns.learn(ACME, [fact])));
    expect(await storage.patterns.tally(ACME, 'pattern-1', ACTION)).toMatchObject({ executed: 8, failures: 8 });
  },
  'learn: one principal speaks for autonomy once in 24 hours, and failures always count': async ({ storage }) => {
    await storage.patterns.learn(ACME, [
      outcomeOf({ ticketId: 'A', atMs: 0 }),
      outcomeOf({ ticketId: 'B', atMs: DAY - 1 }),
      outcomeOf({ ticketId: 'C', atMs: DAY }),
      outcomeOf({ ticketId: 'D', atMs: 5, succeeded: false, resolved: false }),
    ]);
    expect(await storage.patterns.tally(ACME, 'pattern-1', ACTION)).toMatchObject({ executed: 3, failures: 1 });
  },
  'learn: of parallel facts of one principal exactly one counts': async ({ storage }) => {
    await Promise.all(upTo(10).map((n) => storage.patterns.learn(ACME, [outcomeOf({ ticketId: `INC-${n}` })])));
    expect(await storage.patterns.tally(ACME, 'pattern-1', ACTION)).toMatchObject({ occurrences: 1, principals: 1 });
  },
  'learn: whoever spoke for a pattern long ago is the same person today': async ({ storage }) => {
    await storage.patterns.learn(ACME, [outcomeOf({ ticketId: 'A' })]);
    await storage.patterns.learn(ACME, [outcomeOf({ ticketId: 'B', remediationId: 'rem-2', atMs: 60 * DAY })]);
    expect(await storage.patterns.tally(ACME, 'pattern-1', ACTION)).toMatchObject({ occurrences: 2, principals: 1 });
    const failed = { resolved: false, succeeded: false };
    await storage.patterns.learn(ACME, [outcomeOf({ ticketId: 'A', ...failed })]);
    expect(await storage.patterns.tally(ACME, 'pattern-1', ACTION)).toMatchObject({ occurrences: 1, principals: 1 });
    const second = { ticketId: 'B', remediationId: 'rem-2', atMs: 60 * DAY, ...failed };
    await storage.patterns.learn(ACME, [outcomeOf(second)]);
    expect(await storage.patterns.tally(ACME, 'pattern-1', ACTION)).toMatchObject({ occurrences: 0, principals: 0 });
  },
  'learn: actions and patterns learn apart': async ({ storage }) => {
    await storage.patterns.learn(ACME, [
      outcomeOf(),
      outcomeOf({ actionType: 'clear_cache' }),
      outcomeOf({ patternId: 'pattern-2' }),
    ]);
    for (const [pattern, action] of [
      ['pattern-1', ACTION],
      ['pattern-1', 'clear_cache'],
      ['pattern-2', ACTION],
    ] as const) {
      expect((await storage.patterns.tally(ACME, pattern, action)).occurrences).toBe(1);
    }
  },
  'find: the category and the text of a pattern': async ({ storage }) => {
    await storage.patterns.adopt(ACME, adoptionOf('p-1', 'web', 'down'));
    const pattern = { patternId: 'p-1', category: 'server', title: 'web down' };
    expect(await storage.patterns.find(ACME, 'p-1')).toEqual(pattern);
    expect(await storage.patterns.find(ACME, 'p-2')).toBeNull();
    expect(await storage.patterns.find(GLOBEX, 'p-1')).toBeNull();
  },
  'candidateFixes: what people said has fixed tickets of the pattern, newest first': async (world) => {
    const { storage } = world;
    for (const n of upTo(3)) {
      const patternId = n === 2 ? 'p-2' : 'p-1';
      await openedRemediation(world, { ticketId: `INC-${n}`, remediationId: `rem-${n}`, patternId, route: 'manual' });
      const feedback = feedbackOf({ ticketId: `INC-${n}`, atMs: n, actualResolution: `rotated the logs ${n}` });
      await storage.feedback.record(feedback, []);
    }
    await storage.feedback.record(feedbackOf({ ticketId: 'INC-0', author: 'di', actualResolution: null }), []);
    const actions = [{ action: 'restart_service', arguments: { service: 'web' } }];
    const resolution = { resolver: 'cy', atMs: 9, text: 'by hand', actions, timeToResolve: null } as const;
    await storage.tickets.resolve(ACME, 'INC-0', { ...resolution, confirmed: false, agreement: 'same' }, []);
    const said = { author: 'bo', source: 'feedback', actions: [] } as const;
    const all = [
      { ticketId: 'INC-0', author: 'cy', atMs: 9, source: 'resolution', text: 'by hand', actions },
      { ...said, ticketId: 'INC-1', atMs: 1, text: 'rotated the logs 1' },
      { ...said, ticketId: 'INC-0', atMs: 0, text: 'rotated the logs 0' },
    ];
    expect(await storage.patterns.candidateFixes(ACME, 'p-1', 9)).toEqual(all);
    expect(await storage.patterns.candidateFixes(ACME, 'p-1', 2)).toEqual(all.slice(0, 2));
    expect(await storage.patterns.candidateFixes(GLOBEX, 'p-1', 9)).toEqual([]);
  },
  'ticketsOf: the newest tickets of a pattern': async (world) => {
    for (const n of upTo(4)) {
      const patternId = n === 1 ? 'p-2' : 'p-1';
      await openedRemediation(world, { ticketId: `INC-${n}`, remediationId: `rem-${n}`, patternId, route: 'manual' });
    }
    const newest = await world.storage.patterns.ticketsOf(ACME, 'p-1', { limit: 2 });
    expect(newest.map(({ ticketId }) => ticketId)).toEqual(['INC-3', 'INC-2']);
    expect(newest[0]).toEqual(await world.storage.tickets.find(ACME, 'INC-3'));
    expect(await world.storage.patterns.ticketsOf(ACME, 'nothing', { limit: 2 })).toEqual([]);
    const texts = newest.map(({ ticketId, title, description }) => ({ ticketId, title, description }));
    expect(await world.storage.patterns.textsOf(ACME, 'p-1', { limit: 2 })).toEqual(texts);
    expect(await world.storage.patterns.textsOf(ACME, 'nothing', { limit: 2 })).toEqual([]);
    expect(await world.storage.patterns.textsOf(GLOBEX, 'p-1', { limit: 2 })).toEqual([]);
  },
  'outcomesOf: what became of tickets, of those that are there': async (world) => {
    const { storage } = world;
    for (const n of upTo(4)) {
      const rows = await openedRemediation(world, { ticketId: `INC-${n}`, remediationId: `rem-${n}` });
      const token = await claimedToken(world, rows);
      if (n < 2) await storage.remediations.append(appendOf(rows, [endedAs('succeeded')], { token, atMs: 1 }));
    }
    await storage.tickets.reopen(ACME, 'INC-1', { by: 'bo', reason: null });
    const resolution = { resolver: 'cy', atMs: 9, text: 'by "hand"', actions: [], timeToResolve: null } as const;
    await storage.tickets.resolve(ACME, 'INC-1', { ...resolution, confirmed: false, agreement: 'not_told' }, []);
    await submitted(world, { ticketId: 'INC-9' });
    const plan = (await storage.tickets.find(ACME, 'INC-0'))?.assessment?.analysis.plan ?? null;
    expect(plan).not.toBeNull();
    const asked = ['INC-9', 'INC-1', 'INC-2', 'nobody', 'INC-0'];
    const found = await storage.tickets.outcomesOf(ACME, asked);
    const status = async (ticketId: string) => (await storage.tickets.find(ACME, ticketId))?.status;
    const nothing = { fixedBy: null, resolution: null, reopened: false };
    expect([...found].sort((a, b) => (a.ticketId < b.ticketId ? -1 : 1))).toEqual([
      { ...nothing, ticketId: 'INC-0', status: 'resolved', plan, fixedBy: 'remit' },
      { ticketId: 'INC-1', status: 'resolved', plan, fixedBy: 'person', resolution: resolution.text, reopened: true },
      { ...nothing, ticketId: 'INC-2', status: await status('INC-2'), plan },
      { ...nothing, ticketId: 'INC-9', status: 'received', plan: null },
    ]);
    expect(await storage.tickets.outcomesOf(ACME, [])).toEqual([]);
    expect(await storage.tickets.outcomesOf(GLOBEX, asked)).toEqual([]);
  },
  'plansOf: what was proposed for the newest tickets of a pattern': async (world) => {
    const { storage } = world;
    for (const n of upTo(3)) {
      const rows = await openedRemediation(world, {
        ticketId: `INC-${n}`,
        remediationId: `rem-${n}`,
        patternId: 'p-1',
      });
      const token = await claimedToken(world, rows);
      if (n < 2) await storage.remediations.append(appendOf(rows, [endedAs('succeeded')], { token, atMs: 1 }));
    }
    await storage.tickets.reopen(ACME, 'INC-1', { by: 'bo', reason: null });
    const resolution = { resolver: 'cy', atMs: 9, text: 'by hand', actions: [], timeToResolve: null } as const;
    await storage.tickets.resolve(ACME, 'INC-1', { ...resolution, confirmed: false, agreement: 'not_told' }, []);
    const proposed = async (ticketId: string) => {
      const found = await storage.tickets.find(ACME, ticketId);
      const plan = found?.assessment?.analysis.plan ?? null;
      return { ticketId, createdAtMs: found?.createdAtMs, plan, reopened: ticketId === 'INC-1' };
    };
    const all = await Promise.all(['INC-2', 'INC-1', 'INC-0'].map(proposed));
    expect(all[0]?.plan).not.toBeNull();
    expect(await storage.patterns.plansOf(ACME, 'p-1', { limit: 5 })).toEqual(all);
    expect(await storage.patterns.plansOf(ACME, 'p-1', { limit: 2 })).toEqual(all.slice(0, 2));
    // Those alone that Remit fixed.
    expect(await storage.patterns.plansOf(ACME, 'p-1', { limit: 5, fixedByRemit: true })).toEqual(all.slice(2));
    expect(await storage.patterns.plansOf(GLOBEX, 'p-1', { limit: 5 })).toEqual([]);
  },
  'list: newest first with their tallies, by category and by occurrences': async (world) => {
    const { storage } = world;
    for (const n of upTo(5)) {
      world.clock.advance(1);
      const category = n === 2 ? 'network' : 'server';
      await storage.patterns.adopt(ACME, { ...adoptionOf(`p-${n}`, `t${n}`), category });
      const facts = upTo(n).map((m) =>
        outcomeOf({ patternId: `p-${n}`, ticketId: `T-${n}-${m}`, principal: `person-${m}` }),
      );
      await storage.patterns.learn(ACME, facts);
    }
    await storage.patterns.learn(ACME, [voteOf({ patternId: 'p-1', actionType: 'clear_cache', admissible: false })]);
    expect(await patternPages(world, { minOccurrences: 0, limit: 2 })).toEqual(['p-4', 'p-3', 'p-2', 'p-1', 'p-0']);
    expect(await patternPages(world, { minOccurrences: 2, limit: 1 })).toEqual(['p-4', 'p-3', 'p-2']);
    expect(await patternPages(world, { minOccurrences: 1, limit: 9, category: 'network' })).toEqual(['p-2']);
    const { items } = await storage.patterns.list(ACME, { minOccurrences: 1, limit: 9, cursor: null });
    const one = items.find(({ patternId }) => patternId === 'p-1');
    expect(one?.tallies).toEqual({
      [ACTION]: await storage.patterns.tally(ACME, 'p-1', ACTION),
      clear_cache: EMPTY_TALLY,
    });
    await expect(
      storage.patterns.list(ACME, { minOccurrences: 0, limit: 9, cursor: 'nonsense' }),
    ).rejects.toMatchObject({ code: 'invalid_input', faults: [{ pointer: '/cursor' }] });
  },
  'another tenant and another category see and change nothing': async (world) => {
    const { patterns } = world.storage;
    await patterns.adopt(ACME, adoptionOf('p-1', 'web'));
    await patterns.learn(ACME, [outcomeOf({ patternId: 'p-1' })]);
    const { hash } = wordsOf('web');
    expect(await patterns.findBySignature(GLOBEX, 'server', hash)).toBeNull();
    expect(await patterns.findBySignature(ACME, 'network', hash)).toBeNull();
    const theirs = await patterns.candidates(GLOBEX, 'server', { terms: ['web'], of: 'words', limit: 5 });
    expect(theirs).toMatchObject({ exemplars: [], statistics: { texts: 0, terms: 0 } });
    expect(await patterns.tally(GLOBEX, 'p-1', ACTION)).toEqual(EMPTY_TALLY);
    expect((await patterns.list(GLOBEX, { limit: 5, cursor: null, minOccurrences: 0 })).items).toEqual([]);
    expect(await patterns.ticketsOf(GLOBEX, 'p-1', { limit: 5 })).toEqual([]);
    expect(await patterns.adopt(GLOBEX, adoptionOf('p-9', 'web'))).toEqual({ patternId: 'p-9', ...FIRST });
    expect(
      (await patterns.candidates(ACME, 'server', { terms: ['web'], of: 'words', limit: 5 })).statistics.texts,
    ).toBe(1);
    // The same principal speaks in the other tenant for the first time.
    await patterns.learn(GLOBEX, [outcomeOf({ patternId: 'p-1', ticketId: 'INC-2' })]);
    expect((await patterns.tally(GLOBEX, 'p-1', ACTION)).occurrences).toBe(1);
    expect((await patterns.tally(ACME, 'p-1', ACTION)).occurrences).toBe(1);
  },
};

/** What a store must do with feedback. */
export const feedbackCases: StorageCases = {
  'record: comes back exactly, oldest first': async ({ storage }) => {
    const later = feedbackOf({ author: 'cy', atMs: 9, rating: null, comment: '😀\n', timeToResolve: null, value: 0.5 });
    const first = feedbackOf({ atMs: 3, wasHelpful: null, actionsWorked: false });
    expect(await storage.feedback.record(later, [])).toEqual({ replaced: false, counted: false });
    expect(await storage.feedback.record(first, [])).toEqual({ replaced: false, counted: false });
    expect(await storage.feedback.ofTicket(ACME, 'INC-1')).toEqual([first, later]);
    expect(await storage.feedback.ofTicket(ACME, 'INC-2')).toEqual([]);
  },
  'record: the last vote of an author wins, with all that it teaches': async ({ storage }) => {
    const praise = [voteOf(), voteOf({ actionType: 'clear_cache' })];
    expect(await storage.feedback.record(feedbackOf(), praise)).toEqual({ replaced: false, counted: true });
    await storage.feedback.record(feedbackOf({ author: 'cy' }), [voteOf({ principal: 'cy' })]);
    const changed = feedbackOf({ feedbackType: 'negative', rating: 1, value: 0, verdict: 'negative', atMs: 7 });
    const answer = await storage.feedback.record(changed, [voteOf({ verdict: 'negative', atMs: 7 })]);
    expect(answer).toEqual({ replaced: true, counted: true });
    expect(await storage.feedback.ofTicket(ACME, 'INC-1')).toEqual([feedbackOf({ author: 'cy' }), changed]);
    expect(await storage.patterns.tally(ACME, 'pattern-1', ACTION)).toMatchObject({ positive: 1, rated: 2 });
    expect(await storage.patterns.tally(ACME, 'pattern-1', 'clear_cache')).toEqual(EMPTY_TALLY);
  },
  'record: tells whether it counts': async ({ storage }) => {
    const facts = [voteOf({ admissible: false })];
    expect(await storage.feedback.record(feedbackOf(), facts)).toEqual({ replaced: false, counted: false });
    const votes = upTo(3).map((n) => voteOf({ ticketId: `T-${n}`, atMs: n * DAY, principal: 'cy' }));
    const counted: boolean[] = [];
    for (const vote of [...votes, voteOf({ ticketId: 'T-3', atMs: 3 * DAY, principal: 'cy' })]) {
      const feedback = feedbackOf({ ticketId: vote.ticketId, author: 'cy' });
      counted.push((await storage.feedback.record(feedback, [vote])).counted);
    }
    expect(counted).toEqual([true, true, true, false]);
  },
  'record: of parallel first votes of one author all but one replace': async ({ storage }) => {
    const answers = await Promise.all(
      upTo(6).map((n) => storage.feedback.record(feedbackOf({ atMs: n }), [voteOf({ atMs: n })])),
    );
    expect(answers.filter(({ replaced }) => !replaced)).toHaveLength(1);
    expect(await storage.feedback.ofTicket(ACME, 'INC-1')).toHaveLength(1);
    expect((await storage.patterns.tally(ACME, 'pattern-1', ACTION)).rated).toBe(1);
  },
  'another tenant sees and changes nothing': async ({ storage }) => {
    await storage.feedback.record(feedbackOf(), [voteOf()]);
    expect(await storage.feedback.ofTicket(GLOBEX, 'INC-1')).toEqual([]);
    const theirs = feedbackOf({ tenant: GLOBEX, verdict: 'negative' });
    expect(await storage.feedback.record(theirs, [])).toEqual({ replaced: false, counted: false });
    expect((await storage.patterns.tally(ACME, 'pattern-1', ACTION)).positive).toBe(1);
    expect(await storage.feedback.ofTicket(ACME, 'INC-1')).toEqual([feedbackOf()]);
  },
};

function promotionOf(parts: { readonly tenant?: string; readonly name?: string; readonly retired?: boolean } = {}) {
  const { tenant = ACME, name = 'rotate-logs', retired = false } = parts;
  const steps = [{ action: 'restart_service', arguments: { service: '$target' } }];
  return {
    tenant,
    patternId: 'p-1',
    category: 'server',
    runbook: { name, title: 'Rotate the logs', categories: ['server'], symptomTexts: ['disk full'], steps },
    candidate: { ticketId: 'INC-1', author: 'bo' },
    retired,
    by: 'olga',
  };
}

/** What a store must do with runbooks that people made. */
export const runbookCases: StorageCases = {
  'promote: comes back exactly, every version; the newest is in force': async ({ storage, clock }) => {
    const { runbooks } = storage;
    const first = { ...promotionOf(), version: 1, atMs: clock.now() };
    expect(await runbooks.promote(promotionOf())).toEqual(first);
    clock.advance(5);
    const other = await runbooks.promote({ ...promotionOf({ name: 'a' }), candidate: null });
    const second = { ...promotionOf(), version: 2, atMs: clock.now() };
    expect(await runbooks.promote(promotionOf())).toEqual(second);
    expect(await runbooks.inForce(ACME, 'server')).toEqual([other, second]);
    expect(await runbooks.ofPattern(ACME, 'p-1')).toEqual([first, other, second]);
    expect(await runbooks.inForce(ACME, 'network')).toEqual([]);
  },
  'promote: what is retired is not in force, until it is made again': async ({ storage }) => {
    const { runbooks } = storage;
    await runbooks.promote(promotionOf());
    await runbooks.promote(promotionOf({ retired: true }));
    expect(await runbooks.inForce(ACME, 'server')).toEqual([]);
    await runbooks.promote(promotionOf());
    expect(await runbooks.inForce(ACME, 'server')).toMatchObject([{ version: 3 }]);
    expect(await runbooks.ofPattern(ACME, 'p-1')).toHaveLength(3);
  },
  'promote: parallel ones get a version each': async ({ storage }) => {
    const made = await Promise.all(upTo(6).map(() => storage.runbooks.promote(promotionOf())));
    expect(made.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await storage.runbooks.inForce(ACME, 'server')).toMatchObject([{ version: 6 }]);
  },
  'another tenant has its own': async ({ storage }) => {
    await storage.runbooks.promote(promotionOf());
    expect(await storage.runbooks.inForce(GLOBEX, 'server')).toEqual([]);
    expect(await storage.runbooks.ofPattern(GLOBEX, 'p-1')).toEqual([]);
    expect(await storage.runbooks.promote(promotionOf({ tenant: GLOBEX }))).toMatchObject({ version: 1 });
  },
};

/** What a store must do with what figures are made of. */
export const statsCases: StorageCases = {
  'tickets: those handed in since, oldest first, of one category or all': async (world) => {
    const { storage, clock } = world;
    await submitted(world, { ticketId: 'old' });
    clock.advance(1_000);
    const sinceMs = clock.now();
    await openedRemediation(world, { ticketId: 'INC-1', remediationId: 'rem-1', score: 80, route: 'manual' });
    await submitted(world, { ticketId: 'INC-2', category: 'network', optedIn: false });
    const all = await storage.stats.tickets(ACME, { sinceMs });
    const { factors } = reliabilityOf(80);
    const rest = { resolvedAtMs: null, disputed: false, reopened: [], shadow: null, models: null };
    const byPerson = { fixed: false, minutes: null };
    expect(all).toEqual([
      {
        ...{ ticketId: 'INC-1', category: 'server', createdAtMs: sinceMs, optedIn: true, remediationId: 'rem-1' },
        ...{ ...rest, byPerson, scored: { score: 80, level: 'high', factors, occurrences: 3 } },
      },
      {
        ...{ ticketId: 'INC-2', category: 'network', createdAtMs: sinceMs, optedIn: false, remediationId: null },
        ...{ ...rest, byPerson, scored: null },
      },
    ]);
    expect(await storage.stats.tickets(ACME, { sinceMs, category: 'network' })).toEqual(all.slice(1));
    expect(await storage.stats.tickets(ACME, { sinceMs: 0 })).toHaveLength(3);
    expect(await storage.stats.tickets(GLOBEX, { sinceMs: 0 })).toEqual([]);
  },
  'tickets: as people left them: scored anew, resolved, reopened, called wrong': async (world) => {
    const { storage, clock } = world;
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    await storage.remediations.append(appendOf(rows, [endedAs('succeeded')], { token, atMs: 1 }));
    await storage.tickets.rescore(ACME, 'INC-1', reliabilityOf(40));
    await storage.tickets.reopen(ACME, 'INC-1', { by: 'bo', reason: null });
    const resolution = { resolver: 'cy', atMs: 9, text: 'by hand', actions: [], timeToResolve: 12.5 } as const;
    await storage.tickets.resolve(ACME, 'INC-1', { ...resolution, confirmed: false, agreement: 'not_told' }, []);
    await storage.feedback.record(feedbackOf(), [voteOf({ verdict: 'negative' })]);
    const [ticket] = await storage.stats.tickets(ACME, { sinceMs: 0 });
    expect(ticket).toMatchObject({
      scored: { score: 40, level: 'low' },
      resolvedAtMs: clock.now(),
      reopened: ['rem-1'],
      byPerson: { fixed: true, minutes: 12.5 },
      disputed: true,
    });
  },
  'tickets: what asking models took, all of them together': async (world) => {
    const { storage } = world;
    const use: ModelUse = {
      ...{ model: 'm', questions: 2, inputTokens: 10, outputTokens: 5, cacheReadTokens: 100, cacheWriteTokens: 1 },
      ...{ costUsd: 0.25, requestIds: [], sentHash: '0'.repeat(64), sent: null },
      result: 'answered',
    };
    await openedRemediation(world, { modelUses: [use, { ...use, questions: 1 }] });
    const unpriced = { ticketId: 'INC-2', remediationId: 'rem-2', modelUses: [use, { ...use, costUsd: null }] };
    await openedRemediation(world, unpriced);
    const bills = (await storage.stats.tickets(ACME, { sinceMs: 0 })).map(({ models }) => models);
    expect(bills).toEqual([
      { questions: 3, inputTokens: 222, outputTokens: 10, costUsd: 0.5 },
      { questions: 4, inputTokens: 222, outputTokens: 10, costUsd: null },
    ]);
  },
  'tickets: a complaint that does not count, or praise, disputes nothing': async (world) => {
    const { storage } = world;
    await openedRemediation(world);
    await storage.feedback.record(feedbackOf(), [voteOf({ verdict: 'negative', admissible: false })]);
    await storage.feedback.record(feedbackOf({ author: 'cy' }), [voteOf({ principal: 'cy' })]);
    expect(await storage.stats.tickets(ACME, { sinceMs: 0 })).toMatchObject([{ disputed: false }]);
  },
  'runs: of the tickets handed in since, with route, state, reason and approval': async (world) => {
    const { storage, clock } = world;
    await openedRemediation(world, { ticketId: 'old', remediationId: 'rem-old', route: 'manual' });
    clock.advance(1_000);
    const sinceMs = clock.now();
    for (const [n, route] of (['auto', 'approval'] as const).entries()) {
      await openedRemediation(world, { ticketId: `INC-${n}`, remediationId: `rem-${n}`, route });
    }
    const rows = (await storage.remediations.load(ACME, 'rem-0'))?.rows ?? [];
    const token = await claimedToken(world, rows);
    await storage.remediations.append(appendOf(rows, [endedAs('failed')], { token, atMs: 1 }));
    const run = { category: 'server', createdAtMs: sinceMs, acts: true };
    const asked = { requestedAtMs: sinceMs, consentsAtMs: [], grantedAtMs: null };
    expect(await storage.stats.runs(ACME, { sinceMs })).toEqual([
      {
        ...{ ...run, remediationId: 'rem-0', ticketId: 'INC-0', route: 'auto', state: 'failed' },
        ...{ reason: 'because', approval: null },
      },
      {
        ...{ ...run, remediationId: 'rem-1', ticketId: 'INC-1', route: 'approval', state: 'awaiting_approval' },
        ...{ reason: null, approval: asked },
      },
    ]);
    expect(await storage.stats.runs(ACME, { sinceMs: 0 })).toHaveLength(3);
    expect(await storage.stats.runs(GLOBEX, { sinceMs: 0 })).toEqual([]);
  },
  'runs: with every yes that was given': async (world) => {
    const { storage, clock } = world;
    const rows = await openedRemediation(world, { route: 'approval' });
    const requestedAtMs = clock.now();
    const yes = { type: 'approval_given', approvalId: 'approval-rem-1', by: 'bo', comment: null } as const;
    clock.advance(7_000);
    const given = { ...yes, goodUntilMs: clock.now() + 60_000 };
    await storage.remediations.append(appendOf(rows, [given], { token: null, atMs: clock.now() }));
    const [run] = await storage.stats.runs(ACME, { sinceMs: 0 });
    const grantedAtMs = requestedAtMs + 7_000;
    expect(run?.approval).toEqual({ requestedAtMs, consentsAtMs: [grantedAtMs], grantedAtMs });
  },
  'scores and work: a day that is over says what its tickets are like now, whatever changed since': async (world) => {
    const { storage, clock } = world;
    const check = async (what: string): Promise<void> => {
      const since = { sinceMs: 0 };
      const tickets = await storage.stats.tickets(ACME, since);
      const runs = await storage.stats.runs(ACME, since);
      const deferrals = await storage.stats.deferrals(ACME, since);
      const { scores, work } = storage.stats;
      expect(reliabilityOfDays(await scores(ACME, since)), what).toEqual(reliabilityStatsOf(tickets));
      expect(remediationOfDays(await work(ACME, since)), what).toEqual(remediationStatsOf(tickets, runs, deferrals));
    };
    const rows = await openedRemediation(world, { score: 80 });
    await submitted(world, { ticketId: 'INC-2', category: 'network' });
    clock.advance(2 * DAY);
    await submitted(world, { ticketId: 'INC-3' });
    await check('summed up for the first time');
    await check('as it was kept');
    await storage.tickets.rescore(ACME, 'INC-1', reliabilityOf(40));
    await check('scored anew');
    const token = await claimedToken(world, rows);
    const append = appendOf(rows, [endedAs('succeeded')], { token, atMs: clock.now() });
    await storage.remediations.append(append);
    await check('run to its end');
    await storage.feedback.record(feedbackOf(), [voteOf({ verdict: 'negative' })]);
    await check('called wrong');
    await storage.tickets.reopen(ACME, 'INC-1', { by: 'bo', reason: null });
    await check('reopened');
    await storage.tickets.resolve(ACME, 'INC-1', BY_HAND, []);
    await check('resolved by a person');
    await storage.tickets.setOptIn(ACME, 'INC-2', { optedIn: false, by: 'bo' });
    await check('opted out');
    const claim = await storage.tickets.claim(ACME, 'INC-2', { owner: 'worker-1', leaseMs: 30_000 });
    if (claim.kind !== 'claimed') throw new Error(`The ticket cannot be claimed: ${claim.kind}`);
    const second = { ticketId: 'INC-2', remediationId: 'rem-2', optedIn: false, route: 'manual' } as const;
    const opened = await storage.remediations.open(openingOf(claim.token, clock.now(), second));
    expect(opened.kind).toBe('opened');
    await check('decided');
    expect(await storage.stats.scores(GLOBEX, { sinceMs: 0 })).toEqual([]);
    expect(await storage.stats.work(GLOBEX, { sinceMs: 0 })).toEqual([]);
  },
  'deferrals: the reason of each, of the tickets handed in since': async (world) => {
    const { storage, clock } = world;
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    const deferred = { type: 'deferred', untilMs: 5, verdicts: [] } as const;
    const events = ['target_lock', 'rate_limit', 'target_lock'].map((reason) => ({ ...deferred, reason }));
    await storage.remediations.append(appendOf(rows, events, { token, atMs: 1 }));
    const reasons = ['target_lock', 'rate_limit', 'target_lock'];
    expect(await storage.stats.deferrals(ACME, { sinceMs: 0 })).toEqual(reasons);
    expect(await storage.stats.deferrals(ACME, { sinceMs: clock.now() + 1 })).toEqual([]);
    expect(await storage.stats.deferrals(GLOBEX, { sinceMs: 0 })).toEqual([]);
  },
};
