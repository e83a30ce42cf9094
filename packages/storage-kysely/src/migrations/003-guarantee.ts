import type { Migration } from './migration.js';

/** What mode `guaranteed` learns from. */
export const guarantee: Migration = {
  version: 3,
  name: 'guarantee',
  makes: ['guarantee_trials', 'guarantee_checkpoints'],
  statements: ({ types: { position, whole, real, text, json } }) => [
    `create table guarantee_trials (
      position ${position},
      tenant ${text} not null,
      remediation_id ${text} not null,
      ticket_id ${text} not null,
      stratum ${text} not null,
      score ${real},
      route ${text} not null,
      pattern_id ${text} not null,
      action_types ${json} not null,
      confidence ${real} not null,
      audited ${whole} not null,
      decided_at_ms ${whole} not null,
      labelled_at_ms ${whole},
      loss ${whole},
      cause ${text},
      unique (tenant, remediation_id)
    )`,
    'create index guarantee_trials_in_order on guarantee_trials (tenant, stratum, position)',
    'create index guarantee_trials_spent on guarantee_trials (tenant, stratum, route, decided_at_ms)',
    'create index guarantee_trials_of_ticket on guarantee_trials (tenant, ticket_id, position)',
    'create index guarantee_trials_newest on guarantee_trials (tenant, position)',
    `create table guarantee_checkpoints (
      tenant ${text} not null,
      stratum ${text} not null,
      up_to ${whole} not null,
      state ${json} not null,
      primary key (tenant, stratum)
    )`,
  ],
};
