import type { LogRow } from '@remit/client';
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../icon.js';
import { detailOf, lookOfRow, verdictsOf } from '../view/log.js';
import { dateTime, humanise, pretty, timeOfDay } from '../view/text.js';

/* One row of the log. */

/** What of a row is shown, and where it stands. */
export interface RowPlace {
  readonly isOpen: boolean;
  /** From 1, of how many. */
  readonly position: number;
  readonly of: number;
  readonly onToggle: () => void;
}

function details(row: LogRow): TemplateResult {
  const verdicts = verdictsOf(row);
  const detail = detailOf(row);
  return html`<div class="details stack tight">
    ${
      verdicts.length === 0
        ? nothing
        : html`<ul class="stack tight">${verdicts.map(
            (each) =>
              html`<li class="reason ${each.tone}">${icon(each.icon)}<span><b>${humanise(each.name)}</b>: ${each.sentence}</span></li>`,
          )}</ul>`
    }
    ${detail ? html`<pre tabindex="0">${pretty(detail)}</pre>` : nothing}
    <p class="quiet"><code>${row.hash}</code></p>
  </div>`;
}

/** A row: its sentence, and what is behind it once it is open. */
export function logRow(row: LogRow, { isOpen, position, of, onToggle }: RowPlace): TemplateResult {
  const { tone, icon: name } = lookOfRow(row);
  return html`<div role="listitem" class="entry ${tone}" aria-setsize=${of} aria-posinset=${position}>
    <span class="rail">${icon(name)}</span>
    <button type="button" class="line" aria-expanded=${isOpen} @click=${onToggle}>
      <span class="sentence" dir="auto">${row.sentence}</span>
      <span class="quiet">
        <time datetime=${row.at} title=${dateTime(row.at)}>${timeOfDay(row.at)}</time> · ${row.actor} · ${humanise(row.event.type)} · #${row.seq}
      </span>
    </button>
    ${isOpen ? details(row) : nothing}
  </div>`;
}
