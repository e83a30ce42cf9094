import type { FeedbackReceipt } from '@remit/client';
import { css, html, nothing, type TemplateResult } from 'lit';
import { LiveElement } from '../live.js';
import { refusal, success, warning } from '../render/bits.js';
import { type FeedbackDraft, isComplete, saysFailed, toFeedback, type Verdict } from '../view/feedback.js';
import { stars } from './stars.js';

const EMPTY: FeedbackDraft = {
  rating: null,
  feedback_type: null,
  was_helpful: null,
  resolution_accurate: null,
  actions_worked: null,
  comment: '',
  what_worked: '',
  what_didnt_work: '',
  suggestions: '',
  actual_resolution: '',
  time_to_resolve: '',
};

type TextField = 'comment' | 'what_worked' | 'what_didnt_work' | 'suggestions' | 'actual_resolution';
type YesNoField = 'was_helpful' | 'resolution_accurate' | 'actions_worked';

/**
 * Asks what a fix was worth: stars or a verdict, did it work, and what really fixed it when it did not; the rest folds
 * out. It holds what was typed until it was sent well.
 *
 * @element remit-feedback
 * @attr {string} ticket-id - The ticket that it is about.
 * @attr {boolean} busy - It is being sent.
 * @attr {boolean} read-only - Nothing can be sent.
 * @fires remit-feedback - Somebody sent it; detail is the body of `POST /feedback`.
 * @csspart form - The form.
 */
export class RemitFeedback extends LiveElement {
  static readonly tag = 'remit-feedback';
  static override properties = {
    ticketId: { attribute: 'ticket-id', init: '' },
    remediationId: { attribute: 'remediation-id' },
    notes: { attribute: false },
    draft: { state: true, init: EMPTY },
    missing: { state: true, init: false },
  };
  static override styles = [
    ...LiveElement.styles,
    css`
      .stars { display: inline-flex; }
      .stars label { position: relative; padding: 3px; cursor: pointer; }
      .stars input { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; opacity: 0; cursor: pointer; }
      .stars svg { display: block; inline-size: 30px; block-size: 30px; fill: none; stroke: var(--_edge); stroke-width: 1.3; stroke-linejoin: round; }
      .stars .lit svg { fill: var(--remit-star, light-dark(#d08a00, #e8b74f)); stroke: var(--remit-star, light-dark(#9a6600, #e8b74f)); }
      .stars input:focus-visible + svg { outline: 2px solid var(--_accent); outline-offset: 1px; border-radius: 6px; }
      .choice { display: inline-flex; gap: 4px 16px; flex-wrap: wrap; }
      details { border-block-start: 1px solid var(--_line); padding-block-start: 10px; }
      details > div { padding-block-start: 12px; }
    `,
  ];

  declare ticketId: string;
  declare remediationId: string | null;
  /** What the receipt says; given, the form thanks and is empty again. */
  declare notes: readonly string[] | null;
  declare draft: FeedbackDraft;
  declare missing: boolean;

  protected override about(): unknown {
    return this.ticketId;
  }

  protected override willUpdate(changed: ReadonlyMap<PropertyKey, unknown>): void {
    super.willUpdate(changed);
    if (changed.has('notes') && this.notes) this.forget();
  }

  #set(part: Partial<FeedbackDraft>): void {
    this.draft = { ...this.draft, ...part };
    this.missing = false;
  }

  async #send(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy || this.readOnly) return;
    this.missing = !isComplete(this.draft);
    if (this.missing) {
      this.renderRoot.querySelector<HTMLElement>('.stars input')?.focus();
      return;
    }
    const body = toFeedback(this.draft, { ticketId: this.ticketId, remediationId: this.remediationId });
    this.notes = null;
    const reply = await this.act('remit-feedback', body, { method: 'POST', path: '/feedback', body });
    if (reply) this.notes = (reply.body as FeedbackReceipt).notes;
  }

  #text(name: TextField, english: string, rows = 2): TemplateResult {
    return html`<label class="field">${this.say(english)}
      <textarea rows=${rows} name=${name} .value=${this.draft[name]} @input=${(event: InputEvent) =>
        this.#set({ [name]: (event.target as HTMLTextAreaElement).value })}></textarea>
    </label>`;
  }

  #choice<Value>(
    name: string,
    legend: string,
    choices: readonly (readonly [value: Value, label: string])[],
  ): TemplateResult {
    const key = name as keyof FeedbackDraft;
    return html`<fieldset>
      <legend>${legend}</legend>
      <div class="choice">${choices.map(
        ([
          value,
          label,
        ]) => html`<label class="tick"><input type="radio" name=${name} .checked=${this.draft[key] === value}
          @change=${() => this.#set({ [key]: value } as Partial<FeedbackDraft>)} />${label}</label>`,
      )}</div>
    </fieldset>`;
  }

  #yesNo(name: YesNoField, english: string): TemplateResult {
    return this.#choice<boolean | null>(name, this.say(english), [
      [true, this.say('Yes')],
      [false, this.say('No')],
      [null, this.say('Not said')],
    ]);
  }

  #details(): TemplateResult {
    return html`<details>
      <summary>${this.say('Add details')}</summary>
      <div class="stack">
        ${this.#choice<Verdict | null>('feedback_type', this.say('Verdict'), [
          [null, this.say('By the stars')],
          ['positive', this.say('Positive')],
          ['neutral', this.say('Neutral')],
          ['negative', this.say('Negative')],
        ])}
        <div class="grid">
          ${this.#yesNo('was_helpful', 'Was it helpful?')} ${this.#yesNo('resolution_accurate', 'Was the cause found right?')}
        </div>
        <div class="grid">${this.#text('what_worked', 'What worked')} ${this.#text('what_didnt_work', 'What did not work')}</div>
        ${this.#text('suggestions', 'Suggestions')}
        <label class="field">${this.say('Minutes that it took to resolve')}
          <input type="number" name="time_to_resolve" min="0" step="any" inputmode="decimal" .value=${this.draft.time_to_resolve}
            @input=${(event: InputEvent) => this.#set({ time_to_resolve: (event.target as HTMLInputElement).value })} />
        </label>
      </div>
    </details>`;
  }

  #message(): TemplateResult | typeof nothing {
    if (this.missing)
      return html`<div role="alert">${warning(this.say('Give stars first, or a verdict under the details.'))}</div>`;
    if (this.error || !this.notes) return refusal(this.error);
    return success([this.say('Thank you. The score was computed again.'), ...this.notes].join(' '));
  }

  protected override render(): TemplateResult {
    return html`<form class="stack" part="form" novalidate @submit=${this.#send}>
      <fieldset>
        <legend>${this.say('How good was the fix?')}</legend>
        ${stars({
          rating: this.draft.rating,
          name: (n) => (n === 1 ? this.say('1 star') : this.say('{n} stars', { n })),
          onPick: (rating) => this.#set({ rating }),
        })}
      </fieldset>
      ${this.#yesNo('actions_worked', 'Did the actions work?')}
      ${saysFailed(this.draft) ? this.#text('actual_resolution', 'What really fixed it?') : nothing}
      ${this.#text('comment', 'Comment')} ${this.#details()} ${this.#message()}
      <div class="row"><button class="primary" ?disabled=${this.busy || this.readOnly}>
        ${this.busy ? this.say('Sending…') : this.say('Send feedback')}
      </button></div>
    </form>`;
  }
}
