import type { Calibration, Gate, RiskPoint } from '@remit/client';
import { html, nothing, type TemplateResult } from 'lit';
import type { RemitElement } from '../element.js';
import { icon } from '../icon.js';
import { CHECK, LOCK } from '../view/icons.js';
import { humanise, oneDecimal, percent } from '../view/text.js';
import { numbers, progress, scatter } from './charts.js';
import { empty } from './states.js';

/* What mode `guaranteed` knows: gates, calibration, and the risk at each coverage. */

/** Where W is on its way from 1 to what opens the gate, 0..1; in logarithms, for W grows by factors. */
function wayOf({ wealth, threshold }: Gate['bounds'][number]): number {
  return Math.log(wealth) / Math.log(threshold);
}

function gateCard(on: RemitElement, gate: Gate): TemplateResult {
  const { open, bounds, budget, categories } = gate;
  const nearest = [...bounds].sort((a, b) => wayOf(b) - wayOf(a))[0];
  const values = { alpha: percent(gate.alpha), confidence: percent(1 - gate.delta) };
  const spent = { n: budget.known_wrong, all: oneDecimal(budget.allowed), runs: budget.autos };
  return html`<li class="stack tight">
    <div class="row spread"><h3>${humanise(gate.action_class)} <span class="quiet">${on.say('wrong below {alpha}, confidence {confidence}', values)}</span></h3>
      <span class="chip ${open ? 'good' : 'warn'}">${icon(open ? CHECK : LOCK)}${open ? on.say('open') : on.say('closed')}</span></div>
    <p>${gate.why} ${open ? nothing : on.say('{n} right runs in a row would open it.', { n: gate.clean_runs_left })}</p>
    ${nearest && !open ? progress(on.say('W {w} of {all}; {n} labels, {wrong} wrong', { w: oneDecimal(nearest.wealth), all: oneDecimal(nearest.threshold), n: nearest.n, wrong: nearest.losses }), wayOf(nearest)) : nothing}
    <p class="quiet">${categories.length === 0 ? on.say('It only watches.') : on.say('It opens: {list}.', { list: categories.join(', ') })}
      ${on.say('Error budget of 30 days: {n} of {all} used, {runs} automatic runs.', spent)}</p>
    ${numbers(
      on,
      ['λ', 'W', on.say('Opens at'), 'n', on.say('wrong'), on.say('Labels left')],
      bounds.map((each) => [
        each.lambda,
        oneDecimal(each.wealth),
        oneDecimal(each.threshold),
        each.n,
        each.losses,
        each.clean_runs_left,
      ]),
    )}
  </li>`;
}

/** The gates: which are open, and what the closed ones lack. */
export function gatesCard(on: RemitElement, gates: readonly Gate[]): TemplateResult | typeof nothing {
  if (gates.length === 0) return nothing;
  return html`<section class="card stack"><h2>${on.say('Gates')}</h2><ul class="stack">${gates.map((gate) => gateCard(on, gate))}</ul></section>`;
}

/** A reliability diagram: what was stated against what came true. */
export function calibrationCard(on: RemitElement, { stated, recalibrated, method }: Calibration): TemplateResult {
  const title = on.say('Stated confidence against what came true');
  const shown = recalibrated ?? stated;
  if (!shown)
    return html`<section class="card stack"><h2>${title}</h2>${empty(on.say('No outcome is known yet.'))}</section>`;
  const pointsOf = ({ bins }: typeof shown) => bins.map(({ confidence, accuracy }) => ({ x: confidence, y: accuracy }));
  return html`<section class="card stack"><div class="row spread"><h2>${title}</h2><span class="quiet">${on.say('ECE {ece}, {n} labels', { ece: percent(shown.ece), n: shown.labels })}</span></div>
    ${scatter(title, pointsOf(shown), { ends: ['0%', '100%'], isDiagonal: true, faint: recalibrated && stated ? pointsOf(stated) : [] })}
    <p class="quiet">${shown.enough ? on.say('A perfect forecaster stays below {n} in 95 of 100 cases.', { n: percent(shown.ece_null_95) }) : on.say('Too few labels to tell.')}
      ${recalibrated && stated ? on.say('Dots: recalibrated ({method}). Pale: as stated, ECE {ece}.', { method, ece: percent(stated.ece) }) : nothing}</p>
    ${numbers(
      on,
      [on.say('Stated'), on.say('Came true'), on.say('Labels')],
      shown.bins.map(({ confidence, accuracy, n }) => [percent(confidence), percent(accuracy), n]),
    )}</section>`;
}

/** The share of wrong actions at each share of tickets that would have run automatically. */
export function riskCard(on: RemitElement, points: readonly RiskPoint[]): TemplateResult | typeof nothing {
  if (points.length === 0) return nothing;
  const title = on.say('Wrong actions by share handled automatically');
  // To the next ten percent, for most of it lies near the ground.
  const top = Math.ceil(Math.max(0.01, ...points.map(({ risk }) => risk)) * 10) / 10;
  return html`<section class="card stack"><h2>${title}</h2>
    ${scatter(
      title,
      points.map(({ coverage, risk }) => ({ x: coverage, y: risk / top })),
      { ends: ['0%', '100%'], top },
    )}
    ${numbers(
      on,
      ['λ', on.say('Handled'), on.say('wrong'), 'n'],
      points.map(({ lambda, coverage, risk, n }) => [lambda, percent(coverage), percent(risk), n]),
    )}</section>`;
}
