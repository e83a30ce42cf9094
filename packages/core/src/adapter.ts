// What every store computes alike: of rows what they amount to, of texts which are close, of a log what state it tells.

export {
  AUDIT_KINDS,
  INSTALLATION,
  recordAfter,
  resolutionsOf,
  rowsDigest,
  sealAfter,
  sealHash,
} from './domain/audit.js';
export { dayFiguring, scoresByDay, workOfDay } from './domain/dayFigures.js';
export { foldTrack, heardOnce, NO_FOLD, trackOf } from './domain/guarantee/track.js';
export { mergedLabel, recalledLabel, trialIn } from './domain/guarantee/trial.js';
export {
  COUNTS_BESIDE_MS,
  EMPTY_TALLY,
  factSource,
  isCounted,
  remediationOfSource,
  speaksForAutonomy,
  tallyOf,
} from './domain/pattern.js';
export { changesInForce, livingPattern, refusalOf, titleOf, touchedBy } from './domain/patternChange.js';
export { decide, END_STATES, evolve, isEnd, NO_REMEDIATION, projectionOf, replay } from './domain/remediation.js';
export { remediationTold } from './domain/remediationTold.js';
export { isTakenBackBy, reopeningOf, takenBack } from './domain/reopening.js';
export { askedTerms, closeness, closest, highest, lengthClass } from './domain/similarity/candidates.js';
export { termsOf } from './domain/similarity/telling.js';
export { addSums, NO_SUMS, principalsOf, sumsOf, tallyOfSums } from './domain/tallySums.js';
export { assessmentFigures, ticketFigureOf } from './domain/ticketFigure.js';
