import type { Clock, Storage } from '@remit/core';
import type { Kysely } from 'kysely';
import { sqlAudit } from './audit/sqlAudit.js';
import type { SqlDifferences } from './differences.js';
import { due } from './due.js';
import { sqlFeedback } from './feedback.js';
import { gatheredReads } from './gathered.js';
import { sqlHalts } from './halts.js';
import { sqlIdempotency } from './idempotency.js';
import { sqlLocks } from './locks.js';
import { sqlOutbox } from './outbox.js';
import { sqlPatterns } from './patterns.js';
import { sqlPins } from './pins.js';
import { sqlPolicies } from './policies.js';
import { sqlRemediations } from './remediations.js';
import { sqlRunbooks } from './runbooks.js';
import type { Schema } from './schema.js';
import { sqlSlots } from './slots.js';
import { guarded, sqlOf, withGuard } from './sql.js';
import { standingOrdersOf } from './standingOrders.js';
import { sqlStats } from './stats.js';
import { sqlTickets } from './tickets.js';
import { tidy } from './tidy.js';
import { sqlTrials } from './trials.js';

/** What a store on SQL is made of. */
export interface KyselyStorageOptions {
  /** A database that {@link migrate} has prepared. The store closes it with `close`. */
  readonly db: Kysely<Schema>;
  /**
   * The same database for short questions that stand alone, which may share a connection. Default: `db`. The store closes
   * it as well.
   */
  readonly questions?: Kysely<Schema> | undefined;
  readonly differences: SqlDifferences;
  /** The store's clock. Default: the database's own time, as several machines have to agree. */
  readonly clock?: Clock | undefined;
  /** What messages call it. Default: the name of the differences' database, for example `sqlite`. */
  readonly name: string;
}

/**
 * Remit's storage on any SQL database that kysely speaks to, given what is different about it.
 * Verbs reject with RemitError `storage_unavailable` when the database fails or a stored row is damaged.
 */
export function kyselyStorage({ db, questions = db, differences, clock, name }: KyselyStorageOptions): Storage {
  const sql = sqlOf({ db, questions, differences, clock });
  const standingOrders = standingOrdersOf(sql);
  const now = gatheredReads(async (asks: readonly null[]) => {
    const nowMs = await sql.now(questions);
    return asks.map(() => nowMs);
  });
  const guard = <Store extends object>(store: Store): Store => withGuard(name, differences, store);
  return {
    name,
    now: () => guarded(name, differences, () => now(null)),
    standingOrders: (tenant, about) => guarded(name, differences, () => standingOrders({ tenant, ...about })),
    tickets: guard(sqlTickets(sql)),
    remediations: guard(sqlRemediations(sql)),
    locks: guard(sqlLocks(sql)),
    slots: guard(sqlSlots(sql)),
    halts: guard(sqlHalts(sql)),
    policies: guard(sqlPolicies(sql)),
    pins: guard(sqlPins(sql)),
    patterns: guard(sqlPatterns(sql)),
    runbooks: guard(sqlRunbooks(sql)),
    feedback: guard(sqlFeedback(sql)),
    stats: guard(sqlStats(sql)),
    audit: guard(sqlAudit(sql)),
    trials: guard(sqlTrials(sql)),
    outbox: guard(sqlOutbox(sql)),
    idempotency: guard(sqlIdempotency(sql)),
    due: (limit, after) => guarded(name, differences, () => due(sql, limit, after)),
    tidy: (limit) => guarded(name, differences, () => tidy(sql, limit)),
    async close() {
      if (questions !== db) await questions.destroy();
      await db.destroy();
    },
  };
}
