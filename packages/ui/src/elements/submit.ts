import { html, nothing, type TemplateResult } from 'lit';
import { LiveElement } from '../live.js';
import { refusal, textsOf } from '../render/bits.js';
import { commaList } from '../view/text.js';
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
  };

  /** Categories to choose from. */
  declare categories: readonly string[];

  async #send(event: SubmitEvent): Promise<void> {
    const form = event.target as HTMLFormElement;
    const { enable_auto_remediation: optIn, targets = '', ...texts } = textsOf(event);
    const body = {
      ...texts,
      enable_auto_remediation: optIn === 'true',
      ...(targets === '' ? {} : { targets: commaList(targets) }),
    };
    if (!(await this.act('remit-submit', body, { method: 'POST', path: '/tickets', body }))) return;
    form.reset();
    this.tell('remit-open', { ticket_id: texts['ticket_id'] });
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.readOnly) return nothing;
    return html`<form class="stack" @submit=${this.#send}>
      <div class="grid">
        <label class="field">${this.say('Ticket id')}<input name="ticket_id" required autocomplete="off" /></label>
        <label class="field">${this.say('Category')}<select name="category">${this.categories.map((category) => html`<option>${category}</option>`)}</select></label>
      </div>
      <label class="field">${this.say('Title')}<input name="title" autocomplete="off" /></label>
      <label class="field">${this.say('What is wrong')}<textarea name="description" rows="3" required></textarea></label>
      <label class="field">${this.say('Targets, with commas')}<input name="targets" autocomplete="off" placeholder="service:web" /></label>
      <remit-toggle name="enable_auto_remediation"></remit-toggle>
      ${refusal(this.error)}
      <div><button class="primary" ?disabled=${this.busy}>${this.say('Hand it in')}</button></div>
    </form>`;
  }
}
