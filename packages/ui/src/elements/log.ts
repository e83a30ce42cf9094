import type { LogRow } from '@remit/client';
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../icon.js';
import { LiveElement, type Watched } from '../live.js';
import { logRow } from '../render/logRow.js';
import { empty, failed, loading } from '../render/states.js';
import { CHUNK_ROWS, chunkCount, windowOf } from '../view/chunks.js';
import { CHECK, STOP } from '../view/icons.js';
import { type ChainLinks, filterRows, followLinks, ROW_KINDS, type RowKind } from '../view/log.js';
import { pretty } from '../view/text.js';
import { timeline } from './log.css.js';

const KIND_NAMES: Readonly<Record<RowKind, string>> = {
  decision: 'Decisions',
  approval: 'Approvals',
  check: 'Checks',
  action: 'Actions',
  end: 'Outcomes',
};

const keyOf = (row: LogRow): string => `${row.remediation_id}:${row.seq}`;

/**
 * What happened, row by row: why, who, checks, calls with arguments and outcomes, approvals, rollback. However long
 * the log is, only the rows near the window are in the page.
 *
 * @element remit-log
 * @attr {string} ticket-id - With a store: the ticket whose log is shown.
 * @attr {boolean} loading - Rows are on their way.
 * @attr {string} error - Why there are none.
 * @fires remit-copy - Somebody copied the rows that are shown; detail `{ text }`, for pages that cannot reach a clipboard.
 * @fires remit-retry - Somebody wants the rows to be asked for again.
 * @csspart rows - The list that scrolls.
 * @cssprop [--remit-log-height=36rem] - How high the list may grow before it scrolls.
 */
export class RemitLog extends LiveElement {
  static readonly tag = 'remit-log';
  static override properties = {
    ticketId: { attribute: 'ticket-id' },
    rows: { attribute: false },
    kind: { state: true },
    text: { state: true, init: '' },
    open: { state: true, init: new Set() },
    copied: { state: true, init: false },
    scrollPx: { state: true, init: 0 },
  };
  static override styles = [...LiveElement.styles, timeline];

  /** With a store: the ticket whose log is shown. */
  declare ticketId: string | null;
  /** The rows in the order in which they were written; null as long as they are not there. */
  declare rows: readonly LogRow[] | null;
  declare kind: RowKind | null;
  declare text: string;
  declare open: ReadonlySet<string>;
  declare copied: boolean;
  declare scrollPx: number;

  #shown: readonly LogRow[] = [];
  #chain: ChainLinks = { intact: true, rows: 0 };
  #measured: (number | undefined)[] = [];
  #heightPx = 600;

  protected override watched(): readonly Watched[] {
    if (!this.ticketId) return [];
    const path = `/tickets/${encodeURIComponent(this.ticketId)}/remediation-logs`;
    return [{ path, take: ({ items }: { readonly items: readonly LogRow[] }) => this.#take(items) }];
  }

  /** The same rows again are no change: what somebody reads stays where it is. */
  #take(rows: readonly LogRow[]): void {
    if (rows.length !== this.rows?.length || rows.at(-1)?.hash !== this.rows.at(-1)?.hash) this.rows = rows;
  }

  protected override willUpdate(changed: ReadonlyMap<PropertyKey, unknown>): void {
    super.willUpdate(changed);
    if (!changed.has('rows') && !changed.has('kind') && !changed.has('text')) return;
    if (changed.has('rows')) this.#chain = followLinks(this.rows ?? []);
    this.#shown = filterRows(this.rows ?? [], { kind: this.kind, text: this.text });
    if (changed.has('kind') || changed.has('text')) this.#measured = [];
    // New rows are at the end: what was measured before it still holds.
    else this.#measured.length = Math.min(this.#measured.length, Math.max(0, chunkCount(this.#shown.length) - 1));
  }

  protected override updated(changed: ReadonlyMap<PropertyKey, unknown>): void {
    super.updated(changed);
    const list = this.#list();
    if (!list) return;
    this.#heightPx = list.clientHeight;
    const wasAtEnd = this.scrollPx > 0 && list.scrollTop + list.clientHeight >= list.scrollHeight - 2;
    const drawn = list.querySelectorAll('.chunk').length;
    for (const chunk of list.querySelectorAll<HTMLElement>('.chunk')) {
      this.#measured[Number(chunk.dataset['chunk'])] = chunk.offsetHeight;
    }
    const around = this.#window();
    for (const [id, px] of [
      ['before', around.beforePx],
      ['after', around.afterPx],
    ] as const) {
      const room = list.querySelector<HTMLElement>(`.${id}`);
      // Through the object model: a style attribute would be refused by a strict content security policy.
      if (room) room.style.height = `${px}px`;
    }
    // Rows are higher or lower than they were taken for: the end stays the end, and what is drawn fills the window.
    if (wasAtEnd) list.scrollTop = list.scrollHeight;
    if (around.first >= 0 && around.last - around.first + 1 > drawn) this.requestUpdate();
  }

  #list(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('.rows');
  }

