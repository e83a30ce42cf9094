import { describe, expect, it } from 'vitest';
import { isAudited } from '../../src/domain/guarantee/trial.js';
import type { Policy } from '../../src/domain/policy.js';
import { recompute } from '../../src/domain/recompute.js';
import { rolloutBucket } from '../../src/domain/rollout.js';
import { fallBackOnePhase } from '../../src/engine/rolloutPhase.js';
import { catalogue, history, operator, person, resize, restart, type World, world } from './world.js';

const HOUR = 3_600_000;
/** Wide enough for a test of 30 tickets; the arithmetic is the same. */
const PROMISE = { alpha: 0.25, delta: 0.25 };
const STRATUM = 'safe_write 0.25 0.25';

async function choose(w: World, policy: Partial<Policy>): Promise<void> {
  const { version } = await w.remit.policyOf(operator, 'server');
  await w.remit.setPolicy(operator, 'server', { policy, expectedVersion: version });
}

/** A restart that may take long. */
const patient = { catalogue: { ...catalogue, actions: [{ ...restart, timeoutMs: 60_000 }, resize] } };

/** A world in mode guaranteed with so many earlier incidents, a day apart. */
async function earned(count: number, begun?: World): Promise<World> {
  const w = begun ?? (await world());
  await choose(w, { mode: 'guaranteed', requiresApproval: 'by_level', ...PROMISE });
  await history(w, count);
  return w;
}

async function decided(w: World, ticketId: string) {
  w.up['web'] = false;
  await w.submit(ticketId);
  const { ticket, remediation } = await w.rest(ticketId);
  return { decision: ticket.assessment?.decision, remediation };
}

async function gateOf(w: World) {
  return (await w.remit.guarantee(operator)).strata.find(({ stratum }) => stratum === STRATUM);
}

async function refuse(w: World, ticketId: string, reasonCode: 'wrong_action' | 'not_now'): Promise<void> {
  const { remediation } = await w.remit.ticket(operator, ticketId);
  const { approvalId = '', bindingHash = '' } = remediation?.approval ?? {};
  const who = person('hana', ['tickets:read', 'remediation:approve']);
  await w.remit.answerApproval(who, ticketId, { approve: false, approvalId, bindingHash, reasonCode });
}

