import { css, html, nothing, type TemplateResult } from 'lit';
import { icon } from '../icon.js';
import { LiveElement } from '../live.js';
import { refusal } from '../render/bits.js';
import { WARN } from '../view/icons.js';

/**
 * Opts a ticket in to automatic remediation. It stays off until a person has read the warning and said yes; off is
 * immediate. Usable inside a form: with `name` it takes part under that name, with the value `true`.
 *
 * @element remit-toggle
 * @attr {string} ticket-id - With a store: the ticket that is opted in or out.
 * @attr {boolean} checked - Opted in.
 * @attr {boolean} disabled - Cannot be changed.
 * @attr {string} name - The name under which a form gets it.
 * @fires remit-opt-in - Somebody changed it; detail `{ enabled }`. Prevent it and the switch stays as it was.
 * @csspart switch - The switch with its label.
 * @csspart warning - The warning that asks for confirmation.
 */
export class RemitToggle extends LiveElement {
  static readonly tag = 'remit-toggle';
  static readonly formAssociated = true;
  static override properties = {
    ticketId: { attribute: 'ticket-id' },
    checked: { type: Boolean, reflect: true },
    disabled: { type: Boolean, reflect: true },
    name: {},
    asking: { state: true, init: false },
  };
  static override styles = [
    ...LiveElement.styles,
    css`
      .switch { display: flex; gap: 12px; align-items: flex-start; text-align: start; }
      button.switch { border: 0; padding: 4px; margin: -4px; background: none; min-block-size: 0; justify-content: flex-start; font-weight: 400; }
      button.switch:hover:not(:disabled) { background: none; }
      .track {
        flex: none;
        position: relative;
        inline-size: 40px;
        block-size: 24px;
        border-radius: 12px;
        border: 1.5px solid var(--_edge);
        background: var(--_surface);
        transition: background 0.15s, border-color 0.15s;
      }
      .track::after {
        content: '';
        position: absolute;
        inset-block-start: 3px;
        inset-inline-start: 3px;
        inline-size: 15px;
        block-size: 15px;
        border-radius: 50%;
        background: var(--_edge);
        transition: inset-inline-start 0.15s;
      }
      [aria-checked='true'] .track { background: var(--_accent); border-color: var(--_accent); }
      [aria-checked='true'] .track::after { inset-inline-start: 19px; background: var(--_on-accent); }
      .name { font-weight: 600; display: block; }
      .warning { margin-block-start: 14px; }
      .warning ul { list-style: disc; padding-inline-start: 18px; display: grid; gap: 3px; }
    `,
  ];

  /** With a store: the ticket that is opted in or out. */
  declare ticketId: string | null;
  declare checked: boolean;
  declare disabled: boolean;
  declare name: string | null;
  declare asking: boolean;
  readonly #internals = this.attachInternals();

  protected override about(): unknown {
    return this.ticketId;
  }

  protected override updated(changed: ReadonlyMap<PropertyKey, unknown>): void {
    super.updated(changed);
    if (changed.has('checked')) this.#internals.setFormValue(this.checked ? 'true' : null);
    if (changed.has('asking')) {
      // Focus goes to the careful answer, and back to the switch.
      const id = this.asking ? '#keep-off' : changed.get('asking') ? '#switch' : null;
      if (id !== null) this.renderRoot.querySelector<HTMLElement>(id)?.focus();
    }
  }

  async #change(enabled: boolean): Promise<void> {
    this.asking = false;
    if (!this.store || !this.ticketId) {
      if (this.tell('remit-opt-in', { enabled })) this.checked = enabled;
      return;
    }
    const path = `/tickets/${encodeURIComponent(this.ticketId)}`;
    const body = { enable_auto_remediation: enabled };
    if (await this.act('remit-opt-in', { enabled }, { method: 'PATCH', path, body })) this.checked = enabled;
  }

  #press(): void {
    if (this.checked) void this.#change(false);
    else this.asking = !this.asking;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    this.asking = false;
  }

  #warning(): TemplateResult {
    return html`<div class="note warn warning" part="warning" role="group" aria-labelledby="warning-title" @keydown=${this.#onKey}>
      ${icon(WARN)}
      <div class="stack tight">
        <strong id="warning-title">${this.say('An AI may then change live systems for this ticket')}</strong>
        <ul>
          <li>${this.say('It acts without a person only where the policy, the pattern and every safety check allow it.')}</li>
          <li>${this.say('Anything else waits for an approval, or is left to a person.')}</li>
          <li>${this.say('Every step is logged, checked, and taken back where it fails and can be undone.')}</li>
          <li>${this.say('Switching it off again stops it before its next change.')}</li>
        </ul>
        <div class="row">
          <button type="button" class="primary" id="turn-on" @click=${() => void this.#change(true)}>
            ${this.say('Allow it for this ticket')}
          </button>
          <button type="button" id="keep-off" @click=${() => {
            this.asking = false;
          }}>${this.say('Keep it off')}</button>
        </div>
      </div>
    </div>`;
  }

  protected override render(): TemplateResult {
    const state = this.checked
      ? this.say('On: this ticket may be fixed automatically.')
      : this.say('Off: analysis and suggestion only.');
    return html`<button type="button" class="switch" id="switch" part="switch" role="switch" aria-checked=${this.checked}
        aria-expanded=${this.checked ? nothing : this.asking} ?disabled=${this.disabled || this.readOnly || this.busy} @click=${this.#press}>
        <span class="track"></span>
        <span><span class="name">${this.say('Automatic remediation')}</span><span class="quiet">${state}</span></span>
      </button>
      ${this.asking ? this.#warning() : nothing}
      ${refusal(this.error)}`;
  }
}
