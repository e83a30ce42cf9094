import type { TicketView } from '@remit/core';
import { z } from 'zod';
import type { Answer, Call } from '../route.js';
import { acknowledgementToWire, acknowledgementWire, ticketToWire, ticketWire } from '../wire.js';

/** 200. */
export function ok(body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, body, headers };
}

/** Whether the caller may see tickets: to change one is not to read it. */
export function mayRead({ scopes }: { readonly scopes: readonly string[] }): boolean {
  return scopes.includes('tickets:read');
}

/** The ticket for who may read it; for others, that it was taken in and where it stands. */
export function okTicket({ actor }: Call<unknown, unknown, unknown>, view: TicketView): Answer {
  return ok(mayRead(actor) ? ticketToWire(view) : acknowledgementToWire(view));
}

/** What {@link okTicket} answers. */
export const changedTicketWire = z.union([ticketWire, acknowledgementWire]);

/** A page of a list, with a link to the next one. */
export function okPage<Item>(
  { request }: { readonly request: Request },
  page: { readonly items: readonly Item[]; readonly nextCursor: string | null },
  toWire: (item: Item) => unknown,
): Answer {
  const body = { items: page.items.map(toWire), next_cursor: page.nextCursor };
  if (page.nextCursor === null) return ok(body);
  const { pathname, searchParams } = new URL(request.url);
  searchParams.set('cursor', page.nextCursor);
  return ok(body, { link: `<${pathname}?${searchParams}>; rel="next"` });
}

/** The ticket once it is decided, if the caller waits for that and may see it; what was stored is told in any case. */
export async function whenDecided(
  { remit, actor, report }: Call<unknown, unknown, unknown>,
  submitted: TicketView,
  seconds: number,
): Promise<{ readonly view: TicketView; readonly waited: boolean }> {
  if (seconds === 0) return { view: submitted, waited: false };
  try {
    const view = await remit.whenDecided(actor, submitted.ticket.ticketId, seconds * 1000);
    return { view, waited: true };
  } catch (error) {
    report('waiting for a decision', error);
    return { view: submitted, waited: false };
  }
}
