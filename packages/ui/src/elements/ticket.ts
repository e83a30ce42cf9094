import type { LogRow, Ticket } from '@remit/client';
import { css, html, nothing, type TemplateResult } from 'lit';
import { LiveElement, type Watched } from '../live.js';
import { chip, patternLink, planSteps, refusal } from '../render/bits.js';
import { failed, loading } from '../render/states.js';
import { analysisCard, decisionCard, similarCard } from '../render/ticket.js';
import { pieces } from '../styles/pieces.js';
import { dateTime } from '../view/text.js';
import { evidenceIn, weightsIn } from '../view/ticket.js';
import { RemitApproval } from './approval.js';
import { RemitEnd } from './end.js';
import { RemitFeedback } from './feedback.js';
import { RemitLog } from './log.js';
import { RemitScore } from './score.js';
import { RemitToggle } from './toggle.js';

/**
 * One ticket whole: what it says, what was found, how it was decided and why, what waits for a person, what happened,
 * and what it was worth.
 *
 * @element remit-ticket
 * @attr {string} ticket-id - With a store: the ticket that is shown.
 * @attr {boolean} read-only - It can be read, nothing can be changed.
 * @fires remit-open - Somebody wants to see another ticket; detail `{ ticket_id }`.
 * @fires remit-open-pattern - Somebody wants to see its pattern; detail `{ pattern_id }`.
 */
export class RemitTicket extends LiveElement {
  static readonly tag = 'remit-ticket';
  static readonly parts = [RemitScore, RemitToggle, RemitApproval, RemitEnd, RemitLog, RemitFeedback];
  static override properties = {
    ticketId: { attribute: 'ticket-id', init: '' },
    ticket: { attribute: false },
    rows: { attribute: false },
    base: {},
    patternBase: { attribute: 'pattern-base' },
  };
  static override styles = [
    ...LiveElement.styles,
    pieces,
    css`
      .page { display: grid; gap: 16px; grid-template-columns: minmax(0, 1fr) minmax(0, 340px); align-items: start; }
      .page > .stack { min-inline-size: 0; }
      @media (max-width: 900px) { .page { grid-template-columns: minmax(0, 1fr); } }
      .description { white-space: pre-line; max-block-size: 14em; overflow: auto; }
    `,
  ];

  declare ticketId: string;
  /** The ticket as the API gives it; null as long as it is not there. */
  declare ticket: Ticket | null;
  /** Its log. */
  declare rows: readonly LogRow[] | null;
  /** Where tickets have their address; null: `remit-open` is fired instead. */
  declare base: string | null;
  /** Where patterns have their address; null: `remit-open-pattern` is fired instead. */
  declare patternBase: string | null;

  protected override watched(): readonly Watched[] {
    if (this.ticketId === '') return [];
    const path = `/tickets/${encodeURIComponent(this.ticketId)}`;
    return [
      {
        path,
        take: (ticket: Ticket) => {
          this.ticket = ticket;
        },
      },
      {
        path: `${path}/remediation-logs`,
        take: ({ items }: { readonly items: readonly LogRow[] }) => {
          if (items.length !== this.rows?.length || items.at(-1)?.hash !== this.rows.at(-1)?.hash) this.rows = items;
        },
      },
    ];
  }

  protected override willUpdate(changed: ReadonlyMap<PropertyKey, unknown>): void {
    if (changed.has('ticketId') && changed.get('ticketId')) {
      this.ticket = null;
      this.rows = null;
    }
    super.willUpdate(changed);
  }

  #head(ticket: Ticket): TemplateResult {
    const { remediation } = ticket;
    return html`<header class="stack tight">
      <div class="row">${chip(this, ticket.status)}${remediation && remediation.state !== ticket.status ? chip(this, remediation.state) : nothing}<span class="quiet">${ticket.category}</span>
        ${ticket.pattern_id ? patternLink(this, this.patternBase, { pattern_id: ticket.pattern_id, title: this.say('Its pattern') }) : nothing}</div>
      <h2 dir="auto">${ticket.ticket_id}${ticket.title ? html`<span>: ${ticket.title}</span>` : nothing}</h2>
      <p class="description" dir="auto" tabindex="0">${ticket.description}</p>
      <p class="quiet">${this.say('Submitted by {who}, {when}.', { who: ticket.submitter, when: dateTime(ticket.created_at) })}</p>
    </header>`;
  }

  #waiting(ticket: Ticket): TemplateResult | typeof nothing {
    const { store, readOnly } = this;
    const { remediation } = ticket;
    if (remediation?.state === 'awaiting_approval') {
      return html`<section class="stack tight"><h3>${this.say('Waits for approval')}</h3>
        <remit-approval headless .ticket=${ticket} .store=${store} ?read-only=${readOnly}></remit-approval></section>`;
    }
    return html`<remit-end .ticket=${ticket} .store=${store} ?read-only=${readOnly}></remit-end>`;
  }

  #plan(ticket: Ticket): TemplateResult | typeof nothing {
    const { remediation } = ticket;
    if (!remediation || remediation.state === 'awaiting_approval' || remediation.plan.actions.length === 0)
      return nothing;
    return html`<section class="card stack"><h3>${this.say('Plan')}</h3>${planSteps(this, remediation.plan.actions)}</section>`;
  }

  protected override render(): TemplateResult {
    const { ticket, rows, store, readOnly } = this;
    if (ticket === null) return this.error ? failed(this, this.error) : loading(this);
    const isOpen = ticket.status !== 'resolved' && ticket.status !== 'closed';
    return html`<article class="page">
      <div class="stack">
        ${this.#head(ticket)} ${refusal(this.error)} ${this.#waiting(ticket)} ${analysisCard(this, ticket)} ${this.#plan(ticket)}
        <section class="card stack"><h3>${this.say('What happened')}</h3><remit-log .rows=${rows}></remit-log></section>
      </div>
      <div class="stack">
        <section class="card stack"><remit-toggle .ticketId=${ticket.ticket_id} .checked=${ticket.enable_auto_remediation} .store=${store} ?read-only=${readOnly} ?disabled=${!isOpen}></remit-toggle></section>
        <section class="card stack"><h3>${this.say('Reliability')}</h3>
          <remit-score .score=${ticket.reliability_score} .level=${ticket.confidence_level} .factors=${ticket.factors} .weights=${weightsIn(rows ?? [])} .evidence=${evidenceIn(rows ?? [])}></remit-score></section>
        ${decisionCard(this, ticket)} ${similarCard(this, ticket)}
        <section class="card stack"><h3>${this.say('Feedback')}</h3>
          ${readOnly ? html`<p class="quiet">${this.say('This page is for reading only.')}</p>` : html`<remit-feedback .ticketId=${ticket.ticket_id} .store=${store}></remit-feedback>`}</section>
      </div>
    </article>`;
  }
}
