import { gateSettings } from '@remit/core/statistics';
import { type Random, random } from '../harness/random.js';
import { isBoundBroken, isGateBroken, RISK_PATHS, type Stream } from './riskPaths.js';

/** Error of the claim in all of these measurements. */
export const DELTA = 0.05;

/** Whether one run of a stream broke the promise of this variant. */
type Variant = (stream: Stream, random: Random) => boolean;

/** The gate as it is used, the same bet with the whole error in one bound, and the mistake of keeping a certificate. */
export const VARIANTS: Readonly<Record<'gate' | 'oneBound' | 'latched', Variant>> = {
  gate: (stream, numbers) => isGateBroken(stream, gateSettings({ alpha: stream.alpha, delta: DELTA }), numbers),
  oneBound: (stream, numbers) => isBoundBroken(stream, { needed: Math.log(1 / DELTA), latched: false }, numbers),
  latched: (stream, numbers) => isBoundBroken(stream, { needed: Math.log(1 / DELTA), latched: true }, numbers),
};

/** How often one variant broke its promise on one path. */
export interface Broken {
  readonly path: string;
  readonly alpha: number;
  readonly variant: string;
  readonly runs: number;
  /** Share of runs in which it was open although the average risk was at or above alpha, and its standard error. */
  readonly share: number;
  readonly standardError: number;
}

/** What is measured, and how long. */
export interface ValiditySize {
  readonly alphas: readonly number[];
  readonly runs: number;
  readonly steps: number;
  readonly seed: number;
}

/** P(open while the average true risk is at or above alpha), for every path, alpha and variant. */
export function measureValidity(
  { alphas, runs, steps, seed }: ValiditySize,
  progress: (says: string) => void = () => {},
): readonly Broken[] {
  const found: Broken[] = [];
  for (const alpha of alphas) {
    for (const [path, riskPath] of Object.entries(RISK_PATHS)) {
      progress(`alpha ${alpha}, ${path}`);
      for (const [variant, isBroken] of Object.entries(VARIANTS)) {
        let broken = 0;
        for (let run = 0; run < runs; run += 1) {
          const stream = { path: riskPath, alpha, steps };
          if (isBroken(stream, random(seed + run * 7_919))) broken += 1;
        }
        const share = broken / runs;
        const standardError = Math.sqrt((share * (1 - share)) / runs);
        found.push({ path, alpha, variant, runs, share, standardError });
      }
    }
  }
  return found;
}

/** The largest share that delta allows, by luck included: delta and two standard errors of it. */
export function allowedShare(runs: number): number {
  return DELTA + 2 * Math.sqrt((DELTA * (1 - DELTA)) / runs);
}
