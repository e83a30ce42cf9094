import { describe, expect, it } from 'vitest';
import { fleet } from './fleet.js';
import { plan } from './fleetCatalogue.js';
import { called } from './parkedFleet.js';
import { history, operator, person, world } from './world.js';

const ana = person('ana');

describe('a ticket that nobody wants worked on any more', () => {
  it('is closed with what waits for approval, and nobody can approve it any more', async () => {
    const w = await world();
    await history(w, 3);
    w.up['web'] = false;
    await w.submit('T');
    await w.rest('T');
    const sent = w.executor.sent.length;
    const told: string[] = [];
    w.remit.events.on('ticket_cancelled', ({ ticketId }) => told.push(ticketId));
    const { ticket, remediation } = await w.remit.cancelTicket(ana, 'T');
    expect([ticket.status, remediation?.state, remediation?.reason]).toEqual([
      'closed',
      'withdrawn',
      'ticket_cancelled',
    ]);
    expect((await w.remit.pendingApprovals(ana, { limit: 9, cursor: null })).items).toEqual([]);
    expect((await w.remit.cancelTicket(ana, 'T')).ticket.status).toBe('closed');
    expect(told).toEqual(['T']);
    expect(w.executor.sent).toHaveLength(sent);
    const rows = await w.remit.logOf(ana, 'T');
    expect(rows.at(-1)).toMatchObject({ actor: 'ana', event: { type: 'withdrawn' } });
    await w.remit.close();
  });

  it('is closed while it is analysed: what the analyst says then is not taken up', async () => {
    let answer = (): void => {};
    const thinking = new Promise<never>((_, reject) => {
      answer = () => reject(new Error('no'));
    });
    const w = await world({ analyst: { name: 'slow', analyze: () => thinking } });
    await w.submit('T');
    await expect.poll(async () => (await w.remit.ticket(ana, 'T')).ticket.status).toBe('analyzing');
    await w.remit.cancelTicket(ana, 'T');
    answer();
    await w.remit.idle();
    expect((await w.remit.ticket(ana, 'T')).ticket).toMatchObject({ status: 'closed', remediationId: null });
    await w.remit.close();
  });

  it('cannot be opted in, resolved or reopened afterwards', async () => {
    const w = await world();
    await w.submit('T');
    await w.remit.cancelTicket(ana, 'T');
    await expect(w.remit.setOptIn(ana, 'T', true)).rejects.toMatchObject({ code: 'ticket_closed' });
    await expect(w.remit.resolveTicket(ana, 'T', { text: 'x' })).rejects.toMatchObject({ code: 'ticket_closed' });
    await expect(w.remit.reopenTicket(ana, 'T')).rejects.toMatchObject({ code: 'ticket_not_resolved' });
    await w.remit.close();
  });

  it('is not closed over a run, nor over effects that nobody has judged', async () => {
    const f = await fleet({ plan: plan('enable web', 'enable api') });
    const refusals: unknown[] = [];
    f.before = async (tool, service) => {
      if (tool !== 'ops/enable' || service !== 'web') return;
      await f.remit.cancelTicket(operator, 'T').catch((error: unknown) => refusals.push(error));
      await f.remit.setOptIn(operator, 'T', false);
    };
    await f.submit('T');
    await f.settle();
    expect(refusals).toMatchObject([{ code: 'ticket_conflict' }]);
    expect(called(f)).toEqual(['ops/enable web']);
    await expect(f.remit.cancelTicket(operator, 'T')).rejects.toMatchObject({ code: 'ticket_conflict' });
    expect((await f.view('T')).ticket.status).toBe('needs_human');
  });

  it('needs the scope, and another tenant does not find it', async () => {
    const w = await world();
    await w.submit('T');
    const reader = person('rea', ['tickets:read']);
    await expect(w.remit.cancelTicket(reader, 'T')).rejects.toMatchObject({ code: 'forbidden' });
    const stranger = { ...ana, tenant: 'globex' };
    await expect(w.remit.cancelTicket(stranger, 'T')).rejects.toMatchObject({ code: 'not_found' });
    await w.remit.close();
  });
});
