import { describe, expect, it } from 'vitest';
import {
  barredBecause,
  barredFrom,
  bindingDifferences,
  goodUntil,
  hasApproveScope,
  inApproverGroups,
} from '../src/domain/approval.js';
import { request } from './remediationLog.js';

describe('who may answer', () => {
  const ticket = { submitter: 'sue', requester: 'ray' };

  it('is neither the submitter, nor the requester, nor who last edited the entry', () => {
    const barred = barredFrom(ticket, ['ed'], { selfApproval: false });
    expect(Object.keys(barred).sort()).toEqual(['ed', 'ray', 'sue']);
  });

  it('is anybody with the scope where the policy allows self-approval', () => {
    expect(barredFrom(ticket, ['ed'], { selfApproval: true })).toEqual({});
  });

  it.each(['RAY', ' ray ', 'r\u200bay', '\uff52\uff41\uff59', 'Ra y', 'r\u0430y', 'R\u0430\u0443'])(
    'is not %j when ray is barred',
    (id) => {
      const barred = barredFrom(ticket, [], { selfApproval: false });
      expect(barredBecause(barred, id)).toBe('is the requester of this ticket');
    },
  );

  it('is whoever has another name', () => {
    const barred = barredFrom(ticket, [], { selfApproval: false });
    for (const id of ['ra', 'rays', 'ann', '', 'constructor']) expect(barredBecause(barred, id)).toBeNull();
  });

  it.each([
    ['Stra\u00dfe', 'STRASSE'],
    ['Ren\u00e9', 'Rene\u0301'],
  ])('takes %j for %j', (one, other) => {
    const barred = barredFrom({ submitter: one, requester: null }, [], { selfApproval: false });
    expect(barredBecause(barred, other)).toBe('submitted this ticket');
  });

  it('holds the scope for all categories or for this one', () => {
    const who = (...scopes: string[]) => ({ id: 'gil', tenant: 'acme', scopes });
    expect(hasApproveScope(who('remediation:approve'), 'server')).toBe(true);
    expect(hasApproveScope(who('remediation:approve:server'), 'server')).toBe(true);
    expect(hasApproveScope(who('remediation:approve:network'), 'server')).toBe(false);
    expect(hasApproveScope(who('remediation:approve:'), '')).toBe(true);
    expect(hasApproveScope(who('tickets:read', 'policy:write'), 'server')).toBe(false);
  });

  it('is in one of the groups, where the policy names some', () => {
    const who = { id: 'gil', tenant: 'acme', scopes: [], groups: ['ops'] };
    expect(inApproverGroups(who, { approverGroups: [] })).toBe(true);
    expect(inApproverGroups(who, { approverGroups: ['dba', 'ops'] })).toBe(true);
    expect(inApproverGroups(who, { approverGroups: ['dba'] })).toBe(false);
    expect(inApproverGroups({ id: 'x', tenant: 'acme', scopes: [] }, { approverGroups: ['dba'] })).toBe(false);
  });
});

describe('what an approval is bound to', () => {
  it('names exactly the parts that differ', () => {
    const shown = request().binding;
    expect(bindingDifferences(shown, { ...shown })).toEqual([]);
    const plan = { actions: [{ action: 'x', arguments: {} }] };
    const now = { ...shown, plan, pins: { t: 'h' }, policyVersion: 2, snapshot: { 0: null }, expiresAtMs: 1 };
    expect(bindingDifferences(shown, now)).toEqual(['plan', 'pins', 'policyVersion', 'snapshot', 'expiresAtMs']);
    expect(bindingDifferences(shown, { ...shown, tenant: 'b', remediationId: 's' })).toEqual([
      'tenant',
      'remediationId',
    ]);
  });

  it('is good for 30 minutes, or until the next maintenance window closes', () => {
    const at = Date.UTC(2026, 0, 5, 15);
    const night = { zone: 'UTC', days: ['mon'], from: '23:00', to: '02:00' } as const;
    expect(goodUntil(at, [])).toBe(at + 30 * 60_000);
    expect(goodUntil(at, [night])).toBe(Date.UTC(2026, 0, 6, 2));
    const closing = { zone: 'UTC', days: ['mon'], from: '14:00', to: '15:10' } as const;
    expect(goodUntil(at, [closing])).toBe(at + 30 * 60_000);
  });
});
