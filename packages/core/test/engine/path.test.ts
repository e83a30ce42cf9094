import { describe, expect, it } from 'vitest';
import { approver, history, operator, person, world } from './world.js';

describe('the path of one ticket', () => {
  it('leaves a first occurrence to a person, learns from them, then asks, then acts by itself', async () => {
    const w = await world();
    await history(w, 6);
    const { version } = await w.remit.policyOf(operator, 'server');
    await w.remit.setPolicy(operator, 'server', { policy: { requiresApproval: 'by_level' }, expectedVersion: version });
    w.up['web'] = false;
    await w.submit('NEW');
    const { ticket, remediation } = await w.rest('NEW');
    expect(w.troubles).toEqual([]);
    expect(ticket.assessment?.decision).toMatchObject({ route: 'auto', reason: 'very_high_eligible' });
    expect(remediation?.state).toBe('succeeded');
    expect(ticket.status).toBe('resolved');
    expect(w.up['web']).toBe(true);
    expect(w.executor.sent.length).toBe(6);
    await w.remit.close();
  });

  it('waits for a person by default, whatever the score, and acts once they say yes', async () => {
    const w = await world();
    await history(w, 7);
    w.up['web'] = false;
    const before = w.executor.sent.length;
    await w.submit('NEW');
    const waiting = await w.rest('NEW');
    expect(waiting.ticket.assessment?.decision.reason).toBe('policy_requires_approval');
    expect(w.executor.sent.length).toBe(before);
    const approval = waiting.remediation?.approval;
    const { approvalId = '', bindingHash = '' } = approval ?? {};
    await w.remit.answerApproval(approver, 'NEW', { approve: true, approvalId, bindingHash });
    const done = await w.rest('NEW');
    expect(done.remediation?.state).toBe('succeeded');
    const types = (await w.remit.logOf(operator, 'NEW')).map(({ event }) => event.type);
    expect(types).toEqual([
      'proposed',
      'approval_requested',
      'approval_given',
      'claimed',
      'cleared',
      'approval_consumed',
      'action_intended',
      'action_settled',
      'validated',
      'succeeded',
    ]);
    await w.remit.close();
  });

  it('only suggests without opt-in', async () => {
    const w = await world();
    w.up['web'] = false;
    await w.submit('T', { optedIn: false });
    const { ticket, remediation } = await w.rest('T');
    expect(ticket.status).toBe('suggested');
    expect(ticket.assessment?.analysis.plan).not.toBeNull();
    expect(remediation?.state).toBe('suggested');
    expect(w.executor.sent).toEqual([]);
    await w.remit.close();
  });

  it('never lets a submitter approve their own ticket', async () => {
    const w = await world();
    await history(w, 2);
    w.up['web'] = false;
    const self = person('self', ['tickets:read', 'tickets:write', 'tickets:opt_in', 'remediation:approve']);
    await w.submit('T', {}, self);
    const { remediation } = await w.rest('T');
    const { approvalId = '', bindingHash = '' } = remediation?.approval ?? {};
    const answer = w.remit.answerApproval(self, 'T', { approve: true, approvalId, bindingHash });
    await expect(answer).rejects.toMatchObject({ code: 'approver_barred' });
    await w.remit.close();
  });
});
