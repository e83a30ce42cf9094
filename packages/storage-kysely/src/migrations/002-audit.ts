import type { Migration } from './migration.js';

/** The tenants' own records and chains. */
export const audit: Migration = {
  version: 2,
  name: 'audit',
  makes: ['audit_records', 'audit_logs', 'audit_seals', 'audit_seal_entries', 'audit_heads'],
  statements: ({ types: { position, whole, text, json }, appendOnly }) => [
    `create table audit_records (
      position ${position},
      tenant ${text} not null,
      seq ${whole} not null,
      kind ${text} not null,
      key ${text} not null,
      actor ${text} not null,
      at_ms ${whole} not null,
      content ${json} not null,
      previous_hash ${text} not null,
      hash ${text} not null,
      unique (tenant, seq)
    )`,
    ...appendOnly('audit_records'),
    `create table audit_logs (
      tenant ${text} not null primary key,
      version ${whole} not null,
      head_hash ${text} not null,
      unsealed ${whole} not null
    )`,
    'create index audit_logs_unsealed on audit_logs (tenant) where unsealed = 1',
    `create table audit_seals (
      tenant ${text} not null,
      seq ${whole} not null,
      at_ms ${whole} not null,
      previous_hash ${text} not null,
      hash ${text} not null,
      mac ${text},
      primary key (tenant, seq)
    )`,
    ...appendOnly('audit_seals'),
    `create table audit_seal_entries (
      tenant ${text} not null,
      seal ${whole} not null,
      rank ${whole} not null,
      log_id ${text} not null,
      from_version ${whole} not null,
      to_version ${whole} not null,
      head_hash ${text} not null,
      rows_hash ${text} not null,
      primary key (tenant, seal, rank)
    )`,
    'create index audit_seal_entries_by_log on audit_seal_entries (tenant, log_id, to_version)',
    ...appendOnly('audit_seal_entries'),
    `create table audit_heads (
      tenant ${text} not null primary key,
      seq ${whole} not null,
      hash ${text} not null,
      at_ms ${whole} not null
    )`,
  ],
};
