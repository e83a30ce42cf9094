import type { Principal } from '../../src/domain/approval.js';
import type { EventType, ReconcileAnswer, RemediationEvent } from '../../src/domain/remediation.js';
import type { Fleet } from './fleet.js';
import { operator, person } from './world.js';

/* What tests about parked remediations say and see. */

export const gil = person('gil', ['remediation:approve']);
export const hana = person('hana', ['remediation:approve']);

/** The hash under which an answer is shown now; empty when it is not. */
export async function shownHash(f: Fleet, answer: ReconcileAnswer, ticketId = 'T'): Promise<string> {
  const { remediation } = await f.view(ticketId);
  return remediation?.options.find((option) => option.answer === answer)?.bindingHash ?? '';
}

/** Answers what is shown now, and lets everything run. */
export async function answerNow(f: Fleet, answer: ReconcileAnswer, who: Principal = gil): Promise<void> {
  await f.remit.reconcile(who, 'T', { answer, bindingHash: await shownHash(f, answer) });
  await f.settle();
}

/** All events of a ticket. */
export async function eventsOf(f: Fleet, ticketId = 'T'): Promise<readonly RemediationEvent[]> {
  return (await f.remit.logOf(operator, ticketId)).map(({ event }) => event);
}

/** The events of one type. */
export async function eventsOfType<Type extends EventType>(f: Fleet, type: Type) {
  return (await eventsOf(f)).filter((event): event is Extract<RemediationEvent, { type: Type }> => event.type === type);
}

/** Whether a target is locked by somebody. */
export async function isLocked(f: Fleet, service: string): Promise<boolean> {
  const key = `global/service:${service}`;
  const taken = await f.storage.locks.take('acme', 'probe', [key]);
  await f.storage.locks.release('acme', 'probe');
  return taken.kind === 'held';
}

/** The tools that were called, in order. */
export const called = (f: Fleet): readonly string[] =>
  f.executor.sent.map(({ tool, arguments: args }) => `${tool} ${String(args['service'])}`);
