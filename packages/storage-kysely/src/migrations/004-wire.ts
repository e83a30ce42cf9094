import type { Migration } from './migration.js';

/** What is told to the outside, and what callers were answered. */
export const wire: Migration = {
  version: 4,
  name: 'wire',
  makes: ['outbox', 'outbox_heads', 'outbox_consumers', 'outbox_dead_letters', 'idempotency_keys'],
  statements: ({ types: { position, whole, text, json } }) => [
    `create table outbox (
      position ${position},
      tenant ${text} not null,
      seq ${whole},
      type ${text} not null,
      ticket_id ${text},
      remediation_id ${text},
      at_ms ${whole} not null,
      data ${json} not null
    )`,
    'create index outbox_unnumbered on outbox (tenant, position) where seq is null',
    'create index outbox_unnumbered_by_age on outbox (at_ms) where seq is null',
    'create unique index outbox_in_order on outbox (tenant, seq)',
    'create index outbox_of_ticket on outbox (tenant, ticket_id, seq)',
    'create index outbox_by_age on outbox (at_ms)',
    `create table outbox_heads (
      tenant ${text} not null primary key,
      seq ${whole} not null
    )`,
    `create table outbox_consumers (
      tenant ${text} not null,
      consumer ${text} not null,
      seq ${whole} not null,
      attempts ${whole} not null,
      due_at_ms ${whole} not null,
      lease_owner ${text},
      lease_token ${whole} not null,
      lease_until_ms ${whole},
      primary key (tenant, consumer)
    )`,
    `create table outbox_dead_letters (
      position ${position},
      tenant ${text} not null,
      consumer ${text} not null,
      event ${json} not null,
      error ${text} not null,
      at_ms ${whole} not null
    )`,
    'create index outbox_dead_letters_newest on outbox_dead_letters (tenant, position)',
    `create table idempotency_keys (
      tenant ${text} not null,
      principal ${text} not null,
      key ${text} not null,
      fingerprint ${text} not null,
      lease_token ${whole} not null,
      lease_until_ms ${whole},
      answer ${json},
      at_ms ${whole} not null,
      primary key (tenant, principal, key)
    )`,
    'create index idempotency_keys_by_age on idempotency_keys (at_ms)',
  ],
};
