import { css, html, nothing, svg, type TemplateResult } from 'lit';
import { RemitElement } from '../element.js';
import { icon } from '../icon.js';
import { lookOf } from '../view/level.js';
import { RING_RADIUS, ringDash } from '../view/ring.js';
import { capital, oneDecimal } from '../view/text.js';

/**
 * A reliability score as a ring, and its level as text with an icon.
 *
 * @element remit-ring
 * @attr {number} score - 0..100.
 * @attr {'very_high'|'high'|'medium'|'low'} level - The level that the score stands for.
 * @attr {boolean} compact - Small, in one line.
 * @csspart ring - The ring.
 * @csspart level - Icon and name of the level.
 */
export class RemitRing extends RemitElement {
  static readonly tag = 'remit-ring';
  static override properties = {
    score: { type: Number },
    level: {},
    compact: { type: Boolean, reflect: true },
  };
  static override styles = [
    ...RemitElement.styles,
    css`
      :host { display: inline-block; }
      .all { display: grid; justify-items: center; gap: 8px; }
      .ring { position: relative; inline-size: 112px; block-size: 112px; }
      .ring svg { inline-size: 100%; block-size: 100%; transform: rotate(-90deg); }
      circle { fill: none; stroke: var(--_line); stroke-width: 9; }
      .fill { stroke: var(--_tone); stroke-linecap: round; transition: stroke-dasharray 0.5s ease-out; }
      .number {
        position: absolute;
        inset: 0;
        display: grid;
        place-content: center;
        justify-items: center;
        font-size: 26px;
        font-weight: 650;
        font-variant-numeric: tabular-nums;
        line-height: 1.1;
      }
      small { font-size: 11.5px; font-weight: 500; color: var(--_quiet); }
      :host([compact]) .all { display: flex; align-items: center; }
      :host([compact]) .ring { inline-size: 38px; block-size: 38px; flex: none; }
      :host([compact]) .number { font-size: 12px; }
    `,
  ];

  /** 0..100; null when there is none yet. */
  declare score: number | null;
  declare level: string | null;
  declare compact: boolean;

  #levelName(): string {
    return this.say(this.score === null || this.level === null ? 'Not scored yet' : capital(this.level));
  }

  protected override render(): TemplateResult {
    const { score, compact } = this;
    const look = lookOf(score === null ? null : this.level);
    const name = this.#levelName();
    const n = oneDecimal(score);
    const label = score === null ? name : this.say('Reliability {n} of 100, {level}', { n, level: name });
    return html`<div class="all ${look.tone}">
      <div class="ring" part="ring" role="img" aria-label=${label}>
        <svg viewBox="0 0 100 100" aria-hidden="true">
          <circle cx="50" cy="50" r=${RING_RADIUS} />
          ${score === null ? nothing : svg`<circle class="fill" cx="50" cy="50" r=${RING_RADIUS} stroke-dasharray=${ringDash(score)} />`}
        </svg>
        <span class="number" aria-hidden="true">
          ${compact && score !== null ? Math.round(score) : n} ${compact ? nothing : html`<small>${this.say('of 100')}</small>`}
        </span>
      </div>
      <span class="chip" part="level">${icon(look.icon)}${name}</span>
    </div>`;
  }
}
