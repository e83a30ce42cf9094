import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/domain/action.js';
import { maySamePerson } from '../../src/domain/identity.js';
import { type Fleet, fleet } from '../engine/fleet.js';
import { plan } from '../engine/fleetCatalogue.js';
import { operator, person } from '../engine/world.js';

/* Names that a reader takes for others: of tools, of targets, of people. */

/** `restart`, `web` and `gil` as somebody else would write them. */
const LOOKS_LIKE = {
  restart: [
    'r\u0435start',
    'restar\u0442',
    'restart\u200b',
    'Restart',
    'restart ',
    'res\u00adtart',
    '\uff52estart',
    'restart\u0301',
  ],
  web: ['w\u0435b', 'we\u200bb', 'WEB', 'web ', '\uff57eb', 'web\u0000', 'we\u0180', '\u0461eb'],
  gil: ['g\u0456l', 'GIL', 'gi\u200bl', ' gil', '\uff47il', 'g\u0406l'],
};

const act = (action: string, service: string): Plan => ({ actions: [{ action, arguments: { service } }] });

async function decided(said: Plan, targets: readonly string[]): Promise<Fleet> {
  const f = await fleet();
  f.sayFor = () => ({ plan: said, confidence: 1 });
  await f.submit('T', { targets });
  await f.settle();
  return f;
}

describe('a tool', () => {
  it.each(LOOKS_LIKE.restart)('called %j is not the one of the catalogue', async (action) => {
    const f = await decided(act(action, 'web'), ['service:web']);
    expect(f.executor.sent).toEqual([]);
    expect((await f.view('T')).ticket.assessment?.decision).toMatchObject({ route: 'manual' });
  });

  it('called by its own name is: else the cases above would prove nothing', async () => {
    const f = await decided(plan('restart web'), ['service:web']);
    expect(f.effects.length).toBe(1);
  });
});

describe('a target', () => {
  it.each(LOOKS_LIKE.web)('called %j is not an allowed one, whatever the ticket says', async (service) => {
    const f = await decided(act('restart', service), [`service:${service}`]);
    expect(f.executor.sent).toEqual([]);
    expect((await f.view('T')).ticket.assessment?.decision.route).not.toBe('auto');
  });

  it.each(LOOKS_LIKE.web)('is not trusted because the ticket names %j', async (service) => {
    const f = await fleet();
    // The others show the fault as well, so nothing but the ticket could say which one is meant.
    f.sayFor = () => ({ plan: plan('restart web'), confidence: 1 });
    await f.submit('T', { targets: [`service:${service}`] });
    await f.settle();
    expect(f.effects).toEqual([]);
  });
});

describe('a person', () => {
  it.each(LOOKS_LIKE.gil)('who submitted as gil approves nothing as %j', async (id) => {
    const f = await fleet({ policy: { requiresApproval: true } });
    await f.submit('T', {}, person('gil'));
    await f.settle();
    await expect(f.approve('T', person(id, ['remediation:approve']))).rejects.toMatchObject({
      code: 'approver_barred',
    });
    await f.settle();
    expect(f.effects).toEqual([]);
  });

  it.each(LOOKS_LIKE.gil)('who approved as gil praises nothing as %j', async (id) => {
    const f = await fleet({ policy: { requiresApproval: true } });
    await f.submit('T');
    await f.settle();
    await f.approve('T', person('gil', ['remediation:approve']));
    await f.settle();
    const said = { ticketId: 'T', feedbackType: 'positive', rating: 5 } as const;
    expect(await f.remit.recordFeedback(person(id), said)).toMatchObject({ counted: false });
    expect(await f.remit.recordFeedback(operator, said)).toMatchObject({ counted: true });
  });

  it('with another name is another one', () => {
    for (const other of ['gill', 'gi', 'lig', 'hana', '\u0438\u0432\u0430\u043d']) {
      expect(maySamePerson('gil', other)).toBe(false);
    }
    expect(maySamePerson('\u0438\u0432\u0430\u043d', '\u043e\u043b\u044c\u0433\u0430')).toBe(false);
  });
});
