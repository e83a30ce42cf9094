// What would have happened on closed tickets?
export type { Bounds, Ends, Share } from './figures/bounds.js';
export type { CurvePoint, RiskCoverage } from './figures/curve.js';
export type { Part, PolicyFigures } from './figures/policyFigures.js';
export type { Verdict } from './figures/verdict.js';
export type { WorstWindow } from './figures/window.js';
export type { LeakTest } from './leakTest.js';
export type { GateChange } from './play/gateBook.js';
export type { Outcome, Proposal } from './play/history.js';
export type { WordRecogniser } from './play/recognise.js';
// How are closed tickets read?
export { type ClosedTicket, FIELDS, type Field } from './read/closedTicket.js';
export type { Columns } from './read/columns.js';
export { type BadLines, type ReadOptions, readTickets, type TicketFile } from './read/readTickets.js';
export type { DateOrder } from './read/ticketOf.js';
export { type GuaranteedFigures, type ReplayOptions, type ReplayReport, replayFile } from './replayFile.js';
// How is a report shown?
export { reportHtml } from './report/html.js';
