import { html, type TemplateResult } from 'lit';
import { icon } from '../icon.js';
import { STOP } from '../view/icons.js';

/* What an element shows while it has nothing to show yet, nothing at all, or no answer. */

/** What these states need of an element. */
export interface Speaker {
  say(english: string): string;
  tell(type: string, detail: unknown): boolean;
}

/** Something is on its way. */
export function loading(on: Speaker): TemplateResult {
  return html`<div class="stack tight" role="status">
    <span class="unseen">${on.say('Loading…')}</span>
    <div class="bone"></div><div class="bone"></div><div class="bone"></div>
  </div>`;
}

/** There is nothing, and that is no fault. */
export function empty(text: string): TemplateResult {
  return html`<p class="empty">${text}</p>`;
}

/** It could not be had: why, and a way to try again. */
export function failed(on: Speaker, error: string): TemplateResult {
  return html`<div class="note bad" role="alert">
    ${icon(STOP)}
    <div class="stack tight"><span dir="auto">${error}</span>
      <div><button type="button" @click=${() => on.tell('remit-retry', null)}>${on.say('Try again')}</button></div>
    </div>
  </div>`;
}
