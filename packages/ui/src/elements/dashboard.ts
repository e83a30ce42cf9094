import type { ReliabilityStats, RemediationStats } from '@remit/client';
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../icon.js';
import { LiveElement, type Watched } from '../live.js';
import { numbers, outcomeBars, rateBar, scoreTrend } from '../render/charts.js';
import { calibrationCard, gatesCard, riskCard } from '../render/guarantee.js';
import { empty, failed, loading } from '../render/states.js';
import { chartStyles } from '../styles/charts.js';
import { pieces } from '../styles/pieces.js';
import { CHECK, STOP } from '../view/icons.js';
import { humanise, oneDecimal, percent } from '../view/text.js';

const SPANS = [7, 30, 90] as const;

/** Minutes as people say them. */
function minutes(value: number | null): string {
  if (value === null) return '–';
  if (value < 1) return `${Math.round(value * 60)} s`;
  return value >= 120 ? `${(value / 60).toFixed(1)} h` : `${Math.round(value)} min`;
}

/**
 * How tickets fared: reliability by day, right and wrong runs with intervals, time, approvals, what was refused, the
 * gates, the calibration and the risk at each coverage.
 *
 * @element remit-dashboard
 * @attr {number} days - How far back; 7, 30 or 90 are offered.
 */
export class RemitDashboard extends LiveElement {
  static readonly tag = 'remit-dashboard';
  static override properties = {
    days: { type: Number, init: 30 },
    reliability: { attribute: false },
    remediation: { attribute: false },
  };
  static override styles = [...LiveElement.styles, pieces, chartStyles];

  declare days: number;
  /** The answer of `GET /stats/reliability`. */
  declare reliability: ReliabilityStats | null;
  /** The answer of `GET /stats/auto-remediation`. */
  declare remediation: RemediationStats | null;

  protected override watched(): readonly Watched[] {
    const take = (part: Partial<RemitDashboard>): void => void Object.assign(this, part);
    return [
      { path: `/stats/reliability?days=${this.days}`, take: (reliability: ReliabilityStats) => take({ reliability }) },
      {
        path: `/stats/auto-remediation?days=${this.days}`,
        take: (remediation: RemediationStats) => take({ remediation }),
      },
    ];
  }

