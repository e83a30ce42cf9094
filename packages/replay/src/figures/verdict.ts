import { type GateView, GUARANTEE } from '@remit/core';
import { logWealth } from '@remit/core/statistics';

/** Whether the evidence of the file carries the promise, and what is missing. */
export interface Verdict {
  readonly certifiable: boolean;
  /** Supervised runs that would open the gate if they go wrong as often as so far; null: no number of them would. */
  readonly runsNeeded: number | null;
  /** The same if none of them goes wrong: the least there can be. */
  readonly cleanRunsNeeded: number;
  readonly sentence: string;
}

const percent = (share: number): string => `${Number((100 * share).toFixed(2))} %`;

/** What one more run adds to the logarithm of the stake on average, at a risk. */
function growth(risk: number, alpha: number): number {
  const bets = GUARANTEE.bets.map((part) => {
    const bet = part * alpha;
    const ofLoss = risk === 0 ? 0 : risk * Math.log(bet / alpha);
    return ofLoss + (1 - risk) * Math.log((1 - bet) / (1 - alpha));
  });
  return Math.max(...bets);
}

/**
 * Reads a gate at the end of the replay.
 * @param labelsFrom all labels of the file from a bound on, also those from before the detector closed the gate.
 */
export function verdictOf(
  gate: GateView,
  labelsFrom: (bound: number) => { readonly n: number; readonly losses: number },
): Verdict {
  const { alpha, delta, open } = gate;
  const ways = gate.bounds.map((bound) => {
    const all = labelsFrom(bound.bound);
    // One imagined failure in two runs: a handful of lucky ones promises nothing.
    const risk = (all.losses + 1) / (all.n + 2);
    const each = growth(risk, alpha);
    const seen = { clean: bound.n - bound.losses, losses: bound.losses };
    const missing = Math.log(bound.needed) - logWealth(seen, alpha);
    const runs = each > 0 ? Math.ceil(missing / each) : Number.POSITIVE_INFINITY;
    return { bound: bound.bound, ...all, risk, runs: Math.max(runs, bound.cleanRunsLeft) };
  });
  const best = ways.reduce((a, b) => (b.runs < a.runs || (b.runs === a.runs && b.risk < a.risk) ? b : a));
  const runsNeeded = open ? 0 : Number.isFinite(best.runs) ? best.runs : null;
  const told = `${best.losses} of ${best.n} proposals with a lower quantile of at least ${best.bound} were wrong or unknown`;
  const promise = `a risk below ${percent(alpha)} with confidence ${percent(1 - delta)}`;
  const again =
    gate.epoch > 0
      ? ` The detector closed the gate ${gate.epoch === 1 ? 'once' : `${gate.epoch} times`}; then all is earned anew.`
      : '';
  const said = { certifiable: open, runsNeeded, cleanRunsNeeded: gate.cleanRunsLeft };
  if (open) {
    const sentence = `Certifiable now at alpha ${percent(alpha)} for fixes with a lower quantile of at least ${gate.bound}, with everything unknown counted as wrong.`;
    return { ...said, sentence: sentence + again };
  }
  if (runsNeeded === null) {
    const share = percent(best.losses / Math.max(1, best.n));
    const sentence = `Not certifiable at alpha ${percent(alpha)}: at best ${told} (${share}), and more of the same never carries ${promise}. Let a person judge the unknown ones first.`;
    return { ...said, sentence: sentence + again };
  }
  const sentence = `Not certifiable yet at alpha ${percent(alpha)}: ${told}; about ${runsNeeded} more supervised runs are needed for ${promise} if they go as before, ${gate.cleanRunsLeft} if none goes wrong.`;
  return { ...said, sentence: sentence + again };
}
