import type { Pattern, PatternAction } from '@remit/client';
import { css, html, nothing, type TemplateResult } from 'lit';
import { icon } from '../icon.js';
import { LiveElement, type Watched } from '../live.js';
import { chip } from '../render/bits.js';
import { controls } from '../styles/controls.js';
import { pieces } from '../styles/pieces.js';
import { CLOCK } from '../view/icons.js';
import { oneDecimal, percent } from '../view/text.js';
import { empty, failed, loading } from './states.js';

/** Patterns that are drawn at once; the rest comes when asked for. */
const STEP = 50;

interface PatternsPage {
  readonly items: readonly Pattern[];
  readonly next_cursor: string | null;
}

/**
 * What was learned: each pattern with its fixes, how far each has come, and what it still lacks.
 *
 * @element remit-patterns
 * @attr {boolean} read-only - It shows patterns, and changes none.
 */
export class RemitPatterns extends LiveElement {
  static readonly tag = 'remit-patterns';
  static override properties = {
    patterns: { attribute: false },
    hasMore: { attribute: false, init: false },
    text: { state: true, init: '' },
    room: { state: true, init: STEP },
  };
  static override styles = [
    ...LiveElement.styles,
    controls,
    pieces,
    css`
      table { border-collapse: collapse; table-layout: fixed; inline-size: 100%; min-inline-size: 460px; font-variant-numeric: tabular-nums; }
      th { text-align: start; font-weight: 550; color: var(--_quiet); font-size: 12.5px; padding: 4px 14px 4px 0; }
      th:first-child { inline-size: 40%; }
      td { padding: 6px 14px 6px 0; border-block-start: 1px solid var(--_line); vertical-align: top; }
      .scroll { overflow-x: auto; }
      .search { max-inline-size: 320px; }
    `,
  ];

  /** The patterns; null as long as they are not there. */
  declare patterns: readonly Pattern[] | null;
  /** Whether the API has more than these. */
  declare hasMore: boolean;
  declare text: string;
  declare room: number;

  protected override watched(): readonly Watched[] {
    return [
      {
        path: '/patterns?limit=100',
        take: ({ items, next_cursor }: PatternsPage) => {
          this.patterns = items;
          this.hasMore = next_cursor !== null;
        },
      },
    ];
  }

  async #more(): Promise<void> {
    this.room += STEP;
    if (this.hasMore && this.room > (this.patterns?.length ?? 0)) await this.store?.more('/patterns?limit=100');
  }

  #action(action: PatternAction): TemplateResult {
    return html`<tr>
      <td><b>${action.action_type}</b><br />${chip(this, 'standing', action.standing)}</td>
      <td>${action.occurrence_count}</td>
      <td>${percent(action.positive_feedback_rate)}</td>
      <td>${percent(action.auto_remediation_success_rate)}</td>
      <td>${oneDecimal(action.avg_reliability_score)}</td>
    </tr>`;
  }

  #lacking({ action_type, lacking }: PatternAction): TemplateResult | typeof nothing {
    if (lacking.length === 0) return nothing;
    const what = this.say('lacks', '{fix} still lacks: {what}', { fix: action_type, what: lacking.join('; ') });
    return html`<p class="note">${icon(CLOCK)}<span>${what}</span></p>`;
  }

  #pattern(pattern: Pattern): TemplateResult {
    return html`<li class="card stack tight">
      <div class="row spread"><h2 dir="auto">${pattern.title}</h2><span class="quiet">${pattern.category}</span></div>
      ${
        pattern.actions.length === 0
          ? html`<p class="quiet">${this.say('pattern_no_action', 'No fix has been tried yet.')}</p>`
          : html`<div class="scroll" tabindex="0" role="region" aria-label=${pattern.title}><table>
            <thead><tr>
              <th scope="col">${this.say('fix', 'Fix')}</th>
              <th scope="col">${this.say('seen', 'Seen')}</th>
              <th scope="col">${this.say('praise', 'Praise')}</th>
              <th scope="col">${this.say('success', 'Success')}</th>
              <th scope="col">${this.say('reliability', 'Reliability')}</th>
            </tr></thead>
            <tbody>${pattern.actions.map((action) => this.#action(action))}</tbody>
          </table></div>
          ${pattern.actions.map((action) => this.#lacking(action))}`
      }
    </li>`;
  }

  protected override render(): TemplateResult {
    const { patterns } = this;
    if (patterns === null) return this.error ? failed(this, this.error) : loading(this);
    if (patterns.length === 0) return empty(this.say('patterns_empty', 'No pattern was learned yet.'));
    const wanted = this.text.trim().toLowerCase();
    const found = patterns.filter(({ title, category }) => `${title} ${category}`.toLowerCase().includes(wanted));
    return html`<div class="stack">
      <div class="row spread">
        <input class="search" type="search" aria-label=${this.say('patterns_search', 'Search patterns')} placeholder=${this.say('search', 'Search')}
          @input=${(event: Event) => {
            this.text = (event.target as HTMLInputElement).value;
            this.room = STEP;
          }} />
        <span class="quiet" role="status">${this.say('patterns_count', '{n} patterns', { n: found.length })}</span>
      </div>
      ${found.length === 0 ? empty(this.say('patterns_none', 'No pattern fits.')) : nothing}
      <ul class="stack">${found.slice(0, this.room).map((pattern) => this.#pattern(pattern))}</ul>
      ${
        found.length > this.room || this.hasMore
          ? html`<div class="row"><button type="button" @click=${this.#more}>${this.say('more', 'Show more')}</button></div>`
          : nothing
      }
    </div>`;
  }
}
