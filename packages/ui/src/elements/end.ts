import type { ReconciliationOption, Ticket } from '@remit/client';
import { html, nothing, type TemplateResult } from 'lit';
import { LiveElement } from '../live.js';
import { refusal, success, textsOf, warning } from '../render/bits.js';
import { pieces } from '../styles/pieces.js';
import { humanise } from '../view/text.js';

const ANSWERS: Readonly<Record<ReconciliationOption['answer'], string>> = {
  happened: 'It was carried out',
  did_not_happen: 'It was not carried out',
  send_again: 'Send it again',
  roll_back: 'Take back what was done',
  accept: 'Accept things as they are',
};

/**
 * How a person brings a ticket to an end: what is parked is answered, a fix by hand is told, a fix that did not hold
 * is reopened.
 *
 * @element remit-end
 * @attr {boolean} read-only - Nothing can be changed.
 * @fires remit-reconcile - Somebody ends what is parked; detail is the body of `reconcile`.
 * @fires remit-resolve - Somebody fixed it by hand; detail is the body of `resolve`.
 * @fires remit-reopen - It is broken still, or again; detail is the body of `reopen`.
 */
export class RemitEnd extends LiveElement {
  static readonly tag = 'remit-end';
  static override properties = {
    ticket: { attribute: false },
    chosen: { state: true },
    done: { state: true, init: false },
  };
  static override styles = [...LiveElement.styles, pieces];

  /** The ticket with its remediation, as the API gives it. */
  declare ticket: Ticket | null;
  declare chosen: string | null;
  declare done: boolean;

  protected override about(): unknown {
    return this.ticket?.ticket_id;
  }

  async #send(verb: 'reconcile' | 'resolve' | 'reopen', body: object): Promise<void> {
    const path = `/tickets/${encodeURIComponent(this.ticket?.ticket_id ?? '')}/${verb}`;
    this.done = (await this.act(`remit-${verb}`, body, { method: 'POST', path, body })) !== null;
  }

  #option(option: ReconciliationOption): TemplateResult {
    const isChosen = this.chosen === option.binding_hash;
    const name = this.say(ANSWERS[option.answer] ?? humanise(option.answer));
    return html`<li class="step">
      <div class="row spread"><b>${name}</b><span class="quiet">${this.say('{n} of {all} approvals given.', { n: option.approvals.length, all: option.needed })}</span></div>
      ${option.shown.calls.map(({ tool, targets }) => html`<div>${tool} ${this.say('on')} ${targets.map((target) => html`<code class="target">${target}</code> `)}</div>`)}
      ${
        isChosen
          ? html`<div class="row"><span>${this.say('Sure? This cannot be taken back.')}</span>
            <button type="button" class="primary" ?disabled=${this.busy} @click=${() => void this.#send('reconcile', { answer: option.answer, binding_hash: option.binding_hash })}>${name}</button>
            <button type="button" @click=${() => {
              this.chosen = null;
            }}>${this.say('Cancel')}</button></div>`
          : html`<div><button type="button" ?disabled=${this.busy} @click=${() => {
              this.chosen = option.binding_hash;
            }}>${this.say('Choose…')}</button></div>`
      }
    </li>`;
  }

  #parked(options: readonly ReconciliationOption[]): TemplateResult {
    return html`<section class="card stack"><h3>${this.say('A person has to say how this ends')}</h3>
      ${warning(this.say('It could not be proven what became of the last call. Look at the system first; a call that was sent may still land.'))}
      ${this.readOnly ? nothing : html`<ul class="stack tight">${options.map((option) => this.#option(option))}</ul>`}</section>`;
  }

  #form(verb: 'resolve' | 'reopen', [title, label, button]: readonly [string, string, string]): TemplateResult {
    const send = (event: SubmitEvent): void => {
      void this.#send(verb, textsOf(event));
    };
    return html`<details class="card"><summary>${title}</summary><form class="stack tight" @submit=${send}>
      <label class="field">${label}<textarea name=${verb === 'resolve' ? 'text' : 'reason'} rows="2" ?required=${verb === 'resolve'}></textarea></label>
      <div><button ?disabled=${this.busy}>${button}</button></div></form></details>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { ticket } = this;
    if (!ticket) return nothing;
    const options = ticket.remediation?.options ?? [];
    const isDone = ticket.status === 'resolved' || ticket.status === 'closed';
    const form = isDone
      ? this.#form('reopen', [this.say('It is broken still, or again'), this.say('What is wrong'), this.say('Reopen')])
      : this.#form('resolve', [this.say('A person fixed it'), this.say('What fixed it'), this.say('Mark as resolved')]);
    return html`<div class="stack tight">${options.length > 0 ? this.#parked(options) : nothing} ${this.readOnly ? nothing : form}
      ${refusal(this.error)} ${this.done ? success(this.say('Saved.')) : nothing}</div>`;
  }
}
