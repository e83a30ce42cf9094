import { css, html, nothing, type TemplateResult } from 'lit';
import { LiveElement } from '../live.js';
import { refusal } from '../render/bits.js';
import { controls } from '../styles/controls.js';
import { RemitToggle } from './toggle.js';

/**
 * Hands a ticket in, with the switch that opts it in.
 *
 * @element remit-submit
 * @fires remit-submit - Somebody hands a ticket in; detail is the body of `POST /tickets`.
 * @fires remit-open - It was taken in; detail `{ ticket_id }`.
 */
export class RemitSubmit extends LiveElement {
  static readonly tag = 'remit-submit';
  static readonly parts = [RemitToggle];
  static override properties = {
    categories: { attribute: false, init: [] },
    warnings: { state: true, init: [] },
  };
  static override styles = [
    ...LiveElement.styles,
    controls,
    css`.pair { display: grid; gap: 14px; grid-template-columns: repeat(auto-fit, minmax(min(180px, 100%), 1fr)); }`,
  ];

  /** Categories to choose from. */
  declare categories: readonly string[];
  declare warnings: readonly string[];

  async #send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const data = new FormData(form);
    const text = (name: string): string => String(data.get(name) ?? '').trim();
    const targets = text('targets')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    const body = {
      ticket_id: text('ticket_id'),
      description: text('description'),
      category: text('category'),
      enable_auto_remediation: data.get('enable_auto_remediation') === 'true',
      ...(text('title') === '' ? {} : { title: text('title') }),
      ...(targets.length === 0 ? {} : { targets }),
    };
    if (!(await this.act('remit-submit', body, { method: 'POST', path: '/tickets', body }))) return;
    form.reset();
    this.tell('remit-open', { ticket_id: body.ticket_id });
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.readOnly) return nothing;
    return html`<form class="stack" @submit=${this.#send}>
      <div class="pair">
        <label class="field">${this.say('ticket_id', 'Ticket id')}<input name="ticket_id" required autocomplete="off" /></label>
        <label class="field">${this.say('category', 'Category')}<select name="category">${this.categories.map((category) => html`<option>${category}</option>`)}</select></label>
      </div>
      <label class="field">${this.say('title', 'Title')}<input name="title" autocomplete="off" /></label>
      <label class="field">${this.say('description', 'What is wrong')}<textarea name="description" rows="3" required></textarea></label>
      <label class="field">${this.say('targets', 'Targets, with commas')}<input name="targets" autocomplete="off" placeholder="service:web" /></label>
      <remit-toggle name="enable_auto_remediation"></remit-toggle>
      ${refusal(this.error)}
      <div><button class="primary" ?disabled=${this.busy}>${this.say('submit', 'Hand it in')}</button></div>
    </form>`;
  }
}