  #tile(name: string, value: string | number, note = ''): TemplateResult {
    return html`<div class="card tile"><span class="quiet">${name}</span><b>${value}</b><span class="quiet">${note}</span></div>`;
  }

  #tiles({
    tickets,
    resolved,
    repetitive,
    time_to_resolution,
    minutes_saved,
    approvals,
  }: RemediationStats): TemplateResult {
    const known = time_to_resolution.known_patterns;
    const unknown = time_to_resolution.unknown_patterns;
    return html`<div class="tiles">
      ${this.#tile(this.say('Tickets'), tickets, this.say('{n} resolved by people', { n: resolved.by_person }))}
      ${this.#tile(this.say('Fixed automatically'), resolved.automatically, this.say('{n} more with approval', { n: resolved.with_approval }))}
      ${this.#tile(this.say('Of repeated problems'), percent(repetitive.auto_share.rate), this.say('fixed automatically, of {n}', { n: repetitive.tickets }))}
      ${this.#tile(this.say('Known patterns'), minutes(known.median_minutes), this.say('median; {n} for unknown ones', { n: minutes(unknown.median_minutes) }))}
      ${this.#tile(this.say('Time saved'), minutes(minutes_saved.total), this.say('against what people took'))}
      ${this.#tile(this.say('Waiting for approval'), approvals.waiting, this.say('{n} asked in all', { n: approvals.asked }))}
    </div>`;
  }

  #reliability(stats: ReliabilityStats): TemplateResult {
    const days = stats.trend.map(({ day, average_score }) => ({ day, score: average_score }));
    const label = this.say('Average reliability by day, {n} over the whole time', {
      n: oneDecimal(stats.average_score),
    });
    return html`<section class="card stack">
      <div class="row spread"><h2>${this.say('Reliability by day')}</h2><span class="quiet">${this.say('average {n}', { n: oneDecimal(stats.average_score) })}</span></div>
      ${
        days.length === 0
          ? empty(this.say('No figures for this time.'))
          : html`${scoreTrend(label, days)}
        ${numbers(
          this,
          [this.say('Day'), this.say('Tickets'), this.say('Average')],
          stats.trend.map((each) => [each.day, each.tickets, oneDecimal(each.average_score)]),
        )}`
      }
    </section>`;
  }

  #outcomes({ trend, outcomes }: RemediationStats): TemplateResult {
    const total = trend.reduce((sum, { right, wrong }) => ({ right: sum.right + right, wrong: sum.wrong + wrong }), {
      right: 0,
      wrong: 0,
    });
    const label = this.say('Automatic runs by day: {right} right, {wrong} wrong', total);
    return html`<section class="card stack">
      <div class="row spread"><h2>${this.say('Automatic runs by day')}</h2>
        <span class="row quiet"><span class="chip good">${icon(CHECK)}${total.right} ${this.say('right')}</span><span class="chip bad">${icon(STOP)}${total.wrong} ${this.say('wrong')}</span></span></div>
      ${
        trend.length === 0
          ? empty(this.say('No figures for this time.'))
          : html`${outcomeBars(label, trend)}
        ${numbers(
          this,
          [this.say('Day'), this.say('right'), this.say('wrong')],
          trend.map(({ day, right, wrong }) => [day, right, wrong]),
        )}`
      }
      <h3 class="sub">${this.say('With 95 % intervals')}</h3>
      ${rateBar(this.say('Success, automatic'), outcomes.auto.success_rate, 'good')}
      ${rateBar(this.say('Wrong, automatic'), outcomes.auto.wrong_rate, 'bad')}
      ${rateBar(this.say('Success, approved'), outcomes.approval.success_rate, 'good')}
      ${rateBar(this.say('Wrong, approved'), outcomes.approval.wrong_rate, 'bad')}
    </section>`;
  }

  #counts(title: string, counts: Readonly<Record<string, number>>): TemplateResult | typeof nothing {
    const rows = Object.entries(counts)
      .filter(([, count]) => count > 0)
      .sort(([, a], [, b]) => b - a);
    if (rows.length === 0) return nothing;
    return html`<div class="stack tight"><h3 class="sub">${title}</h3><dl class="facts">${rows.map(([name, count]) => html`<dt>${humanise(name)}</dt><dd>${count}</dd>`)}</dl></div>`;
  }

  #rest({ routes, blocked, deferred, approvals, minutes_saved, shadow }: RemediationStats): TemplateResult {
    const saved = Object.fromEntries(
      minutes_saved.by_category.map((each) => [each.category, Math.round(each.minutes ?? 0)]),
    );
    const verdicts =
      Object.keys(shadow.verdicts).length > 0 ? this.#counts(this.say('Shadow mode'), shadow.verdicts) : nothing;
    return html`<section class="card stack"><h2>${this.say('Decisions and refusals')}</h2><div class="two">
      ${this.#counts(this.say('Routes'), routes)} ${this.#counts(this.say('Refused by'), blocked)}
      ${this.#counts(this.say('Put off by'), deferred)} ${this.#counts(this.say('Minutes saved'), saved)} ${verdicts}
      </div>${rateBar(this.say('Approvals given at once, without looking'), approvals.rubber_stamp_rate, 'bad')}</section>`;
  }

  protected override render(): TemplateResult {
    const { reliability, remediation } = this;
    const span = html`<select aria-label=${this.say('Time')} @change=${(event: Event) => {
      this.days = Number((event.target as HTMLSelectElement).value);
    }}>${SPANS.map((days) => html`<option value=${days} ?selected=${days === this.days}>${this.say('Last {n} days', { n: days })}</option>`)}</select>`;
    const body = (): TemplateResult => {
      if (this.error && !(reliability && remediation)) return failed(this, this.error);
      if (!reliability || !remediation) return loading(this);
      return html`${this.#tiles(remediation)}
        <div class="two">${this.#reliability(reliability)} ${this.#outcomes(remediation)} ${this.#rest(remediation)}
        ${gatesCard(this, reliability.gates)} ${calibrationCard(this, reliability.calibration)} ${riskCard(this, reliability.risk_coverage)}</div>`;
    };
    return html`<div class="stack"><div class="row">${span}</div>${body()}</div>`;
  }
}
