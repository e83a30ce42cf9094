import type { TicketItem } from '@remit/client';
import { css, html, nothing, type TemplateResult } from 'lit';
import { LiveElement, type Watched } from '../live.js';
import { chip, ticketLink } from '../render/bits.js';
import { empty, failed, loading } from '../render/states.js';
import { humanise } from '../view/text.js';
import { fromNow } from '../view/time.js';
import { RemitRing } from './ring.js';

const STATUSES =
  'received analyzing suggested awaiting_approval deferred remediating resolved needs_human closed'.split(' ');

interface TicketsPage {
  readonly items: readonly TicketItem[];
  readonly next_cursor: string | null;
}

/**
 * Tickets, newest first, with status, score and the way to each.
 *
 * @element remit-tickets
 * @fires remit-open - Somebody wants to see a ticket; detail `{ ticket_id }`.
 */
export class RemitTickets extends LiveElement {
  static readonly tag = 'remit-tickets';
  static readonly parts = [RemitRing];
  static override properties = {
    tickets: { attribute: false },
    hasMore: { attribute: false, init: false },
    base: {},
    status: { state: true, init: '' },
  };
  static override styles = [
    ...LiveElement.styles,
    css`
      li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 4px 16px; align-items: center; padding: 12px 2px; border-block-start: 1px solid var(--_line); }
      li:first-child { border: 0; }
      .text { min-inline-size: 0; }
      .text > a { font-weight: 600; }
      .marks { display: flex; gap: 12px; align-items: center; justify-content: flex-end; }
      select { inline-size: auto; }
      @media (max-width: 640px) { li { grid-template-columns: minmax(0, 1fr); } .marks { justify-content: space-between; } }
    `,
  ];

  /** The tickets; null as long as they are not there. */
  declare tickets: readonly TicketItem[] | null;
  declare hasMore: boolean;
  /** Where tickets have their address; null: `remit-open` is fired instead. */
  declare base: string | null;
  declare status: string;

  #path(): string {
    return `/tickets?limit=50${this.status === '' ? '' : `&status=${this.status}`}`;
  }

  protected override watched(): readonly Watched[] {
    const take = ({ items, next_cursor }: TicketsPage): void => {
      this.tickets = items;
      this.hasMore = next_cursor !== null;
    };
    return [{ path: this.#path(), take }];
  }

  #ticket(ticket: TicketItem): TemplateResult {
    return html`<li>
      <div class="text">
        ${ticketLink(this, ticket.ticket_id)}
        <span class="clamp" dir="auto">${ticket.title ?? ticket.description}</span>
        <span class="quiet">${ticket.category} · <time datetime=${ticket.created_at}>${fromNow(ticket.created_at, Date.now())}</time></span>
      </div>
      <div class="marks">${chip(this, ticket.status)}<remit-ring compact .score=${ticket.reliability_score} .level=${ticket.confidence_level}></remit-ring></div>
    </li>`;
  }

  protected override render(): TemplateResult {
    const { tickets } = this;
    if (tickets === null) return this.error ? failed(this, this.error) : loading(this);
    const known = this.store ? tickets : tickets.filter(({ status }) => this.status === '' || status === this.status);
    return html`<div class="stack tight">
      <div class="row"><select aria-label=${this.say('Status')} @change=${(event: Event) => {
        this.status = (event.target as HTMLSelectElement).value;
      }}><option value="">${this.say('All tickets')}</option>
        ${STATUSES.map((status) => html`<option value=${status}>${this.say(humanise(status))}</option>`)}</select></div>
      ${known.length === 0 ? empty(this.say('There is no ticket here.')) : html`<ul>${known.map((ticket) => this.#ticket(ticket))}</ul>`}
      ${this.hasMore ? html`<div><button type="button" @click=${() => void this.store?.more(this.#path())}>${this.say('Show more')}</button></div>` : nothing}
    </div>`;
  }
}
