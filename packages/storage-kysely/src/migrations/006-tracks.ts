import type { Migration } from './migration.js';

/** How far the tracks of patterns were folded, and what finds the facts that come after. */
export const tracks: Migration = {
  version: 6,
  name: 'tracks',
  makes: ['pattern_tracks'],
  statements: ({ types: { whole, real, text, json } }) => [
    `create table pattern_tracks (
      tenant ${text} not null,
      pattern_id ${text} not null,
      action_type ${text} not null,
      alpha ${real} not null,
      up_to_ms ${whole} not null,
      fold ${json} not null,
      primary key (tenant, pattern_id, action_type, alpha, up_to_ms)
    )`,
    'create index pattern_facts_in_order on pattern_facts (tenant, pattern_id, action_type, at_ms)',
    `create index pattern_facts_complaints on pattern_facts (tenant, pattern_id, action_type, at_ms)
      where verdict = 'negative' and counted = 1`,
  ],
};