  #window() {
    return windowOf({ rows: this.#shown.length, measured: this.#measured }, this.scrollPx, this.#heightPx);
  }

  #onScroll(event: Event): void {
    const before = this.#window();
    const { scrollTop } = event.currentTarget as HTMLElement;
    const after = windowOf({ rows: this.#shown.length, measured: this.#measured }, scrollTop, this.#heightPx);
    if (after.first !== before.first || after.last !== before.last) this.scrollPx = scrollTop;
  }

  #toggle(row: LogRow): void {
    const open = new Set(this.open);
    if (!open.delete(keyOf(row))) open.add(keyOf(row));
    this.open = open;
  }

  async #copy(): Promise<void> {
    const text = pretty(this.#shown);
    // Without a secure context there is no clipboard: then the text is selected for the reader to copy.
    await navigator.clipboard?.writeText(text).then(
      () => {
        this.copied = true;
      },
      () => undefined,
    );
    this.tell('remit-copy', { text });
  }

  #chunk(chunk: number): TemplateResult {
    const from = chunk * CHUNK_ROWS;
    const rows = this.#shown.slice(from, from + CHUNK_ROWS);
    return html`<div class=${chunk === chunkCount(this.#shown.length) - 1 ? 'chunk last' : 'chunk'} role="presentation" data-chunk=${chunk}>${rows.map(
      (row, index) =>
        logRow(row, {
          isOpen: this.open.has(keyOf(row)),
          position: from + index + 1,
          of: this.#shown.length,
          onToggle: () => this.#toggle(row),
        }),
    )}</div>`;
  }

  #links(): TemplateResult {
    const links = this.#chain;
    return links.intact
      ? html`<span class="chip good">${icon(CHECK)}${this.say('Rows linked without a gap')}</span>`
      : html`<span class="chip bad" role="alert">${icon(STOP)}${this.say('Link broken at row {n}', { n: links.row.seq })}</span>`;
  }

  #tools(rows: readonly LogRow[]): TemplateResult {
    return html`<div class="row tools">
      <select aria-label=${this.say('Show')} @change=${(event: Event) => {
        this.kind = ((event.target as HTMLSelectElement).value || null) as RowKind | null;
      }}>
        <option value="">${this.say('All rows')}</option>
        ${ROW_KINDS.map((kind) => html`<option value=${kind}>${this.say(KIND_NAMES[kind])}</option>`)}
      </select>
      <input type="search" aria-label=${this.say('Search the log')} placeholder=${this.say('Search')}
        @input=${(event: Event) => {
          this.text = (event.target as HTMLInputElement).value;
        }} />
      <button type="button" @click=${this.#copy}>${this.copied ? this.say('Copied') : this.say('Copy as JSON')}</button>
      <span class="row end">
        <span class="quiet" role="status">${this.say('{n} of {all} rows', { n: this.#shown.length, all: rows.length })}</span>
        ${this.#links()}
      </span>
    </div>`;
  }

  protected override render(): TemplateResult {
    const { rows } = this;
    if (this.error && rows === null) return failed(this, this.error);
    if (rows === null) return loading(this);
    if (rows.length === 0) return empty(this.say('Nothing has happened yet.'));
    const { first, last } = this.#window();
    const chunks = first < 0 ? [] : Array.from({ length: last - first + 1 }, (_, index) => first + index);
    return html`${this.#tools(rows)}
      <div class="rows" part="rows" role="list" tabindex="0" aria-label=${this.say('What happened')} @scroll=${this.#onScroll}>
        <div class="before" role="presentation"></div>
        ${chunks.map((chunk) => this.#chunk(chunk))}
        <div class="after" role="presentation"></div>
      </div>
      ${this.#shown.length === 0 ? empty(this.say('No row fits the filter.')) : nothing}`;
  }
}
