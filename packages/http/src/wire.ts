/*
 * The wire: the only place with snake_case. Each file of `wire/` holds one resource: its schemas (zod, for parsing
 * and for describing the API) and its conversion field by field. JSON that a caller owns keeps its keys.
 */

export {
  adjudicationBody,
  adjudicationFromWire,
  candidateFixToWire,
  candidateFixWire,
  phaseBody,
  promotionBody,
  promotionFromWire,
  reopenBody,
  runbookToWire,
  runbookWire,
} from './wire/afterwards.js';
export { similarTicketsWire, similarToWire } from './wire/analysis.js';
export { pageWire, type WarningWire } from './wire/common.js';
export { deadLetterOf, deadLetterToWire, deadLetterWire, retriedWire } from './wire/deadLetter.js';
export {
  approvalBody,
  approvalFromWire,
  type FeedbackWire,
  feedbackBody,
  feedbackFromWire,
  feedbackToWire,
  feedbackWire,
  type ReceiptWire,
  receiptToWire,
  receiptWire,
  reconciliationBody,
  reconciliationFromWire,
  resolutionBody,
  resolutionFromWire,
} from './wire/feedback.js';
export { type HaltWire, haltBody, haltFromWire, haltToWire, haltWire } from './wire/halt.js';
export { type EventWire, eventToWire, type LogRowWire, logRowToWire, logRowWire } from './wire/log.js';
export { type PatternWire, patternToWire, patternWire } from './wire/pattern.js';
export { type PolicyWire, policyBody, policyFromWire, policyToWire, policyWire } from './wire/policy.js';
export {
  daysQuery,
  deadLettersQuery,
  noQuery,
  pageFromWire,
  pageQuery,
  patternsQuery,
  patternTicketsQuery,
  reliabilityQuery,
  similarQuery,
  ticketsQuery,
} from './wire/query.js';
export {
  type ReliabilityStatsWire,
  type RemediationStatsWire,
  reliabilityStatsToWire,
  reliabilityStatsWire,
  remediationStatsToWire,
  remediationStatsWire,
} from './wire/stats.js';
export {
  acknowledgementToWire,
  acknowledgementWire,
  type SubmittedWire,
  submittedWire,
  type TicketItemWire,
  type TicketWire,
  ticketItemToWire,
  ticketItemWire,
  ticketToWire,
  ticketWire,
} from './wire/ticket.js';
export { optInBody, ticketBody, ticketFromWire } from './wire/ticketInput.js';
