import type { OpenTrial, RemediationEvent } from '@remit/core';
import { freshStratum, gateSettings, NO_TRACK } from '@remit/core/statistics';
import { expect } from 'vitest';
import {
  ACME,
  appendOf,
  BY_HAND,
  claimedToken,
  endedAs,
  GLOBEX,
  type OpeningParts,
  openedRemediation,
  openingOf,
  submitted,
} from './samples.js';
import type { OpenedStorage, StorageCases } from './world.js';

const STRATUM = 'safe_write 0.05 0.05';
const HOUR = 3_600_000;

function trialOf(parts: Partial<OpenTrial> = {}): OpenTrial {
  return {
    stratum: STRATUM,
    score: 0.91,
    route: 'auto',
    patternId: 'p-1',
    actionTypes: ['restart_service'],
    confidence: 0.8,
    audited: false,
    ...parts,
  };
}

/** Opens a remediation with a trial; answers its rows. */
async function tried(
  world: OpenedStorage,
  number: number,
  parts: Partial<OpenTrial> & Omit<OpeningParts, 'score'> = {},
) {
  const { tenant = ACME, route = 'auto', ...trial } = parts;
  const ticketId = `INC-${number}`;
  await submitted(world, { tenant, ticketId });
  const claim = await world.storage.tickets.claim(tenant, ticketId, { owner: 'worker-1', leaseMs: 30_000 });
  if (claim.kind !== 'claimed') throw new Error(`The ticket cannot be claimed: ${claim.kind}`);
  const place = { tenant, ticketId, remediationId: `rem-${number}` };
  const opening = openingOf(claim.token, world.clock.now(), { ...place, route });
  const events = opening.events.map(
    (event): RemediationEvent =>
      event.type === 'proposed'
        ? { ...event, trial: trialOf({ route: route === 'approval' ? 'approval' : 'auto', ...trial }) }
        : event,
  );
  const opened = await world.storage.remediations.open({ ...opening, events });
  if (opened.kind !== 'opened') throw new Error(`The remediation cannot be opened: ${opened.kind}`);
  return opened.rows;
}

/** Ends a remediation. */
async function over(world: OpenedStorage, rows: Awaited<ReturnType<typeof tried>>, end: 'succeeded' | 'failed') {
  const token = await claimedToken(world, rows);
  const append = appendOf(rows, [endedAs(end)], { token, atMs: world.clock.now() });
  expect(await world.storage.remediations.append(append)).toMatchObject({ kind: 'appended' });
}

