import { html, svg, type TemplateResult } from 'lit';

/** An icon beside a text that says the same: it is hidden from screen readers. */
export function icon(path: string): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true">${svg`<path d=${path} />`}</svg>`;
}
