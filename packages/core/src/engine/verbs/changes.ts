import { RemitError } from '../../errors.js';
import type { OutboxPart } from '../../ports/outbox.js';
import { requireScope } from '../authorise.js';
import type { EngineContext } from '../context.js';
import type { RemitEventMap } from '../observe.js';
import { findTicket } from '../readModels.js';
import type { Remit } from '../remit.js';

/** How often the outbox is looked at although this process told nothing, ms: another instance may have. */
const LOOK_AGAIN_MS = 1_000;

/** What comes with something new in the outbox. */
const NEWS: readonly (keyof RemitEventMap)[] = [
  'ticket_received',
  'ticket_reopened',
  'ticket_cancelled',
  'incident_reported',
  'remediation_event',
  'feedback_recorded',
  'policy_changed',
  'halt_raised',
  'halt_lifted',
  'tools_accepted',
  'runbook_promoted',
];

const LARGEST_PART = 1_000;

/** What happened, for observers outside of the process. */
export function changesVerbs(context: EngineContext): Pick<Remit, 'changes'> {
  const { storage, observers } = context;

  /** Resolves with the next piece of news, after a time, or when nobody waits any more. */
  function news(withinMs: number, signal: AbortSignal | undefined): { readonly comes: Promise<void> } {
    let finish = (): void => {};
    const comes = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const timer = setTimeout(finish, withinMs);
    for (const name of NEWS) observers.emitter.on(name, finish);
    signal?.addEventListener('abort', finish);
    const forget = (): void => {
      clearTimeout(timer);
      for (const name of NEWS) observers.emitter.off(name, finish);
      signal?.removeEventListener('abort', finish);
    };
    return { comes: comes.finally(forget) };
  }

  return {
    async changes(actor, { after, ticketId, limit = 100, withinMs = 0, signal }) {
      requireScope(actor, 'tickets:read');
      if (ticketId !== undefined) await findTicket(context, actor, ticketId);
      const isWhole = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
      if (!isWhole(limit) || limit < 1 || limit > LARGEST_PART || (after !== null && !isWhole(after))) {
        throw new RemitError('invalid_input', 'There is no such part of the outbox.', {
          faults: [{ pointer: '/after', detail: 'must be the number of an event, or null' }],
          nextStep: `Name the last event that was seen, and a limit of 1 to ${LARGEST_PART}.`,
        });
      }
      const ofTicket = ticketId === undefined ? {} : { ticketId };
      const part = (seq: number): Promise<OutboxPart> =>
        storage.outbox.after(actor.tenant, { seq, limit, ...ofTicket });
      // Behind the last one, whichever that is.
      if (after === null)
        return part(Number.MAX_SAFE_INTEGER).then(({ first, last }) => ({ events: [], upTo: last, first, last }));
      const deadline = performance.now() + withinMs;
      for (let seq = after; ; ) {
        const left = deadline - performance.now();
        // Listening begins before looking: what comes in between is not missed.
        const { comes } = news(Math.min(LOOK_AGAIN_MS, Math.max(0, left)), signal);
        const found = await part(seq);
        const isGap = seq < found.first - 1 || seq > found.last;
        if (found.events.length > 0 || isGap || left <= 0 || signal?.aborted) return found;
        seq = found.upTo;
        await comes;
      }
    },
  };
}
