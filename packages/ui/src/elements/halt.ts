import type { Halt } from '@remit/client';
import { css, html, nothing, type TemplateResult } from 'lit';
import { icon } from '../icon.js';
import { LiveElement, type Watched } from '../live.js';
import { refusal, success, textsOf } from '../render/bits.js';
import { failed, loading } from '../render/states.js';
import { STOP } from '../view/icons.js';
import { dateTime } from '../view/text.js';

/**
 * Stops everything that Remit changes, or one category, before the next call. Stopping takes a reason and one press;
 * lifting asks once more.
 *
 * @element remit-halt
 * @attr {boolean} read-only - It shows what is halted, and changes nothing.
 * @fires remit-halt - Somebody stops it; detail `{ reason, category? }`.
 * @fires remit-lift - Somebody lifts a halt; detail `{ halt_id }`.
 */
export class RemitHalt extends LiveElement {
  static readonly tag = 'remit-halt';
  static override properties = {
    halts: { attribute: false },
    categories: { attribute: false, init: [] },
    lifting: { state: true },
  };
  static override styles = [
    ...LiveElement.styles,
    css`
      .halted { border-inline-start: 4px solid var(--_bad); }
      .stop { background: var(--_bad); border-color: var(--_bad); color: var(--_ground); }
      button.stop:hover:not(:disabled) { background: color-mix(in srgb, var(--_bad) 85%, var(--_text)); }
      form { max-inline-size: 520px; }
    `,
  ];

  /** The halts in force; null as long as they are not there. */
  declare halts: readonly Halt[] | null;
  /** Categories that can be halted by themselves. */
  declare categories: readonly string[];
  declare lifting: string | null;

  protected override watched(): readonly Watched[] {
    return [this.listed('/halt', 'halts')];
  }

  async #stop(event: SubmitEvent): Promise<void> {
    const form = event.target as HTMLFormElement;
    const body = textsOf(event);
    if (await this.act('remit-halt', body, { method: 'POST', path: '/halt', body })) form.reset();
  }

  async #lift(haltId: string): Promise<void> {
    this.lifting = null;
    const path = `/halt/${encodeURIComponent(haltId)}`;
    await this.act('remit-lift', { halt_id: haltId }, { method: 'DELETE', path });
  }

  #halt(halt: Halt): TemplateResult {
    const where = halt.scope === 'global' ? this.say('Every tenant') : (halt.category ?? this.say('Everything'));
    return html`<li class="card stack tight halted">
      <div class="row spread"><h2>${where}</h2><span class="chip bad">${icon(STOP)}${this.say('Halted')}</span></div>
      <p dir="auto">${halt.reason}</p>
      <p class="quiet">${halt.by}, <time datetime=${halt.at}>${dateTime(halt.at)}</time></p>
      ${this.readOnly || halt.scope === 'global' ? nothing : this.#lifter(halt.halt_id)}
    </li>`;
  }

  #lifter(haltId: string): TemplateResult {
    if (this.lifting !== haltId) {
      return html`<div><button type="button" ?disabled=${this.busy} @click=${() => {
        this.lifting = haltId;
      }}>${this.say('Lift…')}</button></div>`;
    }
    return html`<div class="row">
      <span>${this.say('Automation may then change systems again. Sure?')}</span>
      <button type="button" class="primary" @click=${() => void this.#lift(haltId)}>${this.say('Yes, lift it')}</button>
      <button type="button" @click=${() => {
        this.lifting = null;
      }}>${this.say('Keep it halted')}</button>
    </div>`;
  }

  #form(): TemplateResult {
    return html`<form class="stack" @submit=${this.#stop}>
      ${
        this.categories.length === 0
          ? nothing
          : html`<label class="field">${this.say('What should stop')}
            <select name="category"><option value="">${this.say('Everything')}</option>
              ${this.categories.map((category) => html`<option>${category}</option>`)}</select></label>`
      }
      <label class="field">${this.say('Why')}
        <input name="reason" required maxlength="500" autocomplete="off" /></label>
      <div><button class="stop" ?disabled=${this.busy}>${icon(STOP)}${this.say('Stop all changes now')}</button></div>
    </form>`;
  }

  protected override render(): TemplateResult {
    const { halts } = this;
    if (halts === null) return this.error ? failed(this, this.error) : loading(this);
    return html`<div class="stack">
      ${
        halts.length === 0
          ? success(this.say('Nothing is halted.'))
          : html`<ul class="stack tight">${halts.map((halt) => this.#halt(halt))}</ul>`
      }
      ${this.readOnly ? nothing : this.#form()} ${refusal(this.error)}
    </div>`;
  }
}
