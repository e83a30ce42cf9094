import { describe, expect, it } from 'vitest';
import type { CarriedOut } from '../../src/domain/learnedFix.js';
import { learnedFixOf } from '../../src/domain/learnedFix.js';
import { chain } from '../../src/engine/analystChain.js';
import { runbookAnalyst } from '../../src/engine/onDemand.js';
import type { AnalysisInput } from '../../src/ports/analyst.js';
import { scriptedAnalyst } from '../../src/testing/index.js';
import { catalogue, history, person, type World, world } from './world.js';

/* What fixed a pattern again and again is proposed without asking a model. */

/** No runbook speaks of anything; a costly model knows what to do, and is counted. */
async function learning() {
  const asked: AnalysisInput[] = [];
  const model = scriptedAnalyst((input) => {
    asked.push(input);
    return {
      plan: { actions: [{ action: 'restart_service', arguments: { service: 'web' } }] },
      confidence: 0.95,
      modelUses: [],
    };
  });
  const w = await world({ analyst: chain([runbookAnalyst(), model]), catalogue: { ...catalogue, runbooks: [] } });
  return { w, asked };
}

async function next(w: World, ticketId: string, description?: string) {
  w.up['web'] = false;
  await w.submit(ticketId, description === undefined ? {} : { description });
  return (await w.rest(ticketId)).ticket.assessment;
}

describe('a pattern whose fix is proven', () => {
  it('needs no model: the plan comes from what fixed it before', async () => {
    const { w, asked } = await learning();
    await history(w, 8);
    const before = asked.length;
    const assessment = await next(w, 'NEW');
    expect(asked.length).toBe(before);
    expect(assessment?.analysis).toMatchObject({
      analyst: 'runbook',
      plan: { actions: [{ action: 'restart_service', arguments: { service: 'web' } }] },
      evidence: expect.arrayContaining([expect.stringMatching(/^for: this plan fixed \d+ of the newest tickets/)]),
    });
    // Another problem is none of that pattern's business.
    await next(w, 'OTHER', 'the printer on the third floor smokes');
    expect(asked.length).toBe(before + 1);
    await w.remit.close();
  });

  it('is proposed nowhere but where it worked, and only where the fault is seen', async () => {
    const { w, asked } = await learning();
    await history(w, 8);
    const before = asked.length;
    w.up['api'] = false;
    await w.submit('ELSEWHERE', { description: 'service api not responding' });
    await w.rest('ELSEWHERE');
    expect(asked.length).toBe(before + 1);
    await w.submit('HEALTHY');
    await w.rest('HEALTHY');
    expect(asked.length).toBe(before + 2);
    await w.remit.close();
  });

  it('is forgotten when it stops working, and the model is told what became of the tickets', async () => {
    const { w, asked } = await learning();
    await history(w, 8);
    const newest = (
      await w.storage.patterns.ticketsOf('acme', (await next(w, 'NEW'))?.patternId ?? '', { limit: 20 })
    ).slice(1);
    for (const { ticketId } of newest.slice(0, 6)) {
      await w.remit.reopenTicket({ id: 'ana', tenant: 'acme', scopes: ['tickets:write', 'tickets:read'] }, ticketId);
    }
    const before = asked.length;
    await next(w, 'AGAIN');
    expect(asked.length).toBe(before + 1);
    const told = asked.at(-1)?.similarTickets ?? [];
    expect(told.some(({ reopened, plan }) => reopened && plan !== null)).toBe(true);
    expect(asked.at(-1)?.learned).toEqual([]);
    await w.remit.close();
  });
});

describe('a pattern that people complain about', () => {
  it('is left to the model, although its newest runs held', async () => {
    const { w, asked } = await learning();
    await history(w, 8);
    for (let n = 0; n < 5; n += 1) {
      await w.remit.recordFeedback(person(`voter-${n}`), { ticketId: `OLD-${n}`, feedbackType: 'negative', rating: 1 });
    }
    const before = asked.length;
    await next(w, 'NEW');
    expect(asked.length).toBe(before + 1);
    await w.remit.close();
  });
});

describe('learnedFixOf', () => {
  const pattern = { patternId: 'P', category: 'server', words: 'it is down' };
  const run = (service: string, more: object = {}): CarriedOut => ({
    plan: { actions: [{ action: 'restart', arguments: { service, ...more } }] },
    target: `service:${service}`,
  });

  it('needs three runs of the same plan, the newest among them', () => {
    expect(learnedFixOf(pattern, [])).toBeNull();
    expect(learnedFixOf(pattern, [run('web'), run('web')])).toBeNull();
    expect(learnedFixOf(pattern, [run('web', { hard: true }), run('web'), run('web'), run('web')])).toBeNull();
    expect(learnedFixOf(pattern, [run('web'), run('api'), run('web')])).toMatchObject({
      targets: ['service:api', 'service:web'],
      times: 3,
      runbook: { steps: [{ action: 'restart', arguments: { service: '$target' } }] },
    });
  });

  it('keeps to the target whose name is part of another value', () => {
    const runs = [run('web', { unit: 'web.service' }), run('api', { unit: 'api.service' })];
    expect(learnedFixOf(pattern, [...runs, ...runs, ...runs])).toMatchObject({ targets: ['service:web'], times: 3 });
  });

  it('takes what looks like a reference for the text it was', () => {
    const runs = [1, 2, 3].map(() => run('web', { note: '$target', deep: [{ to: 'web' }], ref: { secretRef: 'k' } }));
    expect(learnedFixOf(pattern, runs)?.runbook.steps[0]?.arguments).toEqual({
      service: '$target',
      note: '$$target',
      deep: [{ to: '$target' }],
      ref: { secretRef: 'k' },
    });
  });
});
