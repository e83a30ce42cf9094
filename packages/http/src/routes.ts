import type { Route } from './route.js';
import { CONTROL_ROUTES } from './routes/control.js';
import { DESCRIPTION_ROUTES } from './routes/description.js';
import { EVENTS_ROUTES } from './routes/events.js';
import { INGEST_ROUTES } from './routes/ingest.js';
import { PATTERN_CHANGES_ROUTES } from './routes/patternChanges.js';
import { PATTERNS_ROUTES } from './routes/patterns.js';
import { REMEDIATIONS_ROUTES } from './routes/remediations.js';
import { STATS_ROUTES } from './routes/stats.js';
import { TICKETS_ROUTES } from './routes/tickets.js';
import { WEBHOOKS_ROUTES } from './routes/webhooks.js';

/** Every route below the base path. Router and OpenAPI document come from this table. */
export const ROUTES: readonly Route[] = [
  ...TICKETS_ROUTES,
  ...REMEDIATIONS_ROUTES,
  ...PATTERNS_ROUTES,
  ...PATTERN_CHANGES_ROUTES,
  ...STATS_ROUTES,
  ...CONTROL_ROUTES,
  ...EVENTS_ROUTES,
  ...WEBHOOKS_ROUTES,
  ...INGEST_ROUTES,
  ...DESCRIPTION_ROUTES,
];
