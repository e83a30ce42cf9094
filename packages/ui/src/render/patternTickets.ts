import type { TicketItem } from '@remit/client';
import { html, nothing, type TemplateResult } from 'lit';
import type { RemitElement } from '../element.js';
import { dateTime } from '../view/text.js';
import { chip, ticketLink } from './bits.js';

/* The tickets of a pattern. */

/** What of the tickets can be chosen. */
export interface Choice {
  readonly patternId: string;
  readonly chosen: ReadonlySet<string>;
  /** Null: nothing can be chosen. */
  readonly onChoose: ((ticketId: string) => void) | null;
}

/** The tickets; those that came with a merge are given back by taking the merge back, and cannot be chosen. */
export function ticketRows(
  on: RemitElement & { readonly base: string | null },
  tickets: readonly TicketItem[],
  { patternId, chosen, onChoose }: Choice,
): TemplateResult {
  if (tickets.length === 0) return html`<p class="quiet">${on.say('There is no ticket here.')}</p>`;
  return html`<ul class="stack tight list">${tickets.map((ticket) => {
    const { ticket_id: id } = ticket;
    const isOwn = ticket.pattern_id === patternId;
    return html`<li class="reason">
      ${onChoose ? html`<input type="checkbox" aria-label=${on.say('Choose {id}', { id })} ?disabled=${!isOwn} .checked=${chosen.has(id)} @change=${() => onChoose(id)} />` : nothing}
      <div><div class="row">${ticketLink(on, id)}${chip(on, ticket.status)}<span class="quiet">${dateTime(ticket.created_at)}${isOwn ? nothing : ` · ${on.say('by a merge')}`}</span></div>
        <div class="clamp" dir="auto">${ticket.title ?? ticket.description}</div></div>
    </li>`;
  })}</ul>`;
}
