// The API
export type { CorsOptions } from './crossSite.js';

// What the API consists of, for routers and descriptions of it
export { describeApi } from './describeApi.js';
export { type Authenticate, createHandler, type HandlerOptions } from './handler.js';
// Messages of other systems
export { type AlertmanagerOptions, fromAlertmanager } from './ingest/alertmanager.js';
export { fromCloudEvents } from './ingest/cloudEvents.js';
export { fromJson, type Mapping, type MappingRule } from './ingest/mapping.js';
export {
  fromServiceNow,
  type ServiceNowFields,
  type ServiceNowOptions,
  type ServiceNowState,
} from './ingest/serviceNow.js';
export { byBearer, byHmac, type HmacScheme, SIGNATURE_STYLES, type Verify } from './ingest/signature.js';
export type { IngestSource, IngestSources, Reported } from './ingest/source.js';
export { toNodeListener } from './node.js';
// The page
export { createPage, type PageOptions } from './page.js';
export { PROBLEMS, type ProblemCode, type ProblemWire } from './problem.js';
export type { RateLimitOptions } from './rateLimit.js';
export type { Answer, Call, Method, RawCall, Route } from './route.js';
export { ROUTES } from './routes.js';
// Sentences
export { sayEvent } from './sayEvent.js';
export { sayRule } from './sayRule.js';
// Telling others
export type { WebhookEndpoint } from './webhooks/endpoint.js';
export type { Posted, Resolve } from './webhooks/post.js';
export { startWebhooks, type WebhookOptions, type Webhooks } from './webhooks/webhooks.js';
// The wire
export type {
  EventWire,
  FeedbackWire,
  HaltWire,
  LogRowWire,
  PatternWire,
  PolicyWire,
  ReceiptWire,
  ReliabilityStatsWire,
  RemediationStatsWire,
  SubmittedWire,
  TicketItemWire,
  TicketWire,
  WarningWire,
} from './wire.js';