describe('mode guaranteed', () => {
  it('asks while the evidence is thin, and says what is missing', async () => {
    const w = await earned(10);
    const { decision } = await decided(w, 'NEW');
    expect(decision).toMatchObject({ route: 'approval', reason: 'gate_closed' });
    const view = await gateOf(w);
    expect(view?.gate.open).toBe(false);
    expect(view?.gate.cleanRunsLeft).toBeGreaterThan(0);
    expect(view?.gate.why).toContain('do not yet carry a risk below 25 %');
    expect(view?.waiting).toBe(1);
    await w.remit.close();
  });

  it('opens by supervised runs that stayed good, acts by itself, and can be computed again from its row', async () => {
    const w = await earned(30);
    expect((await gateOf(w))?.gate.open).toBe(true);
    const { decision, remediation } = await decided(w, 'NEW');
    expect(w.troubles).toEqual([]);
    expect(decision).toMatchObject({ route: 'auto', reason: 'certified' });
    expect(remediation?.state).toBe('succeeded');
    const [row] = await w.remit.logOf(operator, 'NEW');
    if (row?.event.type !== 'proposed') throw new Error('The first row is the proposal.');
    expect(recompute(row.event).differs).toEqual([]);
    expect(row.event.trial).toMatchObject({ stratum: STRATUM, route: 'auto' });
    const [trial] = (await w.storage.trials.ofStratum('acme', STRATUM, 0)).slice(-1);
    expect(trial).toMatchObject({ ticketId: 'NEW', label: { loss: false } });
    await w.remit.close();
  });

  it('marks one automatic run in 20 for a person to look at, and none that a person approved', async () => {
    const ids = Array.from({ length: 400 }, (_, n) => `A-${n}`);
    const marked = ids.find((id) => isAudited('acme', id)) ?? '';
    const plain = ids.find((id) => !isAudited('acme', id)) ?? '';
    expect(ids.filter((id) => isAudited('acme', id)).length).toBeLessThan(40);
    const closed = await earned(10);
    expect((await decided(closed, marked)).remediation).toMatchObject({ state: 'awaiting_approval', audited: false });
    await closed.remit.close();
    const w = await earned(30);
    expect((await decided(w, marked)).remediation).toMatchObject({ state: 'succeeded', audited: true });
    w.clock.advance(13 * HOUR);
    expect((await decided(w, plain)).remediation).toMatchObject({ state: 'succeeded', audited: false });
    // What the look shows is told by reopening, and counts.
    const n = (await gateOf(w))?.gate.bounds.at(-1)?.losses ?? 0;
    await w.remit.reopenTicket(operator, marked, { reason: 'restarted, and still slow' });
    expect((await gateOf(w))?.gate.bounds.at(-1)?.losses).toBe(n + 1);
    expect((await gateOf(w))?.budget.knownWrong).toBe(1);
    await w.remit.close();
  });

  it('closes when what was called good is taken back: no certificate is kept', async () => {
    const w = await earned(30);
    for (const n of [24, 25, 26, 27, 28, 29]) {
      await w.remit.reopenTicket(operator, `OLD-${n}`, { reason: 'it is down again' });
    }
    expect((await gateOf(w))?.gate.open).toBe(false);
    expect((await decided(w, 'NEW')).decision?.route).toBe('approval');
    await w.remit.close();
  });

  it('counts a good run only after its soak, and what nobody answered as wrong', async () => {
    const w = await earned(12);
    const before = (await gateOf(w))?.gate.bounds.at(-1);
    await decided(w, 'UNANSWERED');
    w.clock.advance(2 * HOUR);
    expect((await gateOf(w))?.gate.bounds.at(-1)).toEqual(before);
    w.clock.advance(24 * HOUR);
    await w.rest('UNANSWERED');
    await expect.poll(async () => (await gateOf(w))?.gate.bounds.at(-1)?.losses).toBe(1);
    await w.remit.close();
  });

  it('learns from a refusal as wrong, and nothing from one that says not now', async () => {
    const w = await earned(12);
    const before = (await gateOf(w))?.gate.bounds.at(-1);
    await decided(w, 'LATER');
    await refuse(w, 'LATER', 'not_now');
    expect((await gateOf(w))?.gate.bounds.at(-1)).toEqual(before);
    await decided(w, 'WRONG');
    await refuse(w, 'WRONG', 'wrong_action');
    expect((await gateOf(w))?.gate.bounds.at(-1)?.losses).toBe((before?.losses ?? 0) + 1);
    await w.remit.close();
  });

  it('learns from a person who did by hand exactly what was proposed, unless it is their own ticket or does not last', async () => {
    const w = await earned(12);
    const actions = [{ action: 'restart_service', arguments: { service: 'web' } }];
    const labelled = async (ticketId: string) =>
      (await w.storage.trials.ofStratum('acme', STRATUM, 0)).find((trial) => trial.ticketId === ticketId)?.label;
    const byHand = async (ticketId: string, by: string, done: typeof actions) => {
      expect((await decided(w, ticketId)).decision?.route).toBe('approval');
      w.up['web'] = true;
      await w.remit.resolveTicket(person(by), ticketId, { text: 'restarted it', actions: done });
      const label = await labelled(ticketId);
      w.clock.advance(13 * HOUR);
      return label;
    };
    expect(await byHand('SAME', 'ana', actions)).toMatchObject({ loss: false, cause: 'done_as_proposed' });
    expect(await byHand('OWN', 'monitoring', actions)).toMatchObject({ loss: true });
    expect(await byHand('OTHER', 'ana', [])).toMatchObject({ loss: true });
    await w.remit.reopenTicket(operator, 'SAME', { reason: 'down again' });
    expect(await labelled('SAME')).toMatchObject({ loss: true, cause: 'reopened' });
    await w.remit.close();
  });

  it('asks when the error budget is used up, however good the evidence', async () => {
    const w = await earned(30);
    const spent = w.storage.trials.spent;
    w.storage.trials.spent = async (...of) => ({ ...(await spent(...of)), autos: 8, knownWrong: 3 });
    expect((await decided(w, 'NEW')).decision).toMatchObject({ route: 'approval', reason: 'error_budget' });
    await w.remit.close();
  });

  it('lets three runs of a stratum be on their way, of whatever patterns', async () => {
    const w = await earned(30);
    const place = (n: number): string => JSON.stringify(['in_flight', 'acme', 'stratum', STRATUM, n]);
    for (const n of [0, 1, 2]) await w.storage.locks.take('acme', `run ${n}`, [place(n)]);
    await w.storage.locks.take('acme', 'of another promise', [
      JSON.stringify(['in_flight', 'acme', 'stratum', 'x', 0]),
    ]);
    w.up['web'] = false;
    await w.submit('NEW');
    await expect.poll(async () => (await w.remit.ticket(operator, 'NEW')).remediation?.state).toBe('deferred');
    expect((await w.remit.logOf(operator, 'NEW')).at(-1)?.event).toMatchObject({ reason: 'in_flight' });
    await w.storage.locks.release('acme', 'run 1');
    w.clock.advance(60_000);
    await expect.poll(async () => (await w.remit.ticket(operator, 'NEW')).remediation?.state).toBe('succeeded');
    await w.remit.close();
  });

  it('lets one run of a pattern be on its way: the next one waits until the first is validated, whatever its target', async () => {
    const met = { inside: 0, most: 0 };
    let during = async (): Promise<void> => {};
    const w: World = await world(patient, {
      'ops/restart': {
        run: async (args) => {
          met.inside += 1;
          met.most = Math.max(met.most, met.inside);
          await during();
          met.inside -= 1;
          w.up[String(args['service'])] = true;
          return {};
        },
      },
    });
    await earned(30, w);
    w.up['web'] = false;
    const second = async () => (await w.remit.ticket(operator, 'SECOND')).remediation;
    const began = new Promise<void>((resolve, reject) => {
      during = async () => {
        during = async () => {};
        w.up['api'] = false;
        await w.submit('SECOND', { targets: ['service:api'] });
        await expect
          .poll(async () => (await second())?.state, { timeout: 20_000 })
          .toBe('deferred')
          .then(resolve, reject);
      };
    });
    await w.submit('FIRST', { targets: ['service:web'] });
    await began;
    const waits = (await w.remit.logOf(operator, 'SECOND')).at(-1)?.event;
    expect(waits).toMatchObject({ type: 'deferred', reason: 'in_flight' });
    expect((await w.rest('FIRST')).remediation?.state).toBe('succeeded');
    w.clock.advance(60_000);
    await expect.poll(async () => (await second())?.state).toBe('succeeded');
    expect(met.most).toBe(1);
    await w.remit.close();
  });

  it('earns nothing for one person who opens, resolves and praises', async () => {
    const w = await world();
    await choose(w, { mode: 'guaranteed', requiresApproval: 'by_level', ...PROMISE });
    const farmer = person('farmer');
    for (let n = 0; n < 5; n += 1) {
      w.up['web'] = false;
      await w.submit(`F-${n}`, {}, farmer);
      await w.rest(`F-${n}`);
      w.up['web'] = true;
      const actions = [{ action: 'restart_service', arguments: { service: 'web' } }];
      await w.remit.resolveTicket(farmer, `F-${n}`, { text: 'restarted it', actions });
      await w.remit.recordFeedback(farmer, { ticketId: `F-${n}`, feedbackType: 'positive', rating: 5 });
      w.clock.advance(25 * HOUR);
    }
    const { decision } = await decided(w, 'NEW');
    expect(decision?.route).not.toBe('auto');
    expect((await gateOf(w))?.gate.bounds.every(({ n }) => n === 0) ?? true).toBe(true);
    await w.remit.close();
  });
});

