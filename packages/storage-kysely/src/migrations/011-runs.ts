import type { Migration } from './migration.js';

/** Labelled trials counted by pattern, and what finds those that went wrong or were labelled lately. */
export const runs: Migration = {
  version: 11,
  name: 'runs',
  makes: ['guarantee_runs'],
  statements: ({ types: { whole, text } }) => [
    `create table guarantee_runs (
      tenant ${text} not null,
      stratum ${text} not null,
      pattern_id ${text} not null,
      runs ${whole} not null,
      clean ${whole} not null,
      primary key (tenant, stratum, pattern_id)
    )`,
    `insert into guarantee_runs
      select tenant, stratum, pattern_id, count(*), sum(1 - loss)
      from guarantee_trials
      where loss is not null
      group by tenant, stratum, pattern_id`,
    `create index guarantee_trials_wrong on guarantee_trials (tenant, stratum, decided_at_ms)
      where route = 'auto' and loss = 1`,
    'create index guarantee_trials_labelled on guarantee_trials (tenant, stratum, labelled_at_ms, position)',
  ],
};
