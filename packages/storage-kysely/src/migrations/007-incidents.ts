import type { Migration } from './migration.js';

/** What an incident is known by at its source, and the trace that a ticket came in. */
export const incidents: Migration = {
  version: 7,
  name: 'incidents',
  makes: [],
  statements: ({ types: { text } }) => [
    `alter table tickets add column incident_key ${text}`,
    `alter table tickets add column traceparent ${text}`,
    'create index tickets_of_incident on tickets (tenant, incident_key, position) where incident_key is not null',
  ],
};
