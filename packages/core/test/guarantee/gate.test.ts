import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addEvidence, fires, patternDetector } from '../../src/domain/guarantee/detector.js';
import {
  cleanRunsLeft,
  freshGate,
  gateSettings,
  logThreshold,
  logWealth,
  openBound,
  openNow,
  type Seen,
  seeLabel,
} from '../../src/domain/guarantee/gate.js';
import { freshStratum, observeFinal, viewGate } from '../../src/domain/guarantee/stratum.js';
import { GUARANTEE } from '../../src/domain/policy.js';

const settings = gateSettings({ alpha: 0.05, delta: 0.05 });
const NONE: Seen = { clean: 0, losses: 0 };

/** The stake as the product of its factors, one after the other, bet by bet. */
function wealthByHand(losses: readonly boolean[], alpha: number): number {
  const stakes = GUARANTEE.bets.map((part) => {
    const risk = part * alpha;
    return losses.reduce((stake, loss) => stake * (loss ? risk / alpha : (1 - risk) / (1 - alpha)), 1);
  });
  return stakes.reduce((sum, stake) => sum + stake, 0) / stakes.length;
}

describe('the gate', () => {
  it('has the stake that the factors multiply to, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (losses) => {
        const clean = losses.filter((loss) => !loss).length;
        const counted = logWealth({ clean, losses: losses.length - clean }, 0.05);
        expect(Math.exp(counted)).toBeCloseTo(wealthByHand(losses, 0.05), 9);
      }),
    );
  });

  it('bets fairly: at a risk of alpha the stake of the next label is on average what it was', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(20), fc.constantFrom(0.02, 0.05, 0.1), (clean, losses, alpha) => {
        const now = Math.exp(logWealth({ clean, losses }, alpha));
        const ifClean = Math.exp(logWealth({ clean: clean + 1, losses }, alpha));
        const ifLost = Math.exp(logWealth({ clean, losses: losses + 1 }, alpha));
        expect(((1 - alpha) * ifClean + alpha * ifLost) / now).toBeCloseTo(1, 9);
      }),
    );
  });

  it('divides the error among bounds and epochs', () => {
    expect(Math.exp(logThreshold(settings, 0))).toBeCloseTo((6 * 2) / 0.05, 9);
    expect(Math.exp(logThreshold(settings, 1))).toBeCloseTo((6 * 6) / 0.05, 9);
    const spent = Array.from({ length: 5_000 }, (_, epoch) => 6 / Math.exp(logThreshold(settings, epoch)));
    expect(spent.reduce((sum, error) => sum + error, 0)).toBeLessThan(0.05);
    expect(Math.exp(logThreshold(gateSettings({ alpha: 0.05, delta: 0.05 }, 'single'), 0))).toBeCloseTo(40, 9);
  });

  it('counts a label for the bounds at or below its score alone', () => {
    const after = seeLabel(freshGate(settings), settings, { score: 0.875, loss: true });
    expect(after.seen.map(({ losses }) => losses)).toEqual([0, 0, 1, 1, 1, 1]);
    expect(seeLabel(after, settings, { score: Number.NaN, loss: false })).toEqual(after);
  });

  it('closes again when the labels turn bad: nothing is kept', () => {
    let state = freshGate(settings);
    for (let run = 0; run < 200; run += 1) state = seeLabel(state, settings, { score: 0.93, loss: false });
    expect(openBound(state, settings)).toBe(0.75);
    for (let run = 0; run < 8; run += 1) state = seeLabel(state, settings, { score: 0.93, loss: true });
    expect(openBound(state, settings)).toBeNull();
  });

  it('in the form sequence opens a bound only after all stricter ones', () => {
    const sequence = { ...settings, form: 'sequence' as const };
    let state = freshGate(sequence);
    for (let run = 0; run < 300; run += 1) state = seeLabel(state, sequence, { score: 0.8, loss: false });
    expect(openNow(state, settings)).toEqual([false, false, false, false, true, true]);
    expect(openBound(state, sequence)).toBeNull();
  });

  it('says exactly how many clean runs are left', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(6), (clean, losses) => {
        const left = cleanRunsLeft({ clean, losses }, settings, 0);
        const wealthAfter = (more: number): number => logWealth({ clean: clean + more, losses }, 0.05);
        expect(wealthAfter(left)).toBeGreaterThanOrEqual(logThreshold(settings, 0));
        if (left > 0) expect(wealthAfter(left - 1)).toBeLessThan(logThreshold(settings, 0));
      }),
    );
    expect(cleanRunsLeft(NONE, settings, 0)).toBe(128);
  });
});

describe('a stratum', () => {
  const good = { score: 0.95, auto: true, loss: false };

  it('starts a new epoch with nothing earned when its automatic runs go bad', () => {
    let state = freshStratum(settings);
    for (let run = 0; run < 150; run += 1) state = observeFinal(state, settings, good);
    expect(viewGate(state.gate, settings).open).toBe(true);
    for (let run = 0; run < 12 && state.gate.epoch === 0; run += 1) {
      state = observeFinal(state, settings, { ...good, loss: true });
    }
    expect(state.gate).toEqual(freshGate(settings, 1));
    expect(viewGate(state.gate, settings).why).toContain('closed by the detector 1 time before');
  });

  it('lets approved runs earn and lose, and leaves the detector to automatic ones', () => {
    let state = freshStratum(settings);
    for (let run = 0; run < 30; run += 1) state = observeFinal(state, settings, { ...good, auto: false, loss: true });
    expect(state).toMatchObject({ evidence: 0, gate: { epoch: 0 } });
    expect(state.gate.seen.at(-1)).toEqual({ clean: 0, losses: 30 });
  });

  it('shows why it is closed and what is left, and says the promise as it is', () => {
    const closed = viewGate(freshGate(settings), settings);
    expect(closed).toMatchObject({ open: false, bound: null, cleanRunsLeft: 128 });
    expect(closed.why).toContain('about 128 more clean supervised runs');
    let state = freshGate(settings);
    for (let run = 0; run < 130; run += 1) state = seeLabel(state, settings, { score: 0.91, loss: false });
    const open = viewGate(state, settings);
    expect(open).toMatchObject({ open: true, bound: 0.75, cleanRunsLeft: 0 });
    expect(open.why).toContain('average wrong-action risk of the tickets it is open for is below 5 %');
    expect(open.why).toContain('given honest and complete outcome labels');
  });
});

describe('the detector of a pattern', () => {
  const detector = patternDetector(0.05);

  it.each([20, 50, 200])('speaks within three failures in a row after %i clean runs', (clean) => {
    let evidence = 0;
    for (let run = 0; run < clean; run += 1) evidence = addEvidence(detector, evidence, false);
    let failures = 0;
    while (!fires(detector, evidence)) {
      evidence = addEvidence(detector, evidence, true);
      failures += 1;
    }
    expect(failures).toBeLessThanOrEqual(3);
  });
});
