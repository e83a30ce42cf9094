import { css, html, nothing, type TemplateResult } from 'lit';
import { RemitElement } from '../element.js';
import { controls } from '../styles/controls.js';
import { clampPercent } from '../view/text.js';
import { RemitRing } from './ring.js';

/** The four numbers behind a score, each 0..100. */
export interface FactorNumbers {
  readonly ai_confidence: number;
  readonly human_validation: number;
  readonly success_history: number;
  readonly pattern_recognition: number;
}

/** The facts behind the four numbers. */
export interface EvidenceFacts {
  readonly confidence: number;
  readonly positive: number;
  readonly rated: number;
  readonly succeeded: number;
  readonly executed: number;
  readonly similarity: number;
  readonly resolved: number;
}

const FACTORS: readonly (readonly [name: keyof FactorNumbers, english: string])[] = [
  ['ai_confidence', 'AI confidence'],
  ['human_validation', 'Human feedback'],
  ['success_history', 'Past success'],
  ['pattern_recognition', 'Known pattern'],
];

/**
 * A reliability score with what it is made of: the ring, and the four factors with the facts behind them.
 *
 * @element remit-score
 * @attr {number} score - 0..100.
 * @attr {'very_high'|'high'|'medium'|'low'} level - The level that the score stands for.
 * @csspart breakdown - The four factors.
 */
export class RemitScore extends RemitElement {
  static readonly tag = 'remit-score';
  static readonly parts = [RemitRing];
  static override properties = {
    score: { type: Number },
    level: {},
    factors: { attribute: false },
    weights: { attribute: false },
    evidence: { attribute: false },
  };
  static override styles = [
    ...RemitElement.styles,
    controls,
    css`
      .all { display: flex; flex-wrap: wrap; gap: 20px 28px; align-items: center; }
      dl { display: grid; gap: 12px; flex: 1 1 220px; min-inline-size: 0; }
      dt { display: flex; justify-content: space-between; gap: 12px; font-weight: 550; }
      dt b { font-variant-numeric: tabular-nums; font-weight: 650; }
      svg { display: block; inline-size: 100%; block-size: 6px; margin-block: 4px 3px; border-radius: 3px; background: var(--_line); }
      svg:dir(rtl) { transform: scaleX(-1); }
      rect { fill: var(--_accent); }
    `,
  ];

  /** 0..100; null when there is none yet. */
  declare score: number | null;
  declare level: string | null;
  /** The four numbers; without them no breakdown is shown. */
  declare factors: FactorNumbers | null;
  /** The weight of each factor, 0..1; not told where it is null. */
  declare weights: FactorNumbers | null;
  /** The facts behind the factors, each told in one sentence. */
  declare evidence: EvidenceFacts | null;

  #facts(name: keyof FactorNumbers): string {
    const known = this.evidence;
    if (!known) return '';
    switch (name) {
      case 'ai_confidence':
        return this.say('The analysis states {n}%.', { n: Math.round(known.confidence * 100) });
      case 'human_validation':
        return this.say('{a} of {n} votes were positive.', { a: known.positive, n: known.rated });
      case 'success_history':
        return this.say('{a} of {n} runs succeeded.', { a: known.succeeded, n: known.executed });
      case 'pattern_recognition':
        return this.say('{n}% similar; {a} resolved before.', {
          n: Math.round(known.similarity * 100),
          a: known.resolved,
        });
    }
  }

  #factor(factors: FactorNumbers, [name, english]: (typeof FACTORS)[number]): TemplateResult {
    const value = clampPercent(factors[name]);
    const weight = this.weights && this.say('Counts {n}%.', { n: Math.round(this.weights[name] * 100) });
    return html`<div>
      <dt><span>${this.say(english)}</span><b>${Math.round(value)}%</b></dt>
      <dd>
        <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect width=${value} height="6" /></svg>
        <span class="quiet">${weight} ${this.#facts(name)}</span>
      </dd>
    </div>`;
  }

  protected override render(): TemplateResult {
    const { score, level, factors } = this;
    return html`<div class="all">
      <remit-ring .score=${score} .level=${level}></remit-ring>
      ${factors ? html`<dl part="breakdown">${FACTORS.map((each) => this.#factor(factors, each))}</dl>` : nothing}
    </div>`;
  }
}
