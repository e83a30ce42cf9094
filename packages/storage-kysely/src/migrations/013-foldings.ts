import type { Migration } from './migration.js';

/**
 * By which numbers something kept was folded (none that was kept before says so, and is folded anew), the folds of
 * strata that may still be revised, a count of changes by which a day's figures are kept only if nothing changed,
 * and what finds feedback in its order.
 */
export const foldings: Migration = {
  version: 13,
  name: 'foldings',
  makes: [],
  statements: ({ types: { whole, text, json } }) => [
    `alter table pattern_tracks add column folding ${text} not null default ''`,
    `alter table guarantee_checkpoints add column folding ${text} not null default ''`,
    `alter table guarantee_checkpoints add column read_ms ${whole} not null default 0`,
    `alter table guarantee_checkpoints add column recent ${json}`,
    `alter table stats_days add column figuring ${text} not null default ''`,
    `create index ticket_feedbacks_in_order on ticket_feedbacks (tenant, position)`,
    `alter table stats_days add column revision ${whole} not null default 0`,
  ],
};
