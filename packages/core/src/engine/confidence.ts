import { type Calibration, fitCalibration } from '../domain/calibration.js';
import { CALIBRATION } from '../domain/policy.js';
import type { Storage } from '../ports/storage.js';

interface Fitted {
  readonly atMs: number;
  readonly curve: Calibration;
}

type Labels = Pick<Storage, 'trials' | 'now'>;

/** Thousands of labels are read for a curve that hardly moves from one to the next. */
const fitted = new WeakMap<Labels, Map<string, Fitted>>();

/** The curve from stated to calibrated confidence that a tenant's outcomes show, at most a minute old. */
export async function curveOf(storage: Labels, tenant: string): Promise<Calibration> {
  const curves = fitted.get(storage) ?? new Map<string, Fitted>();
  fitted.set(storage, curves);
  const nowMs = await storage.now();
  const kept = curves.get(tenant);
  if (kept && nowMs >= kept.atMs && nowMs - kept.atMs < CALIBRATION.refitMs) return kept.curve;
  const curve = fitCalibration(await storage.trials.labels(tenant, CALIBRATION.newest));
  curves.set(tenant, { atMs: nowMs, curve });
  return curve;
}
