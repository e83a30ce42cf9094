import { html, nothing, type TemplateResult } from 'lit';
import type { RemitElement } from '../element.js';
import { icon } from '../icon.js';
import { CHECK, LOCK } from '../view/icons.js';
import { humanise, percent } from '../view/text.js';
import { numbers, scatter } from './charts.js';

/* What mode `guaranteed` knows: gates, calibration, and the risk at each coverage. */

/** The gate of one class of actions. */
export interface GateStatus {
  readonly action_class: string;
  readonly open: boolean;
  /** One sentence. */
  readonly why: string;
  /** Right runs in a row that would open it; 0 when it is open. */
  readonly clean_runs_left: number;
  /** Known wrong automatic runs of the last 30 days, and how many of those the budget allows. */
  readonly budget: { readonly wrong: number; readonly allowed: number };
}

/** How far stated confidence could be trusted: one entry per bin, shares of 0..1. */
export interface Calibration {
  readonly labels: number;
  readonly ece: number | null;
  readonly bins: readonly { readonly confidence: number; readonly accuracy: number; readonly count: number }[];
}

/** The share of wrong actions when this share of tickets is handled automatically. */
export interface RiskPoint {
  readonly coverage: number;
  readonly risk: number;
}

function gateCard(on: RemitElement, gate: GateStatus): TemplateResult {
  const left = on.say('{n} right runs in a row would open it.', { n: gate.clean_runs_left });
  return html`<li class="reason ${gate.open ? 'good' : 'warn'}">${icon(gate.open ? CHECK : LOCK)}<div>
    <b>${humanise(gate.action_class)}: ${gate.open ? on.say('open') : on.say('closed')}</b>
    <p>${gate.why} ${gate.open ? nothing : left}</p>
    <p class="quiet">${on.say('Error budget of 30 days: {n} of {all} used.', { n: gate.budget.wrong, all: gate.budget.allowed })}</p>
  </div></li>`;
}

/** The cards for what is given of it; nothing where nothing is. */
export function guaranteeCards(
  on: RemitElement,
  {
    gates,
    calibration,
    risk,
  }: {
    readonly gates: readonly GateStatus[];
    readonly calibration: Calibration | null;
    readonly risk: readonly RiskPoint[];
  },
): TemplateResult {
  const bins = calibration?.bins ?? [];
  return html`${gates.length === 0 ? nothing : html`<section class="card stack"><h2>${on.say('Gates')}</h2><ul class="stack tight">${gates.map((gate) => gateCard(on, gate))}</ul></section>`}
    ${
      calibration === null || bins.length === 0
        ? nothing
        : html`<section class="card stack"><div class="row spread"><h2>${on.say('Stated confidence against what came true')}</h2><span class="quiet">${on.say('{n} labels, error {ece}', { n: calibration.labels, ece: percent(calibration.ece) })}</span></div>
        ${scatter(
          on.say('Share that came true by stated confidence'),
          bins.map(({ confidence, accuracy }) => ({ x: confidence, y: accuracy })),
          { ends: ['0%', '100%'], isDiagonal: true },
        )}
        ${numbers(
          on,
          [on.say('Stated'), on.say('Came true'), on.say('Labels')],
          bins.map(({ confidence, accuracy, count }) => [percent(confidence), percent(accuracy), count]),
        )}</section>`
    }
    ${
      risk.length === 0
        ? nothing
        : html`<section class="card stack"><h2>${on.say('Wrong actions by share handled automatically')}</h2>
        ${scatter(
          on.say('Wrong actions by share handled automatically'),
          risk.map(({ coverage, risk: y }) => ({ x: coverage, y })),
          { ends: ['0%', '100%'] },
        )}
        ${numbers(
          on,
          [on.say('Handled'), on.say('wrong')],
          risk.map(({ coverage, risk: y }) => [percent(coverage), percent(y)]),
        )}</section>`
    }`;
}
