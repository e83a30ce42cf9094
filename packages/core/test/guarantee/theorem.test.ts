import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  freshGate,
  gateSettings,
  logThreshold,
  logWealth,
  openNow,
  seeLabel,
} from '../../src/domain/guarantee/gate.js';
import { freshStratum, observeFinal } from '../../src/domain/guarantee/stratum.js';
import { foldTrials, type Trial } from '../../src/domain/guarantee/trial.js';
import { GUARANTEE } from '../../src/domain/policy.js';

/*
 * Why the gate may be believed, step by step; docs/STATISTICS.md tells it in words.
 * W is a mixture of bets. A bet's factor on a label L is 1 + v(alpha - L). With the true risk R of a ticket, factor /
 * (1 + v(alpha - R)) has mean 1, so their product M is a martingale from 1; and the product of the divisors is at most 1
 * whenever the average R is at least alpha. So W >= 1/error while the average risk is alpha or more needs M >= 1/error,
 * which by Ville's inequality happens with probability error at most, at whatever moment one looks.
 */

const share = (max = 1) => fc.double({ min: 0, max, noNaN: true });
const promise = fc.record({
  alpha: fc.double({ min: GUARANTEE.alphaBounds.min, max: GUARANTEE.alphaBounds.max, noNaN: true }),
  delta: fc.double({ min: GUARANTEE.deltaBounds.min, max: GUARANTEE.deltaBounds.max, noNaN: true }),
});

/** What one bet multiplies its stake by: read off the product's own stake, by one label on each side. */
function factors(alpha: number): readonly { readonly onLoss: number; readonly onClean: number; readonly v: number }[] {
  return GUARANTEE.bets.map((part) => {
    const p1 = part * alpha;
    return { onLoss: p1 / alpha, onClean: (1 - p1) / (1 - alpha), v: (alpha - p1) / (alpha * (1 - alpha)) };
  });
}