/** What a store must do with the trials that the gate learns from. */
export const trialCases: StorageCases = {
  'open: keeps the trial with the first rows, in the order of the decisions': async (world) => {
    const { storage, clock } = world;
    await tried(world, 1);
    await tried(world, 2, { score: null, route: 'approval', actionTypes: ['a', 'b'], audited: true });
    await openedRemediation(world, { ticketId: 'INC-3', remediationId: 'rem-3' });
    const trials = await storage.trials.ofStratum(ACME, STRATUM, 0);
    expect(trials).toEqual([
      {
        ...trialOf(),
        position: trials[0]?.position,
        remediationId: 'rem-1',
        ticketId: 'INC-1',
        decidedAtMs: clock.now(),
        label: null,
      },
      {
        ...trialOf({ score: null, route: 'approval', actionTypes: ['a', 'b'], audited: true }),
        position: trials[1]?.position,
        remediationId: 'rem-2',
        ticketId: 'INC-2',
        decidedAtMs: clock.now(),
        label: null,
      },
    ]);
    const [first, second] = trials;
    expect(second?.position).toBeGreaterThan(first?.position ?? Number.POSITIVE_INFINITY);
    expect(await storage.trials.ofStratum(ACME, STRATUM, first?.position ?? 0)).toEqual([second]);
  },
  'open: a refused opening keeps no trial': async (world) => {
    const rows = await tried(world, 1);
    const [row] = rows;
    const opening = openingOf(99, world.clock.now(), { ticketId: 'INC-1', remediationId: 'rem-9' });
    const [proposed, ...rest] = opening.events;
    if (!row || proposed?.type !== 'proposed') throw new Error('The sample proposes nothing.');
    const refused = { ...opening, events: [{ ...proposed, trial: trialOf() }, ...rest] };
    expect(await world.storage.remediations.open(refused)).toMatchObject({ kind: 'fenced' });
    expect(await world.storage.trials.ofStratum(ACME, STRATUM, 0)).toHaveLength(1);
  },
  'append: labels the trial as the end says, at the time of the end': async (world) => {
    const { storage, clock } = world;
    const [good, bad] = [await tried(world, 1), await tried(world, 2)];
    clock.advance(HOUR);
    await over(world, good, 'succeeded');
    await over(world, bad, 'failed');
    const labels = (await storage.trials.ofStratum(ACME, STRATUM, 0)).map(({ label }) => label);
    expect(labels).toEqual([
      { loss: false, cause: 'succeeded', atMs: clock.now() },
      { loss: true, cause: 'failed', atMs: clock.now() },
    ]);
  },
  'append: a stale append labels nothing': async (world) => {
    const rows = await tried(world, 1);
    const token = await claimedToken(world, rows);
    const append = appendOf(rows, [endedAs('succeeded')], { token, atMs: world.clock.now() });
    await world.storage.remediations.append({ ...append, expectedVersion: 9 });
    expect((await world.storage.trials.ofStratum(ACME, STRATUM, 0))[0]?.label).toBeNull();
  },
  'reopen: calls the trial of the fix wrong that did not last, also when several reopen at the same moment': async (
    world,
  ) => {
    const { storage, clock } = world;
    await over(world, await tried(world, 1), 'succeeded');
    await over(world, await tried(world, 2), 'succeeded');
    clock.advance(HOUR);
    const request = { by: 'cy', reason: 'down again' };
    const answers = await Promise.all([1, 2, 3].map(() => storage.tickets.reopen(ACME, 'INC-1', request)));
    expect(answers.filter(({ kind }) => kind === 'reopened')).toHaveLength(1);
    const labels = (await storage.trials.ofStratum(ACME, STRATUM, 0)).map(({ label }) => label);
    expect(labels).toEqual([
      { loss: true, cause: 'reopened', atMs: clock.now() },
      { loss: false, cause: 'succeeded', atMs: clock.now() - HOUR },
    ]);
    expect(await storage.trials.spent(ACME, STRATUM, 0)).toEqual({ autos: 2, knownWrong: 1 });
    expect(await storage.trials.knownWrong(ACME, STRATUM, 0)).toBe(1);
    expect(await storage.trials.knownWrong(GLOBEX, STRATUM, 0)).toBe(0);
    expect(await storage.trials.runs(ACME, STRATUM)).toEqual([{ runs: 2, clean: 1 }]);
    const [recalled] = await storage.trials.ofStratum(ACME, STRATUM, 0);
    const upTo = recalled?.position ?? 0;
    expect(await storage.trials.relabelled(ACME, STRATUM, { upTo, sinceMs: clock.now() })).toBe(upTo);
    expect(await storage.trials.relabelled(ACME, STRATUM, { upTo, sinceMs: clock.now() + 1 })).toBeNull();
    expect(await storage.trials.relabelled(ACME, STRATUM, { upTo: upTo - 1, sinceMs: 0 })).toBeNull();
    expect(await storage.trials.relabelled(GLOBEX, STRATUM, { upTo, sinceMs: 0 })).toBeNull();
  },
  "reopen: a week later, or for a person's own fix, the trial stays what it was": async (world) => {
    const { storage, clock } = world;
    await over(world, await tried(world, 1), 'succeeded');
    clock.advance(7 * 24 * HOUR);
    await storage.tickets.reopen(ACME, 'INC-1', { by: 'cy', reason: null });
    await storage.tickets.resolve(ACME, 'INC-1', BY_HAND, []);
    await storage.tickets.reopen(ACME, 'INC-1', { by: 'cy', reason: null });
    const [trial] = await storage.trials.ofStratum(ACME, STRATUM, 0);
    expect(trial?.label).toMatchObject({ loss: false, cause: 'succeeded' });
  },
  'spent: counts automatic trials of a stratum since a moment, and the known wrong ones': async (world) => {
    const { storage, clock } = world;
    await over(world, await tried(world, 1), 'failed');
    clock.advance(HOUR);
    const since = clock.now() - 1;
    await over(world, await tried(world, 2), 'failed');
    await over(world, await tried(world, 3), 'succeeded');
    await tried(world, 4);
    await tried(world, 5, { route: 'approval' });
    await tried(world, 6, { stratum: 'safe_write 0.1 0.05' });
    expect(await storage.trials.spent(ACME, STRATUM, since)).toEqual({ autos: 3, knownWrong: 1 });
    expect(await storage.trials.spent(ACME, STRATUM, clock.now())).toEqual({ autos: 0, knownWrong: 0 });
    expect(await storage.trials.strata(ACME)).toEqual([STRATUM, 'safe_write 0.1 0.05']);
  },
  'runs and labels: what trials showed by pattern, and how sure the analyst was': async (world) => {
    const { storage } = world;
    await over(world, await tried(world, 1, { patternId: 'p-2', confidence: 0.7 }), 'failed');
    await over(world, await tried(world, 2, { confidence: 0.6 }), 'succeeded');
    await over(world, await tried(world, 3, { confidence: 0.9, score: null }), 'failed');
    await tried(world, 4);
    expect(await storage.trials.rates(ACME, STRATUM, 1)).toEqual({
      patterns: 2,
      mean: 0.25,
      spread: 0.125,
      fewness: 1.5,
    });
    expect(await storage.trials.rates(ACME, STRATUM, 2)).toEqual({ patterns: 1, mean: 0.5, spread: 0, fewness: 0.5 });
    expect(await storage.trials.rates(ACME, STRATUM, 3)).toEqual({ patterns: 0, mean: 0, spread: 0, fewness: 0 });
    expect(await storage.trials.rates(GLOBEX, STRATUM, 1)).toMatchObject({ patterns: 0 });
    expect(await storage.trials.ofStratum(ACME, STRATUM, 0, 2)).toHaveLength(2);
    expect(await storage.trials.runs(ACME, STRATUM)).toEqual([
      { runs: 2, clean: 1 },
      { runs: 1, clean: 0 },
    ]);
    expect(await storage.trials.labels(ACME, 2)).toEqual([
      { confidence: 0.6, score: 0.91, worked: true },
      { confidence: 0.9, score: null, worked: false },
    ]);
    expect(await storage.trials.labels(ACME, 9)).toHaveLength(3);
  },
  'keep: a checkpoint only ever moves forward': async ({ storage }) => {
    const settings = gateSettings({ alpha: 0.05, delta: 0.05 });
    const state = { ...freshStratum(settings), evidence: 0.1 + 0.2 };
    const key = { stratum: STRATUM, folding: 'one' };
    const of = (upTo: number, readMs: number) => ({
      upTo,
      state,
      recent: { readMs, folds: [{ upTo: upTo + 3, state: { ...state, evidence: 0.7 } }] },
    });
    expect(await storage.trials.checkpoint(ACME, key)).toBeNull();
    await Promise.all([7, 12, 9].map((at) => storage.trials.keep(ACME, key, { upTo: at, state, recent: null })));
    expect(await storage.trials.checkpoint(ACME, key)).toEqual({ upTo: 12, state, recent: null });
    // What may still be revised, by whoever read it last.
    for (const readMs of [5, 8, 6]) await storage.trials.keep(ACME, key, of(12, readMs));
    expect(await storage.trials.checkpoint(ACME, key)).toEqual(of(12, 8));
    await storage.trials.keep(ACME, key, of(11, 99));
    expect(await storage.trials.checkpoint(ACME, key)).toEqual(of(12, 8));
  },
  'keep, keepTrack: what was folded by other numbers is no checkpoint, and gives way': async ({ storage }) => {
    const state = freshStratum(gateSettings({ alpha: 0.05, delta: 0.05 }));
    const [one, other] = ['one', 'other'].map((folding) => ({ stratum: STRATUM, folding }));
    if (!one || !other) throw new Error('There are two.');
    await storage.trials.keep(ACME, one, { upTo: 12, state, recent: null });
    expect(await storage.trials.checkpoint(ACME, other)).toBeNull();
    await storage.trials.keep(ACME, other, { upTo: 3, state, recent: null });
    expect(await storage.trials.checkpoint(ACME, other)).toEqual({ upTo: 3, state, recent: null });
    expect(await storage.trials.checkpoint(ACME, one)).toBeNull();
    const key = { patternId: 'p-1', actionType: 'restart', alpha: 0.05 };
    const fold = { track: { ...NO_TRACK, bad: 1 }, supervisors: ['bo'], heard: [] } as const;
    await storage.patterns.keepTrack(ACME, { ...key, folding: 'one' }, { upToMs: 9, fold, revision: 0 });
    const read = async (folding: string) => (await storage.patterns.readTrack(ACME, { ...key, folding })).from;
    expect(await read('one')).toEqual({ upToMs: 9, fold });
    expect(await read('other')).toBeNull();
    const anew = { ...fold, supervisors: ['cy'] };
    await storage.patterns.keepTrack(ACME, { ...key, folding: 'other' }, { upToMs: 9, fold: anew, revision: 0 });
    expect(await read('other')).toEqual({ upToMs: 9, fold: anew });
  },
  'tenants: nothing of one is seen or changed by another': async (world) => {
    const { storage } = world;
    await over(world, await tried(world, 1), 'succeeded');
    const key = { stratum: STRATUM, folding: 'one' };
    const state = freshStratum(gateSettings({ alpha: 0.05, delta: 0.05 }));
    await storage.trials.keep(ACME, key, { upTo: 1, state, recent: null });
    expect(await storage.trials.ofStratum(GLOBEX, STRATUM, 0)).toEqual([]);
    expect(await storage.trials.strata(GLOBEX)).toEqual([]);
    expect(await storage.trials.runs(GLOBEX, STRATUM)).toEqual([]);
    expect(await storage.trials.labels(GLOBEX, 9)).toEqual([]);
    expect(await storage.trials.spent(GLOBEX, STRATUM, 0)).toEqual({ autos: 0, knownWrong: 0 });
    expect(await storage.trials.checkpoint(GLOBEX, key)).toBeNull();
    await submitted(world, { tenant: GLOBEX, ticketId: 'INC-1' });
    await storage.tickets.resolve(GLOBEX, 'INC-1', BY_HAND, []);
    await storage.tickets.reopen(GLOBEX, 'INC-1', { by: 'cy', reason: null });
    expect((await storage.trials.ofStratum(ACME, STRATUM, 0))[0]?.label?.loss).toBe(false);
  },
};
