import type { Migration } from './migration.js';

/** Tallies kept beside the facts, made of the facts that are there. */
export const tallies: Migration = {
  version: 5,
  name: 'tallies',
  makes: ['pattern_tallies'],
  statements: ({ types: { whole, real, text } }) => [
    `create table pattern_tallies (
      tenant ${text} not null,
      pattern_id ${text} not null,
      action_type ${text} not null,
      revision ${whole} not null,
      facts ${whole} not null,
      occurrences ${whole} not null,
      executed ${whole} not null,
      succeeded ${whole} not null,
      approved_successes ${whole} not null,
      positive ${whole} not null,
      rated ${whole} not null,
      outcomes ${whole} not null,
      confidence ${real} not null,
      similarity ${real} not null,
      principals ${whole} not null,
      primary key (tenant, pattern_id, action_type)
    )`,
    `insert into pattern_tallies
      select tenant, pattern_id, action_type, 1, count(*),
        count(distinct case when counted = 1 and kind = 'outcome' and resolved = 1 then ticket_id end),
        sum(case when counted = 1 and kind = 'outcome' and executed = 1 then 1 else 0 end),
        sum(case when worked = 1 then 1 else 0 end),
        sum(case when worked = 1 and via = 'approval' then 1 else 0 end),
        sum(case when counted = 1 and verdict = 'positive' then 1 else 0 end),
        sum(case when counted = 1 and verdict in ('positive', 'negative') then 1 else 0 end),
        sum(case when counted = 1 and kind = 'outcome' then 1 else 0 end),
        coalesce(sum(case when counted = 1 and kind = 'outcome' then confidence end), 0),
        coalesce(sum(case when counted = 1 and kind = 'outcome' then similarity end), 0),
        count(distinct case when counted = 1 and speaks = 1 then principal end)
      from (
        select fact.*, case
          when counted = 1 and kind = 'outcome' and executed = 1 and succeeded = 1 and not exists (
            select 1 from pattern_facts vote
            where vote.tenant = fact.tenant and vote.pattern_id = fact.pattern_id
              and vote.action_type = fact.action_type and vote.ticket_id = fact.ticket_id
              and vote.kind = 'vote' and vote.verdict = 'negative' and vote.counted = 1
          ) then 1 else 0 end as worked
        from pattern_facts fact
      ) facts
      group by tenant, pattern_id, action_type`,
    'drop index pattern_facts_by_principal',
    `create index pattern_facts_beside
      on pattern_facts (tenant, pattern_id, action_type, principal, counted, kind, speaks, at_ms)`,
  ],
};
