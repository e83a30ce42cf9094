import type { Migration } from './migration.js';

/** Figures of days that are over. */
export const days: Migration = {
  version: 9,
  name: 'days',
  makes: ['stats_days'],
  statements: ({ types: { whole, text, json } }) => [
    `create table stats_days (
      tenant ${text} not null,
      day_ms ${whole} not null,
      scores ${json} not null,
      work ${json} not null,
      primary key (tenant, day_ms)
    )`,
  ],
};
