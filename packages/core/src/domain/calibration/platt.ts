import type { Label } from '../calibration.js';

/** q = 1 / (1 + exp(-(slope * logit(c) + shift))) */
export interface Platt {
  /** At least 0: more confidence never means less. */
  readonly slope: number;
  readonly shift: number;
}

const EDGE = 1e-6;
const STEPS = 100;
const ENOUGH = 1e-10;

function logit(share: number): number {
  const inside = Math.min(1 - EDGE, Math.max(EDGE, share));
  return Math.log(inside / (1 - inside));
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

interface Point {
  readonly x: number;
  readonly target: number;
}

function lossAt(points: readonly Point[], { slope, shift }: Platt): number {
  return points.reduce((sum, { x, target }) => {
    const z = slope * x + shift;
    // ln(1 + exp(z)) - target * z, written so that it never overflows.
    return sum + Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - target * z;
  }, 0);
}

function newtonStep(points: readonly Point[], at: Platt): Platt {
  let [g1, g2, h11, h12, h22] = [0, 0, 1e-9, 0, 1e-9];
  for (const { x, target } of points) {
    const q = sigmoid(at.slope * x + at.shift);
    const weight = q * (1 - q);
    g1 += (q - target) * x;
    g2 += q - target;
    h11 += weight * x * x;
    h12 += weight * x;
    h22 += weight;
  }
  const determinant = h11 * h22 - h12 * h12;
  return { slope: (h22 * g1 - h12 * g2) / determinant, shift: (h11 * g2 - h12 * g1) / determinant };
}

/** Newton's method with halved steps; `fixedSlope` fits the shift alone. */
function minimise(points: readonly Point[], start: Platt, fixedSlope: boolean): Platt {
  let at = start;
  for (let step = 0; step < STEPS; step += 1) {
    const flat = fixedSlope ? points.map(({ target }) => ({ x: 0, target })) : points;
    const direction = newtonStep(flat, at);
    const before = lossAt(points, at);
    let length = 1;
    let next = at;
    do {
      const slope = fixedSlope ? at.slope : at.slope - length * direction.slope;
      next = { slope, shift: at.shift - length * direction.shift };
      length /= 2;
    } while (lossAt(points, next) > before && length > ENOUGH);
    const gained = before - lossAt(points, next);
    if (!(gained > ENOUGH)) return gained > 0 ? next : at;
    at = next;
  }
  return at;
}

/** Fits Platt's curve with his targets (N1+1)/(N1+2) and 1/(N0+2), which keep it from certainty. */
export function fitPlatt(labels: readonly Label[]): Platt {
  const worked = labels.filter((label) => label.worked).length;
  const [good, bad] = [(worked + 1) / (worked + 2), 1 / (labels.length - worked + 2)];
  const points = labels.map((label) => ({ x: logit(label.confidence), target: label.worked ? good : bad }));
  const free = minimise(points, { slope: 1, shift: 0 }, false);
  return free.slope >= 0 ? free : minimise(points, { slope: 0, shift: 0 }, true);
}

/** The curve of a fit. What is no share stays what it is. */
export function plattCurve({ slope, shift }: Platt): (confidence: number) => number {
  return (confidence) => (confidence >= 0 && confidence <= 1 ? sigmoid(slope * logit(confidence) + shift) : confidence);
}
