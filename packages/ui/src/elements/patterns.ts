import type { Pattern } from '@remit/client';
import { css, html, nothing, type TemplateResult } from 'lit';
import { LiveElement, type Watched } from '../live.js';
import { patternLink } from '../render/bits.js';
import { standings } from '../render/pattern.js';
import { empty, failed, loading } from '../render/states.js';
import { pieces } from '../styles/pieces.js';
import { RemitPattern } from './pattern.js';

/** Patterns that are drawn at once; the rest comes when asked for. */
const STEP = 50;
const PATH = '/patterns?limit=100';

interface PatternsPage {
  readonly items: readonly Pattern[];
  readonly next_cursor: string | null;
}

/**
 * What was learned: each pattern with its fixes, how far each has come, and what it still lacks; or one of them whole.
 *
 * @element remit-patterns
 * @attr {boolean} read-only - It shows patterns, and changes none.
 * @attr {string} pattern-id - The pattern that is shown whole; without one all are listed.
 * @attr {string} base - Where patterns have their address; without one `remit-open-pattern` is fired instead.
 * @attr {string} ticket-base - Where tickets have their address; without one `remit-open` is fired instead.
 * @fires remit-open-pattern - Somebody wants to see a pattern; detail `{ pattern_id }`.
 */
export class RemitPatterns extends LiveElement {
  static readonly tag = 'remit-patterns';
  static readonly parts = [RemitPattern];
  static override properties = {
    patterns: { attribute: false },
    hasMore: { attribute: false, init: false },
    patternId: { attribute: 'pattern-id' },
    base: {},
    ticketBase: { attribute: 'ticket-base' },
    text: { state: true, init: '' },
    room: { state: true, init: STEP },
  };
  static override styles = [...LiveElement.styles, pieces, css`.search { max-inline-size: 320px; }`];

  /** The patterns; null as long as they are not there. */
  declare patterns: readonly Pattern[] | null;
  /** Whether the API has more than these. */
  declare hasMore: boolean;
  declare patternId: string | null;
  declare base: string | null;
  declare ticketBase: string | null;
  declare text: string;
  declare room: number;

  protected override watched(): readonly Watched[] {
    const take = ({ items, next_cursor }: PatternsPage): void => {
      this.patterns = items;
      this.hasMore = next_cursor !== null;
    };
    return [{ path: PATH, take }];
  }

  protected override updated(changed: ReadonlyMap<PropertyKey, unknown>): void {
    super.updated(changed);
    // Old patterns are on later pages.
    if (this.hasMore && this.patternId && !this.#whole()) void this.store?.more(PATH).catch(() => undefined);
  }

  #whole(): Pattern | undefined {
    return this.patterns?.find(({ pattern_id: id }) => id === this.patternId);
  }

  #more(): void {
    this.room += STEP;
    if (this.hasMore && this.room > (this.patterns?.length ?? 0)) void this.store?.more(PATH).catch(() => undefined);
  }

  #one(patterns: readonly Pattern[]): TemplateResult {
    const pattern = this.#whole();
    if (!pattern)
      return this.hasMore ? loading(this) : empty(this.say('There is no such pattern; it may be part of another one.'));
    return html`<remit-pattern .pattern=${pattern} .others=${patterns} .store=${this.store} .base=${this.ticketBase} ?read-only=${this.readOnly}></remit-pattern>`;
  }

  protected override render(): TemplateResult {
    const { patterns } = this;
    if (patterns === null) return this.error ? failed(this, this.error) : loading(this);
    if (this.patternId) return this.#one(patterns);
    if (patterns.length === 0) return empty(this.say('No pattern was learned yet.'));
    const wanted = this.text.trim().toLowerCase();
    const found = patterns.filter(({ title, category }) => `${title} ${category}`.toLowerCase().includes(wanted));
    return html`<div class="stack">
      <div class="row spread">
        <input class="search" type="search" aria-label=${this.say('Search patterns')} placeholder=${this.say('Search')}
          @input=${(event: Event) => {
            this.text = (event.target as HTMLInputElement).value;
            this.room = STEP;
          }} />
        <span class="quiet" role="status">${this.say('{n} patterns', { n: found.length })}</span>
      </div>
      ${found.length === 0 ? empty(this.say('No pattern fits.')) : nothing}
      <ul class="stack">${found.slice(0, this.room).map(
        (pattern) => html`<li class="card stack tight">
          <div class="row spread"><h2 dir="auto">${patternLink(this, this.base, pattern)}</h2><span class="quiet">${pattern.category}</span></div>
          ${standings(this, pattern)}</li>`,
      )}</ul>
      ${
        found.length > this.room || this.hasMore
          ? html`<div class="row"><button type="button" @click=${this.#more}>${this.say('Show more')}</button></div>`
          : nothing
      }
    </div>`;
  }
}
