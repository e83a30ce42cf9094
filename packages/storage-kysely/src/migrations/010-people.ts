import type { Migration } from './migration.js';

/** What people did to tickets themselves, as far as it is recorded in the tenant's own log. */
export const people: Migration = {
  version: 10,
  name: 'people',
  makes: [],
  statements: ({ types: { whole, text } }) => [
    `alter table tickets add column opt_in_by ${text}`,
    `alter table tickets add column opt_in_at_ms ${whole}`,
    `alter table tickets add column resolutions ${whole} not null default 0`,
    'create index tickets_opted_by_people on tickets (tenant, position) where opt_in_at_ms is not null',
    'create index tickets_resolved_by_people on tickets (tenant, position) where resolutions > 0',
  ],
};