describe('the rollout phase', () => {
  /** Ids of tickets within the share of phase `scale`. */
  const within = Array.from({ length: 60 }, (_, n) => `IN-${n}`).filter((id) => rolloutBucket('acme', id) < 5_000);

  it('falls back by itself, once, when too many automatic runs go wrong, in mode seed too', async () => {
    const w = await world();
    await history(w, 12);
    await choose(w, { requiresApproval: false, phase: 'scale' });
    const ran = within.slice(0, 6);
    // Found within a week, all at once: a record alone would still say that most runs were good.
    for (const id of ran) {
      expect((await decided(w, id)).decision).toMatchObject({ route: 'auto' });
      w.clock.advance(13 * HOUR);
    }
    w.clock.advance(24 * HOUR);
    for (const id of ran) await w.remit.reopenTicket(operator, id, { reason: 'down again' });
    const before = await w.remit.policyOf(operator, 'server');
    await decided(w, within[6] ?? '');
    const after = await w.remit.policyOf(operator, 'server');
    expect(after).toMatchObject({ version: before.version + 1, by: 'remit', policy: { phase: 'expansion' } });
    expect(after.reason).toBe('The detector of safe_write 0.05 0.05 spoke: too many automatic runs went wrong.');
    const [row] = await w.remit.logOf(operator, within[6] ?? '');
    expect(row?.event).toMatchObject({ type: 'proposed', phase: 'expansion', policyVersion: after.version });
    // What it spoke about is answered for; a phase that somebody sets after that stands.
    await decided(w, within[7] ?? '');
    expect((await w.remit.policyOf(operator, 'server')).version).toBe(after.version);
    await choose(w, { ...after.policy, phase: 'full' });
    await decided(w, within[8] ?? '');
    expect((await w.remit.policyOf(operator, 'server')).policy.phase).toBe('full');
    await w.remit.close();
  });

  it('goes up by itself where the policy says so, one phase at a time, while the gate is open', async () => {
    const w = await earned(30);
    const phase = async () => (await w.remit.policyOf(operator, 'server')).policy.phase;
    await choose(w, { phase: 'pilot', phaseAdvance: 'while_gate_open' });
    const ids = within.values();
    const next = async (days: number) => {
      w.clock.advance(days * 24 * HOUR);
      await decided(w, ids.next().value ?? '');
      return phase();
    };
    // Not before the policy stood for a week, and then not two at once.
    expect(await next(6)).toBe('pilot');
    expect(await next(1)).toBe('expansion');
    expect(await next(1)).toBe('expansion');
    expect(await w.remit.policyOf(operator, 'server')).toMatchObject({
      by: 'remit',
      reason: `The gate of ${STRATUM} is open, and the policy stood unchanged long enough.`,
    });
    expect(await next(6)).toBe('scale');
    await choose(w, { phaseAdvance: 'by_operator' });
    expect(await next(30)).toBe('scale');
    await w.remit.close();
  });

  it('stays where it is while the gate is closed', async () => {
    const w = await earned(10);
    await choose(w, { phase: 'pilot', phaseAdvance: 'while_gate_open' });
    w.clock.advance(8 * 24 * HOUR);
    await decided(w, within[0] ?? '');
    expect((await gateOf(w))?.gate.open).toBe(false);
    expect((await w.remit.policyOf(operator, 'server')).policy.phase).toBe('pilot');
    await w.remit.close();
  });

  it('falls back one phase only when several tickets find out at the same moment', async () => {
    const w = await world();
    await choose(w, { phase: 'full' });
    const { policies } = w.storage;
    const context = { storage: w.storage, observers: { tell: () => {} } } as never;
    const at = { tenant: 'acme', category: 'server', judged: 'full' as const };
    await Promise.all([fallBackOnePhase(context, at, 'x'), fallBackOnePhase(context, at, 'x')]);
    await fallBackOnePhase(context, at, 'x');
    expect((await policies.find('acme', 'server'))?.policy.phase).toBe('scale');
    await w.remit.close();
  });
});
