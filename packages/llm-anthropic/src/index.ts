export { anthropicAnalyst } from './anthropicAnalyst.js';
export type { MessagesClient } from './ask.js';
export type { AnthropicAnalystOptions, Prices } from './options.js';
export { redactSecrets } from './redact.js';
