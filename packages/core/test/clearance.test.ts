import { expect, it } from 'vitest';
import { issueClearance } from '../src/domain/safety.js';
import type { CallRequest, Clearance } from '../src/index.js';
import * as core from '../src/index.js';
import { hashOf } from '../src/index.js';
import { recordingExecutor } from '../src/testing/index.js';

const pins = { 'ops/restart': hashOf({ name: 'ops/restart', description: '', version: '', readOnly: false }) };
const call = { tool: 'ops/restart', arguments: { service: 'web' }, idempotencyKey: 'key', pins };
const asked = {
  ...call,
  remediationId: 'r',
  timeoutMs: 100,
  refusedNow: async () => null,
  reveal: async () => ({ arguments: call.arguments, redact: (text: string) => text }),
};
const options = { signal: new AbortController().signal };
const issue = () =>
  issueClearance({ clearanceId: 'c', tenant: 't', remediationId: 'r', step: 0, direction: 'do', ...call });

/** Never called: the compiler's answers are the test. */
export function doesNotCompile(executor: ReturnType<typeof recordingExecutor>): void {
  // @ts-expect-error a call without a clearance
  const bare: CallRequest = asked;
  // @ts-expect-error a literal that looks like one: the type is nominal
  const lookalike: Clearance = { call: issue().call };
  // @ts-expect-error the constructor is private
  const made = new (issue().constructor as typeof core.SafetyGuard)();
  void [bare, lookalike, made, executor];
}

it('runs with a clearance, once', async () => {
  const executor = recordingExecutor({ 'ops/restart': { run: () => ({}) } });
  const clearance = issue();
  expect((await executor.call({ ...asked, clearance }, options)).outcome).toBe('committed');
  const again = await executor.call({ ...asked, clearance }, options);
  expect(again).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('not sent') });
  expect(executor.sent).toHaveLength(1);
});

it('never runs with a forged one', async () => {
  const executor = recordingExecutor({ 'ops/restart': { run: () => ({}) } });
  const real = issue();
  const Constructor = real.constructor as unknown as new (inside: unknown) => Clearance;
  const forged: readonly unknown[] = [
    {},
    { call: real.call },
    Object.create(Object.getPrototypeOf(real)),
    JSON.parse(JSON.stringify(real)),
    new Constructor(real.call),
  ];
  for (const clearance of forged) {
    const outcome = await executor.call({ ...asked, clearance: clearance as Clearance }, options);
    expect(outcome.outcome).toBe('failed');
  }
  const other = await executor.call({ ...asked, arguments: { service: 'api' }, clearance: real }, options);
  expect(other.outcome).toBe('failed');
  expect(executor.sent).toEqual([]);
});

it('cannot be made through what the package exports', () => {
  expect(Object.keys(core)).not.toContain('Clearance');
  expect(Object.keys(core)).not.toContain('issueClearance');
});
