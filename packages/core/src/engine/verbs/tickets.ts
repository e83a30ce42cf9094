import type { Principal } from '../../domain/approval.js';
import { WAITING_LOOKS_EVERY_MS } from '../../domain/policy.js';
import { requireScope } from '../authorise.js';
import { cancelTicket } from '../cancelTicket.js';
import type { EngineContext } from '../context.js';
import { findTicket, isAtRest, ticketView } from '../readModels.js';
import type { Remit, TicketView } from '../remit.js';
import { adjudicate, reopenTicket } from '../reopenTicket.js';
import { resolveTicket } from '../resolveTicket.js';
import { setOptIn } from '../setOptIn.js';
import { submitTicket } from '../submitTicket.js';

/** Handing tickets in and looking at them. */
export function ticketVerbs(
  context: EngineContext,
): Pick<
  Remit,
  | 'submitTicket'
  | 'ticket'
  | 'tickets'
  | 'whenDecided'
  | 'whenAtRest'
  | 'setOptIn'
  | 'resolveTicket'
  | 'reopenTicket'
  | 'cancelTicket'
  | 'adjudicate'
  | 'logOf'
> {
  const { storage, observers } = context;

  /** The ticket as soon as it is as wanted, or as it is after a time. */
  async function waitUntil(
    actor: Principal,
    ticketId: string,
    timeoutMs: number,
    wanted: (view: TicketView) => boolean,
  ): Promise<TicketView> {
    requireScope(actor, 'tickets:read');
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const told = nextEvent(Math.min(WAITING_LOOKS_EVERY_MS, Math.max(1, deadline - performance.now())));
      const view = await ticketView(context, await findTicket(context, actor, ticketId));
      if (wanted(view) || performance.now() >= deadline) {
        told.cancel();
        return view;
      }
      await told.happened;
    }
  }

  function nextEvent(withinMs: number): { readonly happened: Promise<void>; cancel(): void } {
    let finish = (): void => {};
    const happened = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const timer = setTimeout(finish, withinMs);
    observers.emitter.once('remediation_event', finish);
    const cancel = (): void => {
      clearTimeout(timer);
      observers.emitter.off('remediation_event', finish);
    };
    return { happened: happened.finally(cancel), cancel };
  }

  return {
    submitTicket: (actor, input) => submitTicket(context, actor, input),

    async ticket(actor, ticketId) {
      requireScope(actor, 'tickets:read');
      return ticketView(context, await findTicket(context, actor, ticketId));
    },

    async tickets(actor, query) {
      requireScope(actor, 'tickets:read');
      return storage.tickets.list(actor.tenant, query);
    },

    whenDecided: (actor, ticketId, timeoutMs) =>
      waitUntil(actor, ticketId, timeoutMs, ({ ticket }) => !['received', 'analyzing'].includes(ticket.status)),

    whenAtRest: (actor, ticketId, timeoutMs) => waitUntil(actor, ticketId, timeoutMs, isAtRest),

    async setOptIn(actor, ticketId, optedIn) {
      requireScope(actor, 'tickets:write');
      if (optedIn) requireScope(actor, 'tickets:opt_in');
      await setOptIn(context, actor, await findTicket(context, actor, ticketId), optedIn);
      return ticketView(context, await findTicket(context, actor, ticketId));
    },

    async resolveTicket(actor, ticketId, input) {
      requireScope(actor, 'tickets:write');
      return ticketView(
        context,
        await resolveTicket(context, actor, await findTicket(context, actor, ticketId), input),
      );
    },

    async reopenTicket(actor, ticketId, input = {}) {
      requireScope(actor, 'tickets:write');
      return ticketView(context, await reopenTicket(context, actor, await findTicket(context, actor, ticketId), input));
    },

    async cancelTicket(actor, ticketId) {
      requireScope(actor, 'tickets:write');
      return ticketView(context, await cancelTicket(context, actor, ticketId));
    },

    async adjudicate(actor, ticketId, input) {
      return ticketView(context, await adjudicate(context, actor, await findTicket(context, actor, ticketId), input));
    },

    async logOf(actor, ticketId) {
      requireScope(actor, 'tickets:read');
      await findTicket(context, actor, ticketId);
      return storage.remediations.logOf(actor.tenant, ticketId);
    },
  };
}
