// The elements

// The API and what is known of it
export { type Api, type Ask, type ConnectOptions, connect, type Reply, Trouble } from './api.js';
export { define, RemitElement, type RemitElementClass, type Strings, setStrings } from './element.js';
export { RemitApproval } from './elements/approval.js';
export { RemitApprovals } from './elements/approvals.js';
export { RemitConsole } from './elements/console.js';
export { RemitDashboard } from './elements/dashboard.js';
export { RemitEnd } from './elements/end.js';
export { RemitFeedback } from './elements/feedback.js';
export { RemitHalt } from './elements/halt.js';
export { RemitLog } from './elements/log.js';
export { RemitPattern } from './elements/pattern.js';
export { RemitPatterns } from './elements/patterns.js';
export { RemitPolicy } from './elements/policy.js';
export { RemitRing } from './elements/ring.js';
export { type EvidenceFacts, type FactorNumbers, RemitScore } from './elements/score.js';
export { RemitSubmit } from './elements/submit.js';
export { RemitTicket } from './elements/ticket.js';
export { RemitTickets } from './elements/tickets.js';
export { RemitToggle } from './elements/toggle.js';
export { LiveElement, type Watched } from './live.js';
export { createStore, type Known, type Liveness, type Store } from './store.js';
