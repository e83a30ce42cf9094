import fc from 'fast-check';
import { expect, it } from 'vitest';
import { freshStratum } from '../../src/domain/guarantee/stratum.js';
import { foldTrials, promiseOf, type Trial } from '../../src/domain/guarantee/trial.js';
import { readStratum } from '../../src/engine/gatherGuarantee.js';
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
  | { readonly kind: 'read' };

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
);

it('the stratum that is read is what folding every trial gives, whatever was labelled or called back meanwhile', async () => {
  const settings = promiseOf(STRATUM)?.settings;
  if (!settings) throw new Error('The stratum has no name.');
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 40 }), async (steps) => {
      const clock = movableClock();
      const state = emptyState(clock);
      const storage = { trials: memoryTrials(state), now: async () => clock.now() };
      for (const one of [...steps, { kind: 'read' } as const]) {
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
