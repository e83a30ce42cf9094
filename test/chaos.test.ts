import { chainHash, type LogRow, type Remit, RemitError } from '@remit/core';
import { describe, expect, it, type TestContext } from 'vitest';
import { brokenLink } from '../chaos/judge.js';
import { runTrials, withBench } from '../chaos/runChaos.js';
import { SCENARIOS, type ScenarioName } from '../chaos/scenarios.js';
import { storeName } from '../chaos/store.js';
import type { TrialPlan, TrialResult } from '../chaos/trial.js';
import type { Sabotage } from '../chaos/worker/order.js';
import { answerTicket } from '../chaos/worker/person.js';
import { NoPostgres } from './postgres/binaries.js';

/* Real processes, really killed, at the places that matter most. `npm run chaos` walks through all of them. */

const WITHIN_MS = 240_000;

function dies(scenario: ScenarioName, at: string, again: number | null = null): TrialPlan {
  return { scenario, trap: { at, signal: 'SIGKILL', database: false }, again, sabotage: null };
}

/** The database dies too; the workers live on unless told otherwise. */
function losesDatabase(scenario: ScenarioName, at: string, signal: 'SIGKILL' | 'none' = 'none'): TrialPlan {
  return { scenario, trap: { at, signal, database: true }, again: null, sabotage: null };
}

function stops(scenario: ScenarioName, at: string): TrialPlan {
  return { scenario, trap: { at, signal: 'SIGSTOP', database: false }, again: null, sabotage: null };
}

function broken(sabotage: Sabotage, plan: Pick<TrialPlan, 'scenario' | 'trap'>): TrialPlan {
  return { ...plan, again: null, sabotage };
}

const append = (events: string): string => `remediations.append ${events}`;
const CONSUMED = append('cleared+approval_consumed+action_intended(do 0)');

const PLANS: readonly TrialPlan[] = [
  dies('one step', 'after tickets.submit'),
  dies('one step', 'after tickets.claim'),
  dies('one step', 'after slots.reserve'),
  dies('one step', `before ${append('cleared+action_intended(do 0)')}`),
  dies('one step', `after ${append('cleared+action_intended(do 0)')}`),
  dies('one step, deduping', 'after the last look of repair(a)'),
  dies('one step', 'after call repair(a)'),
  dies('one step, deduping', `before ${append('action_settled(do 0)')}`, 25),
  dies('three steps', `after ${append('action_settled(do 1)')}`),
  dies('three steps', `before ${append('validated+succeeded')}`),
  dies('three steps, approval, deduping, snapshots', `before ${append('approval_given')}`),
  dies('three steps, approval, deduping, snapshots', `after ${CONSUMED}`),
  dies('rollback, deduping', `after ${append('validated+rollback_started')}`),
  dies('rollback, deduping', 'after the last look of unrepair(b)'),
  dies('rollback, deduping', 'after call unrepair(a)', 30),
  dies('late effect', 'in flight repair(a)'),
  dies('late effect, deduping', 'in flight repair(a)'),
  dies('lost reply', 'unanswered repair(a)'),
  dies('nobody can tell', 'unanswered repair(a)'),
  stops('one step', 'before the last look of repair(a)'),
  stops('one step, deduping', 'after the last look of repair(a)'),
];

/** Two instances over one Postgres and one queue: whoever comes to the place first dies, the other one goes on. */
const TOGETHER: readonly TrialPlan[] = [
  dies('one step', 'after tickets.claim'),
  dies('one step', `after ${append('cleared+action_intended(do 0)')}`),
  dies('two tickets', 'after call repair(a)', 20),
  losesDatabase('three steps, approval, deduping, snapshots', `after ${append('approval_given')}`),
  losesDatabase('one step, deduping', 'after the last look of repair(a)'),
  losesDatabase('one step, deduping', `before ${append('action_settled(do 0)')}`, 'SIGKILL'),
  losesDatabase('rollback, deduping', 'after call unrepair(b)'),
  stops('one step, deduping', 'before the last look of repair(a)'),
];

async function onPostgres(context: TestContext, plans: readonly TrialPlan[]): Promise<readonly TrialResult[]> {
  try {
    return await withBench({ store: 'postgres', jobs: 2 }, (bench) => runTrials(bench, plans));
  } catch (error) {
    if (error instanceof NoPostgres) context.skip(error.message);
    throw error;
  }
}

