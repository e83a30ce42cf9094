export type { Unplayable } from './dry/play.js';
export { sayReport } from './sayReport.js';
export type { Finding, Guarantee, Subject } from './subject.js';
export {
  allGuarantees,
  type Verdict,
  type VerifyOptions,
  type VerifyReport,
  verifyGuarantees,
} from './verifyGuarantees.js';
