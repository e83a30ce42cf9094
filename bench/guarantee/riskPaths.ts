import type { GateSettings, Seen } from '@remit/core';
import { freshStratum, logThreshold, logWealth, observeFinal, openBound, openNow } from '@remit/core/statistics';
import type { Random } from '../harness/random.js';

/* Ways in which the true risk of a stream may move. None of them knows the labels to come; the last two see the stake. */

/** What a path may look at before it sets the risk of the next ticket. */
export interface Situation {
  readonly step: number;
  readonly alpha: number;
  /** Sum of the risks so far. */
  readonly riskSum: number;
  /** Whether the gate has ever been open. */
  readonly wasOpen: boolean;
  /** The logarithm of the stake, in parts of the one that opens. */
  readonly towardsOpen: number;
}

/** The risk (0..1) of the next ticket. */
export type RiskPath = (situation: Situation) => number;

/** The five paths under which the gate must keep its promise. */
export const RISK_PATHS: Readonly<Record<string, RiskPath>> = {
  'constant alpha': ({ alpha }) => alpha,
  'clean 250, then 10 %': ({ step }) => (step < 250 ? 0 : 0.1),
  'sawtooth: 150 clean, 50 at 4 alpha': ({ step, alpha }) => (step % 200 < 150 ? 0 : 4 * alpha),
  'bad once certified': ({ wasOpen, alpha }) => (wasOpen ? Math.max(0.1, 2 * alpha) : alpha / 2),
  // Spends what it owes when it is farthest from opening, and is clean when one more clean run might open the gate.
  'adversary holds the average at alpha': ({ step, alpha, riskSum, towardsOpen }) => {
    const owed = alpha * (step + 1) - riskSum;
    return towardsOpen > 0.5 && owed < alpha + 1e-9 ? alpha : Math.min(1, Math.max(0, owed));
  },
};

/** One bound of a gate: how its stake turns into open or closed. */
export interface OneBound {
  /** The stake, as a logarithm, that opens it. */
  readonly needed: number;
  /** Once open, open for good: what must not be done. */
  readonly latched: boolean;
}

/** One stream from beginning to end. */
export interface Stream {
  readonly path: RiskPath;
  readonly alpha: number;
  readonly steps: number;
}

/** Below this the average risk is alpha but for binary noise. */
const NOISE = 1e-9;

/** Whether one bound is open at any moment at which the average true risk of its stream is at or above alpha. */
export function isBoundBroken({ path, alpha, steps }: Stream, { needed, latched }: OneBound, random: Random): boolean {
  let seen: Seen = { clean: 0, losses: 0 };
  let [riskSum, wealth, wasOpen] = [0, 0, false];
  for (let step = 0; step < steps; step += 1) {
    const risk = path({ step, alpha, riskSum, wasOpen, towardsOpen: wealth / needed });
    riskSum += risk;
    const { clean, losses } = seen;
    seen = random.chance(risk) ? { clean, losses: losses + 1 } : { clean: clean + 1, losses };
    wealth = logWealth(seen, alpha);
    const open = wealth >= needed || (latched && wasOpen);
    wasOpen ||= open;
    if (open && riskSum >= alpha * (step + 1) - NOISE) return true;
  }
  return false;
}

/**
 * Whether the gate as it is used (all bounds, epochs, the detector that starts a new one) is open for any bound at any
 * moment at which the average true risk of the bound's own stream in this epoch is at or above alpha.
 */
export function isGateBroken({ path, alpha, steps }: Stream, settings: GateSettings, random: Random): boolean {
  let state = freshStratum(settings);
  let streams = settings.grid.map(() => ({ n: 0, riskSum: 0 }));
  let [riskSum, wasOpen] = [0, false];
  for (let step = 0; step < steps; step += 1) {
    const bound = openBound(state.gate, settings);
    wasOpen ||= bound !== null;
    const all = state.gate.seen.at(-1) ?? { clean: 0, losses: 0 };
    const towardsOpen = logWealth(all, alpha) / logThreshold(settings, state.gate.epoch);
    const risk = path({ step, alpha, riskSum, wasOpen, towardsOpen });
    riskSum += risk;
    const score = 0.75 + 0.25 * random.uniform();
    const { epoch } = state.gate;
    state = observeFinal(state, settings, {
      score,
      auto: bound !== null && score >= bound,
      loss: random.chance(risk),
    });
    if (state.gate.epoch !== epoch) streams = settings.grid.map(() => ({ n: 0, riskSum: 0 }));
    else {
      streams = streams.map((stream, index) =>
        score >= (settings.grid[index] ?? 1) ? { n: stream.n + 1, riskSum: stream.riskSum + risk } : stream,
      );
    }
    const tooRisky = streams.map((stream) => stream.n > 0 && stream.riskSum >= alpha * stream.n - NOISE);
    if (!tooRisky.includes(true)) continue;
    if (openNow(state.gate, settings).some((open, index) => open && tooRisky[index])) return true;
  }
  return false;
}
