// The elements

// The API and what is known of it
export { type Api, type Ask, type ConnectOptions, connect, type Following, type Reply, Trouble } from './api.js';
export { define, RemitElement, type RemitElementClass, type Strings, setStrings } from './element.js';
export { RemitFeedback } from './elements/feedback.js';
export { RemitLog } from './elements/log.js';
export { RemitRing } from './elements/ring.js';
export { type EvidenceFacts, type FactorNumbers, RemitScore } from './elements/score.js';
export { RemitToggle } from './elements/toggle.js';
export { LiveElement, type Watched } from './live.js';
export { createStore, type Known, type Liveness, type Store } from './store.js';
