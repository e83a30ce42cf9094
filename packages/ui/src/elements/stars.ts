import { html, type TemplateResult } from 'lit';

const STAR = 'M10 2l2.4 5.2 5.6.6-4.2 3.8 1.2 5.6-5-2.9-5 2.9 1.2-5.6L2 7.8l5.6-.6Z';

/** What a row of stars needs. */
export interface Stars {
  readonly rating: number | null;
  readonly name: (stars: number) => string;
  readonly onPick: (stars: number) => void;
}

/** Five stars as radio buttons: arrow keys move between them, as in any group of radio buttons. */
export function stars({ rating, name, onPick }: Stars): TemplateResult {
  return html`<div class="stars">
    ${[1, 2, 3, 4, 5].map(
      (count) => html`<label class=${rating !== null && count <= rating ? 'lit' : ''}>
        <input type="radio" name="rating" value=${count} .checked=${rating === count} @change=${() => onPick(count)} />
        <svg viewBox="0 0 20 20" aria-hidden="true"><path d=${STAR} /></svg>
        <span class="unseen">${name(count)}</span>
      </label>`,
    )}
  </div>`;
}
