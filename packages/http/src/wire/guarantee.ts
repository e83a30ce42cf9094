import type { BoundView, CalibrationQuality, CalibrationReport, GuaranteeView, StratumView } from '@remit/core';
import { z } from 'zod';

/* What mode `guaranteed` knows: gates, detectors, budgets, calibration, the risk at each coverage. */

const count = z.number().int();

const boundWire = z
  .strictObject({
    /** Lower quantile from which a ticket belongs to this bound's stream, 0..1. */
    lambda: z.number(),
    open: z.boolean(),
    /** Final labels since the epoch began, and those of them that were wrong. */
    n: count,
    losses: count,
    /** The stake W, and the one that opens the bound. */
    wealth: z.number(),
    threshold: z.number(),
    /** Clean runs in a row that would open it, an optimistic floor; 0 when open. */
    clean_runs_left: count,
  })
  .meta({
    id: 'GateBound',
    description: 'One threshold of a gate: its stake, the stake that opens it, and the labels behind it.',
  });

const gateWire = z
  .strictObject({
    /** Action class, alpha and delta. */
    stratum: z.string(),
    action_class: z.string(),
    /** Categories in mode guaranteed whose automation it opens today; none: it only watches. */
    categories: z.array(z.string()).readonly(),
    open: z.boolean(),
    /** The widest open bound; null when closed. */
    lambda: z.number().nullable(),
    alpha: z.number(),
    delta: z.number(),
    /** Grows each time the detector closes the gate. */
    epoch: count,
    clean_runs_left: count,
    /** One sentence. */
    why: z.string(),
    bounds: z.array(boundWire).readonly(),
    /** Decisions whose labels are not final yet, or come after one that is not. */
    waiting: count,
    /** Evidence of the detector over automatic runs, and from where it speaks, in nats. */
    detector: z.strictObject({ evidence: z.number(), speaks_at: z.number(), fired: count }),
    /** Automatic runs of the last 30 days, known wrong ones, and how many of those the budget allows. */
    budget: z.strictObject({ autos: count, known_wrong: count, allowed: z.number() }),
  })
  .meta({
    id: 'Gate',
    description: 'The gate of one stratum in mode guaranteed: open or closed, why, and what it still lacks.',
  });

const qualityWire = z
  .strictObject({
    labels: count,
    /** False below 200 labels: not enough to tell. */
    enough: z.boolean(),
    mean_confidence: z.number(),
    accuracy: z.number(),
    /** Expected calibration error, and what a perfect forecaster stays below in 95 of 100 cases. */
    ece: z.number(),
    ece_null_95: z.number(),
    ece_p: z.number(),
    ece2: z.number(),
    spiegelhalter_z: z.number(),
    /** Brier = miscalibration - discrimination + uncertainty. */
    brier: z.number(),
    miscalibration: z.number(),
    discrimination: z.number(),
    uncertainty: z.number(),
    skill: z.number(),
    /** Share of wrong ones among those stated at 0.8 or more; null without any. */
    confident_error_rate: z.number().nullable(),
    bins: z.array(z.strictObject({ n: count, confidence: z.number(), accuracy: z.number() })).readonly(),
  })
  .meta({
    id: 'CalibrationQuality',
    description: 'Expected calibration error, Brier score with its parts, and the bins of a reliability diagram.',
  });

const calibrationWire = z
  .strictObject({
    /** The curve in force in mode guaranteed, and the labels it was fitted on. */
    method: z.enum(['identity', 'platt', 'isotonic']),
    labels: count,
    /** As the analyst stated it; null without labels. */
    stated: qualityWire.nullable(),
    /** As recalibrated, each label by a curve fitted on earlier ones; null while confidence is taken as stated. */
    recalibrated: qualityWire.nullable(),
  })
  .meta({
    id: 'Calibration',
    description: 'How far stated confidence could be relied on, and the curve that corrects it.',
  });

const riskPointWire = z
  .strictObject({ lambda: z.number(), n: count, wrong: count, coverage: z.number(), risk: z.number() })
  .meta({ id: 'RiskPoint', description: 'Coverage and risk if automation were open from this score on.' });

/** The part of the reliability figures that mode `guaranteed` adds. */
export const guaranteeShape = {
  /** Categories in mode guaranteed. */
  guaranteed: z
    .array(z.strictObject({ category: z.string(), strata: z.array(z.string()).readonly(), open: z.boolean() }))
    .readonly(),
  /** One entry per stratum; it watches in mode seed too. */
  gates: z.array(gateWire).readonly(),
  /** Of the newest 5,000 labels of all categories. */
  calibration: calibrationWire,
  /** What bounds on the lower quantile would have let through, strictest first; certifies nothing. */
  risk_coverage: z.array(riskPointWire).readonly(),
};

const guaranteeWire = z.strictObject(guaranteeShape);
/** The part of the reliability figures that mode `guaranteed` adds. */
export type GuaranteeWire = z.infer<typeof guaranteeWire>;

function boundToWire({ bound, open, n, losses, wealth, needed, cleanRunsLeft }: BoundView): z.infer<typeof boundWire> {
  return { lambda: bound, open, n, losses, wealth, threshold: needed, clean_runs_left: cleanRunsLeft };
}

function gateToWire({ gate, detector, budget, ...view }: StratumView): z.infer<typeof gateWire> {
  return {
    stratum: view.stratum,
    action_class: view.actionClass,
    categories: view.categories,
    open: gate.open,
    lambda: gate.bound,
    alpha: gate.alpha,
    delta: gate.delta,
    epoch: gate.epoch,
    clean_runs_left: gate.cleanRunsLeft,
    why: gate.why,
    bounds: gate.bounds.map(boundToWire),
    waiting: view.waiting,
    detector: { evidence: detector.evidence, speaks_at: detector.speaksAt, fired: detector.fired },
    budget: { autos: budget.autos, known_wrong: budget.knownWrong, allowed: budget.allowed },
  };
}

function qualityToWire(quality: CalibrationQuality): z.infer<typeof qualityWire> {
  return {
    labels: quality.labels,
    enough: quality.enough,
    mean_confidence: quality.meanConfidence,
    accuracy: quality.accuracy,
    ece: quality.ece,
    ece_null_95: quality.eceNull95,
    ece_p: quality.eceP,
    ece2: quality.ece2,
    spiegelhalter_z: quality.spiegelhalterZ,
    brier: quality.brier,
    miscalibration: quality.miscalibration,
    discrimination: quality.discrimination,
    uncertainty: quality.uncertainty,
    skill: quality.skill,
    confident_error_rate: quality.confidentErrorRate,
    bins: quality.bins.map(({ n, confidence, accuracy }) => ({ n, confidence, accuracy })),
  };
}

function calibrationToWire({ method, labels, stated, recalibrated }: CalibrationReport): GuaranteeWire['calibration'] {
  return {
    method,
    labels,
    stated: stated && qualityToWire(stated),
    recalibrated: recalibrated && qualityToWire(recalibrated),
  };
}

/** What mode `guaranteed` knows, for the wire. */
export function guaranteeToWire({ categories, strata, calibration, riskCoverage }: GuaranteeView): GuaranteeWire {
  return {
    guaranteed: categories.map(({ category, strata: names, open }) => ({ category, strata: names, open })),
    gates: strata.map(gateToWire),
    calibration: calibrationToWire(calibration),
    risk_coverage: riskCoverage.map(({ bound: lambda, n, wrong, coverage, risk }) => ({
      ...{ lambda, n, wrong, coverage, risk },
    })),
  };
}
