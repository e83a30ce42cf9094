/* Answers of the API as a real day gives them: what the elements show when no server is there. */

export * from './samples/figures.js';
export * from './samples/learned.js';
export * from './samples/log.js';
export * from './samples/operators.js';
export * from './samples/tickets.js';
