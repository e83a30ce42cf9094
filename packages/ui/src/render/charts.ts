import type { Rate } from '@remit/client';
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { RemitElement } from '../element.js';
import { barAt, dotsPath, linePath, type Point, spread, xOf, yOf } from '../view/chart.js';
import { percent } from '../view/text.js';

/* Charts by hand: a picture for the eye, and the same numbers as a table for everybody. */

interface Frame {
  /** What the picture shows, in one sentence. */
  readonly label: string;
  /** Lines across, with their texts; `at` is 0..1 from the bottom. */
  readonly lines: readonly { readonly at: number; readonly text: string }[];
  /** Texts below the left and the right end. */
  readonly ends: readonly [left: string, right: string];
  readonly body: unknown;
}

function frame({ label, lines, ends, body }: Frame): TemplateResult {
  return html`<figure class="chart">
    <svg class="axis" aria-hidden="true">${lines.map(({ at, text }) => svg`<text x="100%" y=${`${yOf(at)}%`} text-anchor="end" dominant-baseline="middle">${text}</text>`)}</svg>
    <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label=${label}>
      ${lines.map(({ at }) => svg`<path class="grid" d=${`M0 ${yOf(at)}H100`} />`)} ${body}
    </svg>
    <div class="ends" aria-hidden="true"><span>${ends[0]}</span><span>${ends[1]}</span></div>
  </figure>`;
}

/** Numbers as a table that folds out. */
export function numbers(
  on: RemitElement,
  heads: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): TemplateResult {
  return html`<details><summary>${on.say('As a table')}</summary>
    <div class="scroll" tabindex="0" role="group" aria-label=${on.say('As a table')}><table>
      <thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
      <tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody>
    </table></div></details>`;
}

const endsOf = (days: readonly { readonly day: string }[]): readonly [string, string] => [
  days[0]?.day ?? '',
  days.length > 1 ? (days.at(-1)?.day ?? '') : '',
];

/** Where the axis of scores begins when all of them are well above it, 0..100. */
const SCORE_FLOOR = 40;

/** A score of 0..100 over days, with the borders of the levels. */
export function scoreTrend(
  label: string,
  days: readonly { readonly day: string; readonly score: number }[],
): TemplateResult {
  const floor = days.every(({ score }) => score > SCORE_FLOOR + 5) ? SCORE_FLOOR : 0;
  const heightOf = (score: number): number => (score - floor) / (100 - floor);
  const points = days.map(({ score }, index) => ({ x: spread(index, days.length), y: heightOf(score) }));
  return frame({
    label,
    lines: [90, 75, 60, floor].map((score) => ({ at: heightOf(score), text: `${score}` })),
    ends: endsOf(days),
    body: svg`<path class="line" d=${linePath(points)} /><path class="dots" d=${dotsPath(points)} />`,
  });
}

/** Right and wrong runs by day, one bar each. */
export function outcomeBars(
  label: string,
  days: readonly { readonly day: string; readonly right: number; readonly wrong: number }[],
): TemplateResult {
  const most = Math.max(1, ...days.map(({ right, wrong }) => right + wrong));
  return frame({
    label,
    lines: [
      { at: 1, text: `${most}` },
      { at: 0, text: '0' },
    ],
    ends: endsOf(days),
    body: days.map(({ right, wrong }, index) => {
      const { x, width } = barAt(index, days.length);
      const top = yOf((right + wrong) / most);
      const middle = yOf(right / most);
      return svg`<rect class="right" x=${x} width=${width} y=${middle} height=${100 - middle} />
        <rect class="wrong" x=${x} width=${width} y=${top} height=${Math.max(0, middle - top)} />`;
    }),
  });
}

/** Points against the diagonal, both axes 0..1; the upper end of the second one stands for `top`. */
export function scatter(
  label: string,
  points: readonly Point[],
  {
    ends,
    isDiagonal = false,
    faint = [],
    top = 1,
  }: {
    readonly ends: readonly [string, string];
    readonly isDiagonal?: boolean;
    /** Points to compare with. */
    readonly faint?: readonly Point[];
    readonly top?: number;
  },
): TemplateResult {
  return frame({
    label,
    lines: [1, 0.5, 0].map((at) => ({ at, text: percent(at * top) })),
    ends,
    body: svg`${isDiagonal ? svg`<path class="ideal" d="M0 100L100 0" />` : nothing}
      <path class="faint" d=${dotsPath(faint)} /><path class="line" d=${linePath(points)} /><path class="dots" d=${dotsPath(points)} />`,
  });
}

function bar(body: unknown): TemplateResult {
  return html`<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><path class="grid" d="M0 5H100" />${body}</svg>`;
}

/** How far something is on its way, 0..1. */
export function progress(text: string, share: number): TemplateResult {
  return html`<div class="rate fine">${text}${bar(svg`<path class="span" d=${`M1 5H${Math.max(1, xOf(share))}`} />`)}</div>`;
}

/** A share with its interval: a line where it may lie, a dot where it is. */
export function rateBar(name: string, rate: Rate, tone: 'good' | 'bad'): TemplateResult {
  const { low, high } = rate;
  const known = rate.rate !== null && low !== null && high !== null;
  return html`<div class="rate ${tone}">
    <div class="row spread"><span>${name}</span><b>${percent(rate.rate)} <span class="quiet">${known ? `${percent(low)} – ${percent(high)}` : ''} · n ${rate.of}</span></b></div>
    ${bar(known ? svg`<path class="span" d=${`M${xOf(low)} 5H${xOf(high)}`} /><path class="dots" d=${`M${xOf(rate.rate ?? 0)} 5h0`} />` : nothing)}
  </div>`;
}
