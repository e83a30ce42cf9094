/*
 * The remediation is a state machine: decide(command, state) -> events, evolve(state, event) -> state.
 * Both are pure; time comes in with the stamp. The events are the rows of `remediation_logs`; there is no second truth.
 */
export type { ApprovalRequest, Command, Decided, Refusal } from './remediation/commands.js';
export { decide } from './remediation/decide.js';
export {
  type ActionStanding,
  type CheckResult,
  type DecisionBasis,
  type Direction,
  END_STATES,
  type Ended,
  type EndState,
  type EventType,
  type Intent,
  isEnd,
  type LogRow,
  type OutcomeKind,
  type Proposal,
  RECONCILE_ANSWERS,
  type ReconcileAnswer,
  type RemediationEvent,
  type Stamp,
  type StateName,
} from './remediation/events.js';
export { evolve, replay } from './remediation/evolve.js';
export { isOrder, isParked, openOrderOf, reconcileAnswers, stepsToTakeBack } from './remediation/parked.js';
export { type Projection, projectionOf } from './remediation/projection.js';
export {
  NO_REMEDIATION,
  type Order,
  type Remediation,
  type StartedRemediation,
} from './remediation/state.js';
