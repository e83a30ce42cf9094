/*
 * The remediation is a state machine: decide(command, state) -> events, evolve(state, event) -> state.
 * Both are pure; time comes in with the stamp. The events are the rows of `remediation_logs`; there is no second truth.
 */
export * from './remediation/commands.js';
export { decide } from './remediation/decide.js';
export * from './remediation/events.js';
export { evolve, replay } from './remediation/evolve.js';
export * from './remediation/projection.js';
export * from './remediation/state.js';
