import type { Ticket } from '@remit/client';
import { css, html, nothing, type TemplateResult } from 'lit';
import { LiveElement } from '../live.js';
import { facts, planSteps, refusal, success, textsOf, ticketLink, warning } from '../render/bits.js';
import { pieces } from '../styles/pieces.js';
import { decidingSentence, REASON_CODES, type ReasonCode, radiusOf } from '../view/approval.js';
import { dateTime, humanise } from '../view/text.js';
import { fromNow } from '../view/time.js';
import { RemitRing } from './ring.js';

/** How often `in 3 hours` is written anew, ms. */
const TICK_MS = 30_000;

/**
 * One plan that waits for a person: why it asks, what it would do, on what, and the state it was seen in. An answer
 * names exactly what is shown; what changes meanwhile is said, and has to be looked at again.
 *
 * @element remit-approval
 * @attr {boolean} read-only - It can be read, not answered.
 * @attr {boolean} headless - Without the ticket's heading.
 * @fires remit-answer - Somebody answered; detail `{ ticket_id, body }`, the body of `approve-remediation`.
 * @fires remit-open - Somebody wants to see the ticket; detail `{ ticket_id }`.
 */
export class RemitApproval extends LiveElement {
  static readonly tag = 'remit-approval';
  static readonly parts = [RemitRing];
  static override properties = {
    ticket: { attribute: false },
    base: {},
    headless: { type: Boolean },
    checked: { state: true, init: false },
    rejecting: { attribute: false, init: false },
    comment: { attribute: false, init: '' },
    changed: { state: true, init: false },
    answered: { state: true },
  };
  static override styles = [
    ...LiveElement.styles,
    pieces,
    css`
      .answer { border-block-start: 1px solid var(--_line); padding-block-start: 14px; }
      h2 a { color: inherit; }
    `,
  ];

  /** The ticket with its remediation, as the API gives it. */
  declare ticket: Ticket | null;
  /** Where tickets have their address; null: `remit-open` is fired instead. */
  declare base: string | null;
  declare headless: boolean;
  declare checked: boolean;
  declare rejecting: boolean;
  declare comment: string;
  declare changed: boolean;
  declare answered: 'yes' | 'no' | null;

  #timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => this.requestUpdate(), TICK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override about(): unknown {
    return this.ticket?.remediation?.approval?.binding_hash;
  }

  protected override willUpdate(changed: ReadonlyMap<PropertyKey, unknown>): void {
    super.willUpdate(changed);
    const before = changed.get('ticket') as Ticket | null | undefined;
    const hash = before?.remediation?.approval?.binding_hash;
    // A yes that was half given to something else is no yes to this: it is forgotten, and said.
    if (hash && hash !== this.about() && before?.ticket_id === this.ticket?.ticket_id) this.changed = true;
  }

  async #answer(approve: boolean, reason?: ReasonCode): Promise<void> {
    const { ticket } = this;
    const approval = ticket?.remediation?.approval;
    if (!ticket || !approval) return;
    const body = {
      approve,
      approval_id: approval.approval_id,
      binding_hash: approval.binding_hash,
      ...(this.comment.trim() === '' ? {} : { comment: this.comment }),
      ...(reason ? { reason_code: reason } : {}),
    };
    const path = `/tickets/${encodeURIComponent(ticket.ticket_id)}/approve-remediation`;
    const reply = await this.act('remit-answer', { ticket_id: ticket.ticket_id, body }, { method: 'POST', path, body });
    if (reply || (!this.store && !this.error)) this.answered = approve ? 'yes' : 'no';
  }

  #reject(event: SubmitEvent): void {
    void this.#answer(false, textsOf(event)['reason'] as ReasonCode);
  }

  #answers(isSevere: boolean): TemplateResult {
    const isLocked = this.busy || (isSevere && !this.checked);
    return html`<div class="stack answer">
      <label class="field">${this.say('Comment')}
        <textarea rows="2" .value=${this.comment} @input=${(event: InputEvent) => {
          this.comment = (event.target as HTMLTextAreaElement).value;
        }}></textarea>
      </label>
      ${
        isSevere
          ? html`<label class="tick"><input type="checkbox" .checked=${this.checked} @change=${(event: Event) => {
              this.checked = (event.target as HTMLInputElement).checked;
            }} /><span>${this.say('I have checked the plan, its arguments and its targets.')}</span></label>`
          : nothing
      }
      <div class="row">
        <button type="button" class="primary" ?disabled=${isLocked} @click=${() => void this.#answer(true)}>${this.say('Approve exactly this')}</button>
        <button type="button" aria-expanded=${this.rejecting} ?disabled=${this.busy} @click=${() => {
          this.rejecting = !this.rejecting;
        }}>${this.say('Reject…')}</button>
      </div>
      ${
        this.rejecting
          ? html`<form class="row" @submit=${this.#reject}>
            <label class="field">${this.say('Reason')}
              <select name="reason">${REASON_CODES.map((code) => html`<option value=${code}>${this.say(humanise(code))}</option>`)}</select>
            </label>
            <button class="danger" ?disabled=${this.busy}>${this.say('Reject')}</button>
          </form>`
          : nothing
      }
    </div>`;
  }

  #head(ticket: Ticket): TemplateResult | typeof nothing {
    if (this.headless) return nothing;
    return html`<div class="row spread">
      <h2>${ticketLink(this, ticket.ticket_id)} <span dir="auto">${ticket.title ?? ''}</span></h2>
      <remit-ring compact .score=${ticket.reliability_score} .level=${ticket.confidence_level}></remit-ring>
    </div>
    <p class="clamp" dir="auto">${ticket.description}</p>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { ticket } = this;
    const approval = ticket?.remediation?.approval;
    if (!ticket?.remediation || !approval) return nothing;
    const { actions } = ticket.remediation.plan;
    const radius = radiusOf(actions);
    const barred = Object.entries(approval.barred);
    return html`<article class="card stack">
      ${this.#head(ticket)}
      ${this.changed ? html`<div role="alert">${warning(this.say('This changed while you were reading. Look at it again before you answer.'))}</div>` : nothing}
      ${warning(ticket.remediation_decision ? decidingSentence(ticket.remediation_decision) : '')}
      ${planSteps(this, actions)}
      <p class="quiet">
        ${this.say('Actions: {actions}. Targets: {targets}.', { targets: radius.targets.length, actions: radius.actions })}
        ${this.say('{n} of {all} approvals given.', { n: approval.approvals.length, all: approval.needed })}
        ${this.say('Expires')} <time datetime=${approval.expires_at} title=${dateTime(approval.expires_at)}>${fromNow(approval.expires_at, Date.now())}</time>.
      </p>
      <details>
        <summary>${this.say('State it was seen in, and what the answer covers')}</summary>
        <div class="stack tight">
          ${facts(approval.shown.snapshot)}
          <p class="quiet">${this.say('It is read again before the first change; if it differs, nothing is changed.')}</p>
          ${facts({ policy_version: approval.shown.policy_version, binding_hash: approval.binding_hash })}
          ${barred.length === 0 ? nothing : html`<p class="quiet">${this.say('May not answer:')} ${barred.map(([who, why]) => `${who} (${why})`).join(', ')}</p>`}
        </div>
      </details>
      ${refusal(this.error)}
      ${this.answered ? success(this.answered === 'yes' ? this.say('Approved.') : this.say('Rejected.')) : this.readOnly ? nothing : this.#answers(radius.isSevere)}
    </article>`;
  }
}