describe('the theorem behind the gate', () => {
  it('stakes the mixture of exactly these bets, in whatever order labels come', () => {
    fc.assert(
      fc.property(promise, fc.array(fc.boolean(), { maxLength: 60 }), ({ alpha }, labels) => {
        const product = factors(alpha).map(({ onLoss, onClean }) =>
          labels.reduce((stake, loss) => stake * (loss ? onLoss : onClean), 1),
        );
        const losses = labels.filter(Boolean).length;
        const wealth = Math.exp(logWealth({ clean: labels.length - losses, losses }, alpha));
        const mixture = product.reduce((sum, stake) => sum + stake / product.length, 0);
        expect(Math.abs(wealth - mixture)).toBeLessThanOrEqual(1e-9 * Math.max(1, mixture));
      }),
    );
  });

  it('has bets that are never negative, and whose factor is 1 + v(alpha - L)', () => {
    fc.assert(
      fc.property(promise, ({ alpha }) => {
        for (const { onLoss, onClean, v } of factors(alpha)) {
          expect(onLoss).toBeGreaterThanOrEqual(0);
          expect(onLoss).toBeCloseTo(1 + v * (alpha - 1), 12);
          expect(onClean).toBeCloseTo(1 + v * alpha, 12);
        }
      }),
    );
  });

  it('bets fairly: whatever the true risk, the factor against it has mean 1', () => {
    fc.assert(
      fc.property(promise, share(), ({ alpha }, risk) => {
        for (const { onLoss, onClean, v } of factors(alpha)) {
          const fair = 1 + v * (alpha - risk);
          fc.pre(fair > 1e-9);
          expect((risk * onLoss + (1 - risk) * onClean) / fair).toBeCloseTo(1, 9);
        }
      }),
    );
  });

  it('gains nothing from the risks themselves while their average is alpha or more', () => {
    fc.assert(
      fc.property(promise, fc.array(share(), { minLength: 1, maxLength: 40 }), ({ alpha }, drawn) => {
        // Raised until the average is alpha: any drift, any order.
        const lacking = alpha - drawn.reduce((sum, risk) => sum + risk, 0) / drawn.length;
        const risks = lacking <= 0 ? drawn : drawn.map((risk) => risk + ((1 - risk) * lacking) / (1 - alpha + lacking));
        const average = risks.reduce((sum, risk) => sum + risk, 0) / risks.length;
        expect(average).toBeGreaterThanOrEqual(alpha - 1e-12);
        for (const { v } of factors(alpha)) {
          const gained = risks.reduce((product, risk) => product * (1 + v * (alpha - risk)), 1);
          expect(gained).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
    );
  });

  it('spends no more than delta over all bounds and all epochs together', () => {
    fc.assert(
      fc.property(promise, fc.constantFrom('strict' as const, 'single' as const), ({ alpha, delta }, form) => {
        const settings = gateSettings({ alpha, delta }, form);
        let spent = 0;
        for (let epoch = 0; epoch < 2_000; epoch += 1) {
          spent += settings.grid.length * Math.exp(-logThreshold(settings, epoch));
        }
        expect(spent).toBeLessThanOrEqual(delta * (1 + 1e-9));
        // And nearly all of it, so nothing is wasted.
        expect(spent).toBeGreaterThan(0.999 * delta);
      }),
      { numRuns: 20 },
    );
  });

  it('keeps no certificate: what is open is what the stake says now, also after a loss', () => {
    const settings = gateSettings({ alpha: 0.25, delta: 0.25 });
    fc.assert(
      fc.property(fc.array(fc.record({ score: share(), loss: fc.boolean() }), { maxLength: 120 }), (labels) => {
        let state = freshGate(settings);
        for (const label of labels) {
          state = seeLabel(state, settings, label);
          const need = logThreshold(settings, state.epoch);
          expect(openNow(state, settings)).toEqual(state.seen.map((seen) => logWealth(seen, settings.alpha) >= need));
        }
      }),
    );
  });

  it('takes labels in the order of the decisions, in whatever order they become known', () => {
    const settings = gateSettings({ alpha: 0.25, delta: 0.25 });
    const start = { state: freshStratum(settings), upTo: 0 };
    const DAY = 86_400_000;
    const drawn = fc.array(
      fc.record({ score: share(), loss: fc.boolean(), tookMs: fc.integer({ min: 0, max: 6 * DAY }) }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(drawn, fc.integer({ min: 0, max: 40 * DAY }), (all, nowMs) => {
        const trials = all.map(({ score, loss, tookMs }, index): Trial => {
          const decidedAtMs = index * DAY;
          const atMs = decidedAtMs + tookMs;
          return {
            ...{ stratum: 's', score, route: 'auto', patternId: 'p', actionTypes: ['a'], confidence: 0.9 },
            ...{ audited: false, position: index + 1, remediationId: `r${index}`, ticketId: `t${index}`, decidedAtMs },
            label: atMs <= nowMs ? { loss, cause: 'x', atMs } : null,
          };
        });
        const decided = trials.filter(({ decidedAtMs }) => decidedAtMs <= nowMs);
        const folded = foldTrials(start, settings, decided, { nowMs, recallable: true });
        // What is folded is a prefix, whatever became known behind it; a failure never jumps the queue.
        const prefix = trials.slice(0, folded.upTo);
        let state = freshStratum(settings);
        for (const { score, label } of prefix) {
          const loss = label?.loss ?? true;
          state = observeFinal(state, settings, { score: score ?? 0, auto: true, loss });
        }
        expect({ ...folded.state, knownMs: 0, firedAtMs: null }).toEqual({ ...state, firedAtMs: null });
        for (const { label, decidedAtMs } of prefix) {
          const soaked = label !== null && (label.loss === true || nowMs - label.atMs >= GUARANTEE.soakMs);
          const overdue = label === null && nowMs - decidedAtMs >= GUARANTEE.labelWithinMs;
          expect(soaked || overdue).toBe(true);
        }
      }),
    );
  });

  it('lets the detector hear automatic runs that belong to no stream, and no bound learn from them', () => {
    const settings = gateSettings({ alpha: 0.05, delta: 0.05 });
    const failed = (index: number, route: 'auto' | 'approval'): Trial => ({
      ...{ stratum: 's', score: null, route, patternId: 'p', actionTypes: ['a'], confidence: 0.9, audited: false },
      ...{ position: index + 1, remediationId: `r${index}`, ticketId: `t${index}`, decidedAtMs: index },
      label: { loss: true, cause: 'x', atMs: 10 * index },
    });
    const fold = (route: 'auto' | 'approval', count: number) =>
      foldTrials(
        { state: freshStratum(settings), upTo: 0 },
        settings,
        Array.from({ length: count }, (_, index) => failed(index, route)),
        { nowMs: 1_000, recallable: true },
      ).state;
    // ln 200 is reached by the fifth failure: 5 ln 3 = 5.49.
    expect(fold('auto', 4)).toMatchObject({ gate: freshGate(settings), firedAtMs: null });
    expect(fold('auto', 5)).toMatchObject({ gate: { epoch: 1 }, evidence: 0, firedAtMs: 40 });
    expect(fold('approval', 9)).toMatchObject({ gate: freshGate(settings), evidence: 0, firedAtMs: null });
  });
});
