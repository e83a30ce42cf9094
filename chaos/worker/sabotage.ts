import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Append, Appended, Executor, Storage, Submission, Ticket } from '@remit/core';
import { effectsOf } from '../world/world.js';
import type { Sabotage } from './order.js';

/* Faults put in on purpose: a harness that never complains proves nothing. */

/** The store, broken as ordered. */
export function breakStorage(storage: Storage, sabotage: Sabotage | null): Storage {
  const { remediations, tickets } = storage;
  if (sabotage === 'drops_intents') {
    const append = async (rows: Append): Promise<Appended> => {
      const intends = rows.events.some(({ type }) => type === 'action_intended');
      return intends ? { kind: 'appended', rows: [] } : remediations.append(rows);
    };
    return { ...storage, remediations: { ...remediations, append } };
  }
  if (sabotage === 'forgets_tickets') {
    const submit = async (ticket: Ticket, contentHash: string): Promise<Submission> => {
      // Stored under another name, so that the answer looks right and the ticket is nowhere.
      return tickets.submit({ ...ticket, ticketId: `not ${ticket.ticketId}` }, contentHash);
    };
    return { ...storage, tickets: { ...tickets, submit } };
  }
  return storage;
}

/** The executor, broken as ordered: the second send goes straight to the world, past clearance and last look. */
export function breakExecutor(executor: Executor, sabotage: Sabotage | null, folder: string): Executor {
  if (sabotage !== 'sends_twice') return executor;
  return {
    ...executor,
    async call(request, options) {
      const outcome = await executor.call(request, options);
      const effect = effectsOf(folder).find(({ key }) => key === request.idempotencyKey);
      if (effect) appendFileSync(join(folder, 'effects'), `${JSON.stringify(effect)}\n`);
      return outcome;
    },
  };
}
