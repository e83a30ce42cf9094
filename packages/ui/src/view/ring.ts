import { clampPercent } from './text.js';

/** Radius of the ring in its own units; the picture is 100 by 100. */
export const RING_RADIUS = 43;
const CIRCUMFERENCE = 2 * Math.PI * RING_RADIUS;

/** `stroke-dasharray` of a ring that is filled to a score of 0..100. */
export function ringDash(score: number | null): string {
  const filled = (clampPercent(score) / 100) * CIRCUMFERENCE;
  return `${filled.toFixed(2)} ${(CIRCUMFERENCE - filled + 0.01).toFixed(2)}`;
}
