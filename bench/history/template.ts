import { sqliteStorage } from '@remit/adapter-sqlite';
import { createRemit, PatternLearner } from '@remit/core';
import { recordingExecutor, scriptedAnalyst } from '@remit/core/testing';
import { openDriver } from '../../packages/adapter-sqlite/src/drivers.js';
import { CATEGORY, catalogue, LIMITS, POLICY, TOOLS } from '../engine/plan.js';
import { earned, principal } from '../engine/prepare.js';

/*
 * What the engine itself writes about one ticket, as rows with marks in the place of ids: whatever columns the tables
 * have, the history is made of rows that are as long and as full as real ones.
 */

/** Stands for the number of a ticket. */
export const TICKET_MARK = 'TPL';
/** Stands for the number of a pattern. */
export const PATTERN_MARK = 'PTN';
/** Stands for what a ticket says. */
export const WORDS_MARK = 'WORDSOFIT';
/** Whose tickets they are. */
export const TENANT = 'acme';
/** The one action of every plan. */
export const ACTION = 'reload';

/** One row, by column. */
export type Row = Readonly<Record<string, string | number | null>>;

/** All rows about one ticket, by table, in the order of their positions. */
export type TicketRows = Readonly<Record<(typeof TABLES)[number], readonly Row[]>>;

/** The tables that grow with every ticket. */
export const TABLES = ['tickets', 'remediations', 'remediation_logs', 'pattern_facts', 'guarantee_trials'] as const;

/** Lets the engine handle one ticket: carried out by itself where it is opted in, else a suggestion. */
export async function rowsOfOneTicket(optedIn: boolean): Promise<TicketRows> {
  const database = await openDriver(':memory:');
  const storage = await sqliteStorage({ database });
  const ids = { next: (kind: string) => `${kind}-${kind === 'pattern' ? PATTERN_MARK : TICKET_MARK}` };
  const service = `s-${TICKET_MARK}`;
  const [known] = catalogue(0).actions;
  if (!known) throw new Error('The catalogue is empty.');
  const remit = createRemit({
    storage,
    ids,
    executor: recordingExecutor(TOOLS),
    analyst: scriptedAnalyst({
      plan: { actions: [{ action: `${ACTION}_service`, arguments: { service } }] },
      confidence: 0.95,
    }),
    catalogue: {
      ...catalogue(0),
      actions: catalogue(0).actions.map((action) => ({ ...action, allowedTargets: [`service:${service}`] })),
    },
    settings: { limits: LIMITS },
  });
  await remit.setPolicy(principal(TENANT), CATEGORY, { policy: POLICY, expectedVersion: 0 });
  const learner = new PatternLearner({ storage, ids });
  const words = { category: CATEGORY, title: null, description: WORDS_MARK };
  const { patternId } = await learner.recognise({ tenant: TENANT, ticketId: 'OLD', ...words });
  await learner.learn({ tenant: TENANT, facts: earned(patternId, await storage.now(), [ACTION]) });
  await remit.start();
  await remit.submitTicket(principal(TENANT), {
    ...words,
    ticketId: `T-${TICKET_MARK}`,
    optedIn,
    targets: [`service:${service}`],
    metadata: { source: 'monitoring' },
  });
  await remit.idle();
  const tables = TABLES.map((table) => {
    const rows = database.prepare(`select * from ${table} order by rowid`).all() as Row[];
    return [table, rows.map(({ position: _, ...row }) => row)] as const;
  });
  await remit.close();
  return Object.fromEntries(tables) as unknown as TicketRows;
}
