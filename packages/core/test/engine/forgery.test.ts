import { describe, expect, it } from 'vitest';
import { hashOf } from '../../src/domain/canonical.js';
import { type Clearance, issueClearance, redeemClearance } from '../../src/domain/safety.js';
import { type Fleet, fleet, HOUR, PATTERN } from './fleet.js';
import { enable, fleetCatalogue, restart } from './fleetCatalogue.js';
import { operator, person } from './world.js';

async function submitted(f: Fleet): Promise<Fleet> {
  await f.submit('T');
  await f.settle();
  return f;
}

describe('a clearance', () => {
  const pins = { 'ops/restart': hashOf({ name: 'ops/restart', description: '', version: '', readOnly: false }) };
  const call = { tool: 'ops/restart', arguments: { service: 'web' }, idempotencyKey: 'k', pins };
  const genuine = (): Clearance =>
    issueClearance({ ...call, clearanceId: 'c', tenant: 'acme', remediationId: 'r', step: 0, direction: 'do' });

  it('is good once, for exactly one call', () => {
    const clearance = genuine();
    expect(redeemClearance(clearance, call)).toBe(true);
    expect(redeemClearance(clearance, call)).toBe(false);
    expect(redeemClearance(genuine(), { ...call, arguments: { service: 'api' } })).toBe(false);
    expect(redeemClearance(genuine(), { ...call, tool: 'ops/wipe' })).toBe(false);
    expect(redeemClearance(genuine(), { ...call, idempotencyKey: 'other' })).toBe(false);
  });

  it.each<[string, (from: Clearance) => unknown]>([
    ['an object with its prototype', (from) => Object.create(Object.getPrototypeOf(from))],
    ['an object whose prototype it is', (from) => Object.create(from)],
    ['a clone by way of JSON', (from) => JSON.parse(JSON.stringify(from))],
    ['a copy of its properties', (from) => ({ ...from, call: from.call })],
    ['another one from its own constructor', (from) => Reflect.construct(from.constructor as never, [from.call])],
    ['a proxy of it', (from) => new Proxy(from, {})],
  ])('is not %s, and nothing is sent with that', async (_, forge) => {
    const f = await fleet();
    const forged = forge(genuine()) as Clearance;
    const request = {
      ...call,
      clearance: forged,
      remediationId: 'r',
      timeoutMs: 9,
      refusedNow: async () => null,
      reveal: async () => ({ arguments: call.arguments, redact: (text: string) => text }),
    };
    const outcome = await f.executor.call(request, { signal: AbortSignal.timeout(99) });
    expect(outcome.outcome).toBe('failed');
    expect(f.executor.sent).toEqual([]);
  });
});

describe('who must not approve', () => {
  it.each(['sue', 'ray', 'ed'])('%s: the submitter, the requester, the editor of the entry', async (id) => {
    const edited = { ...fleetCatalogue, actions: [{ ...restart, editedBy: 'ed' }, enable] };
    const f = await fleet({ policy: { requiresApproval: true }, catalogue: edited });
    await f.submit('T', { requester: 'ray' }, person('sue'));
    await f.settle();
    await expect(f.approve('T', person(id, ['remediation:approve']))).rejects.toMatchObject({
      code: 'approver_barred',
    });
    await f.settle();
    expect(f.effects).toEqual([]);
    const attempts = (await f.remit.logOf(operator, 'T')).filter(
      ({ event }) => event.type === 'approval_attempt_refused',
    );
    expect(attempts.length).toBe(1);
  });
});

describe('praise', () => {
  it('by the approver is stored and not counted', async () => {
    const f = await submitted(await fleet({ policy: { requiresApproval: true } }));
    await f.approve('T', person('gil', ['remediation:approve']));
    await f.settle();
    const said = { ticketId: 'T', feedbackType: 'positive', rating: 5 } as const;
    const own = await f.remit.recordFeedback(person('gil'), said);
    expect(own).toMatchObject({ counted: false, notCountedBecause: expect.stringContaining('approved') });
    expect((await f.remit.feedbackOf(operator, 'T')).length).toBe(1);
    expect(await f.remit.recordFeedback(person('ann'), said)).toMatchObject({ counted: true });
  });

  it('never turns a failed run into a success', async () => {
    const f = await fleet();
    f.behave = () => 'does_nothing';
    await submitted(f);
    expect(await f.end('T')).toBe('failed/validation_failed');
    const before = await f.storage.patterns.tally('acme', PATTERN, 'restart');
    for (let n = 0; n < 20; n += 1) {
      await f.remit.recordFeedback(person(`fan-${n}`), { ticketId: 'T', feedbackType: 'positive', rating: 5 });
    }
    const after = await f.storage.patterns.tally('acme', PATTERN, 'restart');
    expect(after).toMatchObject({ executed: before.executed, succeeded: before.succeeded, failures: before.failures });
  });

  it('of one author, forty times, counts no more than the caps allow', async () => {
    const f = await fleet({ proven: [] });
    for (let n = 0; n < 40; n += 1) {
      await f.submit(`P${n}`);
      await f.settle();
      await f.remit.recordFeedback(person('fan'), { ticketId: `P${n}`, feedbackType: 'positive', rating: 5 });
      f.clock.advance(n % 2 === 0 ? HOUR : 18 * HOUR);
    }
    const tally = await f.storage.patterns.tally('acme', PATTERN, 'restart');
    expect(tally.positive).toBeLessThanOrEqual(6);
    expect(tally).toMatchObject({ occurrences: 0, executed: 0, principals: 1 });
    expect(f.effects).toEqual([]);
  });
});
