import {
  type Arguments,
  type CallRequest,
  type CatalogueEntry,
  DEFAULT_POLICY,
  type Executor,
  GUARD,
  type Intent,
  planHashOf,
  SafetyGuard,
} from '@remit/core';
import { replay } from '@remit/core/adapter';
import { memoryStorage, movableClock } from '@remit/core/testing';
import { z } from 'zod';
import { ACME, openedRemediation } from '../storage/samples.js';

/* Clearances come from the guard alone, so the contract asks a real one. */

let made = 0;

/** What a case may say otherwise. */
export interface Asking {
  readonly tool: string;
  readonly arguments?: Arguments;
  readonly timeoutMs?: number;
}

/** A signal that never fires. */
export const calm: AbortSignal = new AbortController().signal;

/** A request for one call of a tool as it is now, with the guard's clearance for exactly that. */
export async function cleared(executor: Executor, asking: Asking): Promise<CallRequest> {
  made += 1;
  const { tool, arguments: args = {}, timeoutMs = 10_000 } = asking;
  const clock = movableClock();
  const storage = memoryStorage({ clock });
  const remediation = replay(await openedRemediation({ storage, clock }));
  if (remediation.state === 'none') throw new Error('The sample remediation has no rows.');
  const entry: CatalogueEntry = {
    name: 'sample',
    title: 'Sample',
    tool,
    class: 'read_only',
    family: 'cache',
    categories: ['server'],
    arguments: z.unknown(),
    targets: [],
    allowedTargets: [],
    timeoutMs,
    idempotent: false,
    dedupes: false,
    prechecks: [],
    validation: [],
  };
  const intent: Intent = {
    step: 0,
    direction: 'do',
    action: 'sample',
    tool,
    arguments: args,
    targets: [],
    idempotencyKey: `key-${made}`,
    timeoutMs,
    dedupes: false,
    undoable: false,
    readable: false,
  };
  const step = {
    step: 0,
    action: 'sample',
    arguments: args,
    tool,
    class: 'read_only',
    family: 'cache',
    targets: [],
    targetKeys: [],
  } as const;
  // The sample stands for an order of exactly this one step.
  const plan = { actions: [{ action: step.action, arguments: args }] };
  const proposal = { ...remediation.proposal, plan, planHash: planHashOf(plan), steps: [step] };
  const now = await executor.catalogue({ signal: calm, tools: [tool] });
  const context = {
    storage,
    executor,
    catalogue: { actions: [entry], runbooks: [] },
    settings: { readTimeoutMs: 5_000, limits: GUARD },
  };
  const guard = new SafetyGuard({ ...context, ids: { next: (kind) => `${kind}_${made}` } });
  const remediationId = `rem-${made}`;
  const answer = await guard.clear({
    tenant: ACME,
    ticketId: 'T',
    remediationId,
    remediation: { ...remediation, proposal },
    intent,
    steps: [{ step, entry }],
    policy: DEFAULT_POLICY,
    policyVersion: 0,
    optedIn: true,
    nowMs: clock.now(),
    leaseUntilMs: clock.now() + 60_000,
    decideAgain: () => Promise.reject(new Error('A read needs no second decision.')),
    readTools: async () => ({ now, accepted: now.pins }),
  });
  if (answer.kind !== 'cleared') throw new Error(`The guard refused: ${answer.verdict.because}`);
  const { clearance } = answer;
  return {
    clearance,
    tool,
    arguments: args,
    pins: clearance.call.pins,
    idempotencyKey: intent.idempotencyKey,
    remediationId,
    timeoutMs,
    refusedNow: async () => null,
    reveal: async () => ({ arguments: args, redact: (text) => text }),
  };
}