describe('kill -9 of one of two instances on one Postgres, and of Postgres itself', () => {
  it(
    'loses nothing and repeats nothing, and the other instance goes on',
    async (context) => {
      const results = await onPostgres(context, TOGETHER);
      expect(results.flatMap(({ faults }) => faults)).toEqual([]);
      const missed = results.filter(({ kills, stopped, databaseKilled }) => kills === 0 && !stopped && !databaseKilled);
      expect(missed.map(({ plan }) => plan)).toEqual([]);
      const lost = results.filter(({ databaseKilled }) => databaseKilled);
      expect(lost.map(({ plan }) => plan)).toEqual(TOGETHER.filter(({ trap }) => trap?.database));
      expect(results.flatMap(({ takeovers }) => takeovers).length).toBeGreaterThan(0);
    },
    WITHIN_MS,
  );

  it(
    'is found out when it does',
    async (context) => {
      const plans = [
        broken('drops_intents', dies('one step', 'after call repair(a)')),
        broken('forgets_tickets', { scenario: 'one step', trap: null }),
        broken('sends_twice', { scenario: 'one step', trap: null }),
      ];
      const results = await onPostgres(context, plans);
      const kinds = results.map(({ faults }) => faults.map(({ kind }) => kind));
      expect(kinds[0]).toContain('unintended');
      expect(kinds[1]).toContain('lost');
      expect(kinds[2]).toContain('duplicates');
    },
    WITHIN_MS,
  );
});

describe('kill -9', () => {
  it(
    'loses nothing and repeats nothing',
    async () => {
      const results = await withBench({ store: 'sqlite' }, (bench) => runTrials(bench, PLANS));
      expect(results.flatMap(({ faults }) => faults)).toEqual([]);
      // A trap that never closed would have tested nothing.
      const missed = results.filter(({ kills, stopped }) => kills === 0 && !stopped);
      expect(missed.map(({ plan }) => plan)).toEqual([]);
      const answers = results.map(({ reconciled }) => reconciled);
      expect(answers.some(({ happened }) => happened > 0)).toBe(true);
      expect(answers.some(({ did_not_happen }) => did_not_happen > 0)).toBe(true);
      expect(answers.some(({ cannot_tell }) => cannot_tell > 0)).toBe(true);
      expect(results.reduce((total, { resent }) => total + resent, 0)).toBeGreaterThan(0);
    },
    WITHIN_MS,
  );

  it(
    'is found out when it does: a store without intents, one without tickets, and a second send',
    async () => {
      const plans = [
        broken('drops_intents', dies('one step', 'after call repair(a)')),
        broken('forgets_tickets', { scenario: 'one step', trap: null }),
        broken('sends_twice', { scenario: 'one step', trap: null }),
      ];
      const results = await withBench({ store: 'sqlite' }, (bench) => runTrials(bench, plans));
      const kinds = results.map(({ faults }) => faults.map(({ kind }) => kind));
      expect(kinds[0]).toContain('unintended');
      expect(kinds[1]).toContain('lost');
      expect(kinds[2]).toContain('duplicates');
    },
    WITHIN_MS,
  );

  it('finds a log row that was edited, and one that is missing', () => {
    const rows: LogRow[] = [];
    for (const seq of [1, 2, 3]) {
      const previousHash = rows.at(-1)?.hash ?? '';
      const event = { type: 'claimed', owner: `worker ${seq}` } as const;
      const row = { tenant: 't', remediationId: 'r', ticketId: 'T', seq, token: 1, actor: 'remit', atMs: seq, event };
      rows.push({ ...row, previousHash, hash: chainHash(previousHash, row) });
    }
    const log = (changed: readonly LogRow[]) => ({ remediationId: 'r', rows: changed });
    const edited = rows.map((row) => (row.seq === 2 ? { ...row, actor: 'mallory' } : row));
    expect(brokenLink(log(rows))).toBeNull();
    expect(brokenLink(log(edited))).toBe('r row 2 is not what was hashed');
    expect(brokenLink(log(rows.filter(({ seq }) => seq !== 2)))).toBe('r row 2 has the number 3');
  });

  it('says which stores it can use', () => {
    expect(() => storeName('mysql')).toThrow('no store "mysql"; it can use: sqlite, postgres');
  });
});

describe('the person of a trial', () => {
  function remitThatRefuses(times: number, code: 'approval_stale' | 'forbidden') {
    const answered: string[] = [];
    let reads = 0;
    const approval = () => ({ approvalId: 'approval-1', bindingHash: `as read ${reads}` });
    const remit = {
      async ticket() {
        reads += 1;
        return { ticket: { ticketId: 'T' }, remediation: { state: 'awaiting_approval', approval: approval() } };
      },
      async answerApproval(_: unknown, __: string, { bindingHash }: { readonly bindingHash: string }) {
        answered.push(bindingHash);
        if (answered.length <= times) throw new RemitError(code, 'refused');
      },
    };
    return { answered, answer: () => answerTicket(remit as unknown as Remit, 'T', SCENARIOS['one step'], '') };
  }

  it('reads again where the run moved on between reading and answering', async () => {
    const { answered, answer } = remitThatRefuses(2, 'approval_stale');
    await answer();
    expect(answered).toEqual(['as read 1', 'as read 2', 'as read 3']);
  });

  it('gives up on what is refused again and again, and at once on what is refused for another reason', async () => {
    const restless = remitThatRefuses(9, 'approval_stale');
    await expect(restless.answer()).rejects.toMatchObject({ code: 'approval_stale' });
    expect(restless.answered).toHaveLength(5);
    const barred = remitThatRefuses(9, 'forbidden');
    await expect(barred.answer()).rejects.toMatchObject({ code: 'forbidden' });
    expect(barred.answered).toHaveLength(1);
  });
});
