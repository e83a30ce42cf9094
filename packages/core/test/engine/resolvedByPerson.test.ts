import { describe, expect, it } from 'vitest';
import type { CatalogueEntry } from '../../src/domain/action.js';
import { catalogue, person, restart, type World, world } from './world.js';

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
