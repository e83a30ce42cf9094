import type { Pattern, PatternAction } from '@remit/client';
import { html, nothing, type TemplateResult } from 'lit';
import type { RemitElement } from '../element.js';
import { icon } from '../icon.js';
import { CLOCK } from '../view/icons.js';
import type { ToldChange } from '../view/pattern.js';
import { dateTime, oneDecimal, percent } from '../view/text.js';
import { chip } from './bits.js';

/* What lists and pages of patterns show alike. */

function actionRow(on: RemitElement, action: PatternAction): TemplateResult {
  return html`<tr>
    <td><b>${action.action_type}</b><br />${chip(on, action.standing)}</td>
    <td>${action.occurrence_count}</td>
    <td>${percent(action.positive_feedback_rate)}</td>
    <td>${percent(action.auto_remediation_success_rate)}</td>
    <td>${oneDecimal(action.avg_reliability_score)}</td>
  </tr>`;
}

/** How far each fix of a pattern has come, and what it still lacks. */
export function standings(on: RemitElement, { title, actions }: Pattern): TemplateResult {
  if (actions.length === 0) return html`<p class="quiet">${on.say('No fix has been tried yet.')}</p>`;
  return html`<div class="scroll" tabindex="0" role="group" aria-label=${title}><table class="standings">
      <thead><tr>
        <th scope="col">${on.say('Fix')}</th>
        <th scope="col">${on.say('Seen')}</th>
        <th scope="col">${on.say('Praise')}</th>
        <th scope="col">${on.say('Success')}</th>
        <th scope="col">${on.say('Reliability')}</th>
      </tr></thead>
      <tbody>${actions.map((action) => actionRow(on, action))}</tbody>
    </table></div>
    ${actions.map(({ action_type: fix, lacking }) =>
      lacking.length === 0
        ? nothing
        : html`<p class="note">${icon(CLOCK)}<span>${on.say('{fix} still lacks: {what}', { fix, what: lacking.join('; ') })}</span></p>`,
    )}`;
}

/** One change in words, seen from a pattern. */
function sentenceOf(on: RemitElement, patternId: string, { change: { edit, pattern_id: other } }: ToldChange): string {
  switch (edit.kind) {
    case 'rename':
      return on.say('Called “{title}”', edit);
    case 'merge':
      return edit.into === patternId
        ? on.say('{other} was merged into this one', { other })
        : on.say('Merged into {into}', edit);
    case 'split':
      return edit.into === patternId
        ? on.say('Split off from {other}', { other })
        : on.say('{n} tickets split off as “{title}”', { n: edit.ticket_ids.length, title: edit.title });
    case 'undo':
      return '';
  }
}

/** What people said about a pattern, each with a way back as long as it holds. */
export function historyRows(
  on: RemitElement,
  patternId: string,
  {
    told,
    back,
  }: { readonly told: readonly ToldChange[]; readonly back: (each: ToldChange) => TemplateResult | typeof nothing },
): TemplateResult {
  return html`<ul class="stack tight">${told.map((each) => {
    const { change, undone } = each;
    const text = sentenceOf(on, patternId, each);
    return html`<li class="row spread"><div>
      <div dir="auto">${undone ? html`<s>${text}</s>` : text}</div>
      <div class="quiet" dir="auto">${change.by}, ${dateTime(change.at)}${change.reason ? `: ${change.reason}` : ''}${undone ? ' · ' : ''}${undone ? on.say('Taken back by {who}, {when}.', { who: undone.by, when: dateTime(undone.at) }) : nothing}</div>
    </div>${undone ? nothing : back(each)}</li>`;
  })}</ul>`;
}
