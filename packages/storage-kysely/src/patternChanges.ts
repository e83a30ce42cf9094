import type { PatternChange, PatternFact, PatternStore } from '@remit/core';
import { changesInForce, livingPattern, refusalOf, titleOf, touchedBy } from '@remit/core/adapter';
import { writeRecord } from './audit/records.js';
import { auditContent } from './audit/subjects.js';
import { allChanges, factLocks } from './changes.js';
import { keepNewest } from './exemplarIndex.js';
import { factOf } from './factRows.js';
import { storeFacts } from './facts.js';
import { asJson, parseRow, whole } from './rows.js';
import type { Sql } from './sql.js';
import { forgetTallies } from './tallyFold.js';

/** Rows at a time: a statement may not have that many values. */
const ROWS_AT_ONCE = 500;

interface Refiling {
  readonly tenant: string;
  readonly category: string;
  readonly touched: readonly string[];
  readonly inForce: readonly PatternChange[];
}

async function refileExemplars(
  sql: Sql,
  db: Sql['db'],
  { tenant, category, touched, inForce }: Refiling,
): Promise<void> {
  const rows = await db
    .selectFrom('pattern_exemplars')
    .select(['position', 'pattern_id', 'told_pattern_id', 'signature_hash'])
    .where('tenant', '=', tenant)
    .where('pattern_id', 'in', [...touched])
    .execute();
  const moved = new Map<string, number[]>();
  for (const row of rows) {
    const living = livingPattern(row.told_pattern_id, { hash: row.signature_hash }, inForce);
    const position = parseRow('pattern_exemplars', [tenant, row.signature_hash], whole, row.position);
    if (living !== row.pattern_id) moved.set(living, [...(moved.get(living) ?? []), position]);
  }
  for (const [patternId, positions] of moved) {
    for (let from = 0; from < positions.length; from += ROWS_AT_ONCE) {
      await db
        .updateTable('pattern_exemplars')
        .set({ pattern_id: patternId })
        .where('position', 'in', positions.slice(from, from + ROWS_AT_ONCE))
        .execute();
    }
    await keepNewest(sql, db, { tenant, category, patternId });
  }
}

async function refileFacts(sql: Sql, db: Sql['db'], { tenant, touched }: Refiling): Promise<void> {
  const ofThese = [...touched];
  const rows = await db
    .selectFrom('pattern_facts')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('pattern_id', 'in', ofThese)
    .orderBy('at_ms')
    .orderBy('ticket_id')
    .orderBy('kind')
    .orderBy('source')
    .orderBy('told_pattern_id')
    .execute();
  await db.deleteFrom('pattern_facts').where('tenant', '=', tenant).where('pattern_id', 'in', ofThese).execute();
  await forgetTallies(db, tenant, ofThese);
  const told = rows.map((row): PatternFact => {
    const { counted: _, ...fact } = factOf([tenant, row.pattern_id, row.ticket_id, row.kind, row.source], row);
    return { ...fact, patternId: row.told_pattern_id };
  });
  for (let from = 0; from < told.length; from += ROWS_AT_ONCE) {
    await storeFacts(sql, db, tenant, told.slice(from, from + ROWS_AT_ONCE));
  }
}

async function rename(db: Sql['db'], tenant: string, about: Pick<Refiling, 'touched' | 'inForce'>): Promise<void> {
  for (const patternId of about.touched) {
    const row = await db
      .selectFrom('ticket_patterns')
      .select('founded_title')
      .where('tenant', '=', tenant)
      .where('pattern_id', '=', patternId)
      .executeTakeFirst();
    if (!row) continue;
    const living = livingPattern(patternId, null, about.inForce);
    await db
      .updateTable('ticket_patterns')
      .set({
        title: titleOf(patternId, row.founded_title, about.inForce),
        merged_into: living === patternId ? null : living,
      })
      .where('tenant', '=', tenant)
      .where('pattern_id', '=', patternId)
      .execute();
  }
}

/** What people say about patterns themselves, in SQL. */
export function sqlPatternChanges(sql: Sql): Pick<PatternStore, 'change' | 'changes'> {
  const { db, differences } = sql;
  return {
    async change(draft) {
      const { tenant, changeId, patternId, edit, reason, by } = draft;
      return sql.write(async (transaction) => {
        await differences.serialise(transaction, [`pattern_changes ${tenant}`]);
        const earlier = await allChanges(transaction, tenant);
        const known = await transaction
          .selectFrom('ticket_patterns')
          .select(['pattern_id', 'category'])
          .where('tenant', '=', tenant)
          .where('pattern_id', 'in', [patternId, 'into' in edit ? edit.into : patternId])
          .execute();
        const categoryOf = (id: string) => known.find((row) => row.pattern_id === id)?.category;
        const why = refusalOf(draft, { earlier, categoryOf });
        if (why) return { kind: 'refused', why } as const;
        const atMs = await sql.now(transaction);
        const change: PatternChange = { ...draft, atMs };
        const changes = [...earlier, change];
        const touched = touchedBy(change, changes);
        const inForce = changesInForce(changes);
        const category = categoryOf(patternId) ?? '';
        // First what leads elsewhere, then what is alive: so does whoever files a fact.
        const wasInForce = changesInForce(earlier);
        const leading = [...new Set(changes.map((one) => one.patternId))].filter(
          (id) => livingPattern(id, null, wasInForce) !== id,
        );
        await differences.serialise(transaction, factLocks(tenant, leading));
        const alive = [...touched, patternId].filter((id) => !leading.includes(id));
        const exemplars = `exemplars ${JSON.stringify([tenant, category])}`;
        await differences.serialise(transaction, [exemplars, ...factLocks(tenant, alive)]);
        await transaction
          .insertInto('pattern_changes')
          .values({
            tenant,
            change_id: changeId,
            pattern_id: patternId,
            edit: asJson(edit),
            reason,
            changed_by: by,
            at_ms: atMs,
          })
          .execute();
        if (edit.kind === 'split') {
          const { into, title } = edit;
          const named = { title, founded_title: title, merged_into: null };
          await transaction
            .insertInto('ticket_patterns')
            .values({ tenant, pattern_id: into, category, ...named, created_at_ms: atMs })
            .execute();
        }
        await rename(transaction, tenant, { touched: [...new Set([...changes.map((one) => one.patternId)])], inForce });
        if (touched.length > 0) {
          const refiling = { tenant, category, touched, inForce };
          await refileExemplars(sql, transaction, refiling);
          await refileFacts(sql, transaction, refiling);
        }
        const record = { tenant, kind: 'pattern', key: changeId, actor: by, atMs } as const;
        await writeRecord(sql, transaction, { ...record, content: auditContent(change) });
        return { kind: 'changed', change } as const;
      });
    },

    async changes(tenant, patternId) {
      return (await allChanges(db, tenant)).filter(
        (change) =>
          patternId === null ||
          change.patternId === patternId ||
          ('into' in change.edit && change.edit.into === patternId),
      );
    },
  };
}
