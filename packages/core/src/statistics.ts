// How much a record proves: gates, tracks and bounds of mode `guaranteed`, calibration, figures; for studies of one's own.

export { calibrationQuality, reliabilityDiagram } from './domain/calibration/quality.js';
export { calibrationReport } from './domain/calibration/report.js';
export { seededUniform } from './domain/calibration/uniform.js';
export { brierScore, fitCalibration } from './domain/calibration.js';
export { reliabilityOfDays, reliabilityStatsOf, remediationOfDays, remediationStatsOf } from './domain/figures.js';
export { allowedWrong, withinBudget } from './domain/guarantee/budget.js';
export { loweredByDoubt } from './domain/guarantee/doubt.js';
export {
  cleanRunsLeft,
  freshGate,
  gateSettings,
  logThreshold,
  logWealth,
  openBound,
  openNow,
  seeLabel,
} from './domain/guarantee/gate.js';
export { priorOf, priorOfRates, ratesOf } from './domain/guarantee/prior.js';
export { betaQuantile, clopperPearsonLower, clopperPearsonUpper } from './domain/guarantee/quantile.js';
export { riskCoverage } from './domain/guarantee/riskCoverage.js';
export { freshStratum, observeFinal, viewDetector, viewGate } from './domain/guarantee/stratum.js';
export {
  isCandidate,
  learnComplaint,
  learnLateFailure,
  learnRun,
  learnShadow,
  lowerQuantile,
  NO_TRACK,
} from './domain/guarantee/track.js';
export { foldTrials, isAudited, labelOf, promiseOf, stratumId } from './domain/guarantee/trial.js';
export { recompute } from './domain/recompute.js';
export { shadowedOf, shadowRoute, shadowVerdict, verdictOn } from './domain/shadow.js';
export { durationsOf, medianOf, rateOf } from './domain/statistics.js';
export { readGuarantee } from './engine/readGuarantee.js';
