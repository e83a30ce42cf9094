import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { freshStratum } from '../../src/domain/guarantee/stratum.js';
import { foldTrials, promiseOf, type Trial } from '../../src/domain/guarantee/trial.js';
import { GUARANTEE } from '../../src/domain/policy.js';
import { readStratum } from '../../src/engine/gatherGuarantee.js';
import type { TrialStore } from '../../src/ports/storage.js';
import { movableClock } from '../../src/testing/index.js';
import { emptyState } from '../../src/testing/memory/state.js';
import { memoryTrials } from '../../src/testing/memory/trials.js';

const STRATUM = 'safe_write 0.05 0.05';
const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;

type Step =
  | { readonly kind: 'decided'; readonly count: number; readonly score: number | null; readonly auto: boolean }
  | { readonly kind: 'labelled'; readonly at: number; readonly loss: boolean | null }
  | { readonly kind: 'later'; readonly hours: number }
  | { readonly kind: 'read' }
  | { readonly kind: 'restart' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('decided' as const),
    // Now and then more than are read at once.
    count: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant(230)),
    score: fc.constantFrom(null, 0.8, 0.95),
    auto: fc.boolean(),
  }),
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('labelled' as const),
      at: fc.double({ min: 0, max: 0.999, noNaN: true }),
      loss: fc.constantFrom(true, false, null),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('later' as const), hours: fc.constantFrom(1, 25, 24 * 8) }) },
  { weight: 4, arbitrary: fc.constant({ kind: 'read' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'restart' as const }) },
);

it('the stratum that is read is what folding every trial gives, whatever was labelled or called back meanwhile', async () => {
  const settings = promiseOf(STRATUM)?.settings;
  if (!settings) throw new Error('The stratum has no name.');
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 40 }), async (steps) => {
      const clock = movableClock();
      const state = emptyState(clock);
      let storage = { trials: memoryTrials(state), now: async () => clock.now() };
      for (const one of [...steps, { kind: 'read' } as const]) {
        // Another process knows of what was read here only what was kept.
        if (one.kind === 'restart') storage = { ...storage, trials: memoryTrials(state) };
        if (one.kind === 'later') clock.advance(one.hours * HOUR);
        if (one.kind === 'decided') {
          for (let n = 0; n < one.count; n += 1) {
            const position = state.trials.length + 1;
            const about = { position, remediationId: `r-${position}`, ticketId: `t-${position}`, stratum: STRATUM };
            const route = one.auto ? 'auto' : 'approval';
            const said = {
              score: one.score,
              route,
              patternId: 'p',
              actionTypes: [],
              confidence: 1,
              audited: false,
            } as const;
            // Most are over at once, so that the fold gets somewhere.
            const label = n % 7 === 6 ? null : { loss: n % 50 === 3, cause: 'x', atMs: clock.now() };
            const trial: Trial = { ...about, ...said, decidedAtMs: clock.now(), label };
            state.trials.push({ tenant: 'acme', trial });
          }
        }
        if (one.kind === 'labelled') {
          const entry = state.trials[Math.floor(one.at * state.trials.length)];
          // Nothing calls a fix back later than that, so what is older may be kept for good.
          const told = entry && Math.max(entry.trial.decidedAtMs + WEEK, entry.trial.label?.atMs ?? 0);
          if (entry && told !== undefined && clock.now() - told < WEEK) {
            entry.trial = { ...entry.trial, label: { loss: one.loss, cause: 'y', atMs: clock.now() } };
          }
        }
        if (one.kind === 'read') {
          const all = state.trials.map(({ trial }) => trial);
          const start = { upTo: 0, state: freshStratum(settings) };
          const whole = foldTrials(start, settings, all, { nowMs: clock.now(), recallable: true });
          expect(await readStratum(storage, 'acme', STRATUM)).toEqual(whole);
        }
      }
    }),
    { numRuns: 150 },
  );
});

const { soakMs, patternDetector } = GUARANTEE;
afterEach(() => {
  Object.assign(GUARANTEE, { soakMs, patternDetector });
});

/** A stratum of so many good trials, decided an hour apart, and how many of them are read of it at each reading. */
function lived(count: number) {
  const clock = movableClock();
  const state = emptyState(clock);
  for (let n = 1; n <= count; n += 1) {
    clock.advance(HOUR);
    const about = { position: n, remediationId: `r-${n}`, ticketId: `t-${n}`, stratum: STRATUM, patternId: 'p' };
    const said = { score: 0.9, route: 'auto', actionTypes: [], confidence: 1, audited: false } as const;
    const label = { loss: false, cause: 'x', atMs: clock.now() };
    state.trials.push({ tenant: 'acme', trial: { ...about, ...said, decidedAtMs: clock.now(), label } });
  }
  let read = 0;
  const now = async () => clock.now();
  /** A process that has just begun. */
  const process = () => {
    const store = memoryTrials(state);
    const ofStratum: TrialStore['ofStratum'] = async (...asked) => {
      const found = await store.ofStratum(...asked);
      read += found.length;
      return found;
    };
    return { trials: { ...store, ofStratum }, now };
  };
  const readBy = async (storage: ReturnType<typeof process>) => {
    read = 0;
    return { folded: await readStratum(storage, 'acme', STRATUM), read };
  };
  return { clock, state, process, readBy };
}

it('a process that begins goes on from the folds that another one kept, also where labels may still be revised', async () => {
  const { process, readBy, state, clock } = lived(2_000);
  const first = await readBy(process());
  expect(first.read).toBe(2_000);
  const second = await readBy(process());
  expect(second.folded).toEqual(first.folded);
  // What has not soaked yet, and no more: two weeks of them may still be revised.
  expect(second.read).toBeLessThan(100);
  // One of the trials that may be revised is: a fold from before it is gone on from.
  const entry = state.trials[1_800];
  if (entry) entry.trial = { ...entry.trial, label: { loss: true, cause: 'reopened', atMs: clock.now() } };
  const third = await readBy(process());
  expect(third.folded?.state.gate).not.toEqual(first.folded?.state.gate);
  expect(third.read).toBeLessThan(500);
});

it('a changed number leads to folding anew, and never to a mixture', async () => {
  const { process, readBy, state, clock } = lived(700);
  const before = await readBy(process());
  expect(before.folded?.upTo).toBe(676);
  GUARANTEE.soakMs = 100 * HOUR;
  const settings = promiseOf(STRATUM)?.settings;
  if (!settings) throw new Error('The stratum has no name.');
  const anew = await readBy(process());
  const all = state.trials.map(({ trial }) => trial);
  const start = { upTo: 0, state: freshStratum(settings) };
  expect(anew.folded).toEqual(foldTrials(start, settings, all, { nowMs: clock.now(), recallable: true }));
  expect(anew.read).toBe(700);
  // The numbers of tracks are none of a stratum's.
  GUARANTEE.patternDetector = { ...patternDetector, odds: 21 };
  expect((await readBy(process())).read).toBeLessThan(300);
});
