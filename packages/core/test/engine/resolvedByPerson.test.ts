import { describe, expect, it } from 'vitest';
import type { CatalogueEntry } from '../../src/domain/action.js';
import { approver, catalogue, operator, person, restart, type World, world } from './world.js';

const ana = person('ana');
const AS_PROPOSED = { text: 'restarted it', actions: [{ action: 'restart_service', arguments: { service: 'web' } }] };

/** What the ticket's pattern learned about restarts. */
async function tallyOf(w: World, ticketId: string) {
  const { ticket } = await w.remit.ticket(ana, ticketId);
  return w.storage.patterns.tally('acme', ticket.assessment?.patternId ?? '', 'restart_service');
}

async function proposedWhile(up: boolean, entry: CatalogueEntry = restart): Promise<World> {
  const w = await world({
    catalogue: { ...catalogue, actions: [entry] },
    analyst: {
      name: 'always',
      analyze: async () => ({
        analyst: 'always',
        summary: '',
        rootCause: null,
        hypotheses: [],
        plan: { actions: AS_PROPOSED.actions },
        confidence: 0.9,
        evidence: [],
        whatWouldChangeMyMind: null,
        observations: [],
      }),
    },
  });
  w.up['web'] = up;
  await w.submit('T');
  await w.rest('T');
  return w;
}

describe('what a person did as it was proposed', () => {
  it('is an execution when the fault was there and the reads say that it is gone', async () => {
    const w = await proposedWhile(false);
    w.up['web'] = true;
    const { ticket } = await w.remit.resolveTicket(ana, 'T', AS_PROPOSED);
    expect(ticket.assessment?.symptomShown).toBe(true);
    expect(ticket.resolution?.confirmed).toBe(true);
    expect(await tallyOf(w, 'T')).toMatchObject({ occurrences: 1, executed: 1, succeeded: 1 });
    await w.remit.close();
  });

  it('is none when nothing was broken at the decision: the fault is gone because it never was', async () => {
    const w = await proposedWhile(true);
    const { ticket } = await w.remit.resolveTicket(ana, 'T', AS_PROPOSED);
    expect(ticket.assessment?.symptomShown).toBe(false);
    expect(ticket.resolution?.confirmed).toBe(false);
    expect(await tallyOf(w, 'T')).toMatchObject({ occurrences: 1, executed: 0 });
    await w.remit.close();
  });

  it('is none when the reads still show the fault', async () => {
    const w = await proposedWhile(false);
    const { ticket } = await w.remit.resolveTicket(ana, 'T', AS_PROPOSED);
    expect(ticket.resolution?.confirmed).toBe(false);
    expect(await tallyOf(w, 'T')).toMatchObject({ occurrences: 1, executed: 0 });
    await w.remit.close();
  });

  it('is none when the action has no symptom to look for', async () => {
    const { symptom: _, ...blind } = restart;
    const w = await proposedWhile(false, blind);
    w.up['web'] = true;
    const { ticket } = await w.remit.resolveTicket(ana, 'T', AS_PROPOSED);
    expect(ticket.assessment?.symptomShown).toBe(false);
    expect(ticket.resolution?.confirmed).toBe(false);
    await w.remit.close();
  });
});

describe('what was only shown, and a person fixed in another way', () => {
  const OTHERWISE = { text: 'gave it more memory', actions: [{ action: 'resize', arguments: { service: 'web' } }] };

  async function shadowed(shadow: boolean): Promise<World> {
    const w = await world();
    const { version } = await w.remit.policyOf(operator, 'server');
    await w.remit.setPolicy(operator, 'server', { policy: { shadow }, expectedVersion: version });
    w.up['web'] = false;
    await w.submit('T');
    await w.rest('T');
    w.up['web'] = true;
    await w.remit.resolveTicket(ana, 'T', OTHERWISE);
    return w;
  }

  async function shown(w: World) {
    const { ticket } = await w.remit.ticket(ana, 'T');
    const facts = await w.storage.patterns.facts('acme', ticket.assessment?.patternId ?? '', 'restart_service');
    return facts.map((fact) => fact.kind === 'outcome' && [fact.via, fact.succeeded, fact.principal]);
  }

  it('casts doubt on what was shown until somebody judges it; that word stands instead, and no tally moves', async () => {
    const w = await shadowed(true);
    expect(await shown(w)).toEqual([['shadow', false, 'ana']]);
    await w.remit.adjudicate(approver, 'T', { wouldHaveWorked: true });
    expect(await shown(w)).toEqual([['shadow', true, 'gil']]);
    expect(await tallyOf(w, 'T')).toMatchObject({ occurrences: 0, executed: 0, principals: 0, meanConfidence: 0 });
    await w.remit.close();
  });

  it('says nothing where somebody could have approved it', async () => {
    const w = await shadowed(false);
    expect(await shown(w)).toEqual([]);
    await w.remit.close();
  });
});
