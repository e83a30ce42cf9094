import type { Ticket } from '@remit/client';
import { html, nothing, type TemplateResult } from 'lit';
import type { RemitElement } from '../element.js';
import { icon } from '../icon.js';
import { decidingSentence } from '../view/approval.js';
import { CHECK, DOT } from '../view/icons.js';
import { pretty } from '../view/text.js';
import { chip, ticketLink } from './bits.js';

/* The cards of a ticket's page. */

/** What the analyst found. */
export function analysisCard(on: RemitElement, { analysis }: Ticket): TemplateResult {
  if (!analysis)
    return html`<section class="card"><p class="quiet">${on.say('It has not been analysed yet.')}</p></section>`;
  return html`<section class="card stack">
    <div class="row spread"><h3>${on.say('Analysis')}</h3><span class="quiet">${analysis.analyst}</span></div>
    <p dir="auto">${analysis.summary}</p>
    ${analysis.root_cause ? html`<div><h4>${on.say('Cause')}</h4><p dir="auto">${analysis.root_cause}</p></div>` : nothing}
    ${
      analysis.hypotheses.length === 0
        ? nothing
        : html`<div><h4>${on.say('Possible causes')}</h4><ul>${analysis.hypotheses.map(
            ({ cause, probability }) =>
              html`<li class="reason spread"><span dir="auto">${cause}</span><b>${Math.round(probability * 100)}%</b></li>`,
          )}</ul></div>`
    }
    ${
      analysis.evidence.length === 0
        ? nothing
        : html`<div><h4>${on.say('Evidence')}</h4><ul>${analysis.evidence.map((line) => html`<li class="reason">${icon(DOT)}<div dir="auto">${line}</div></li>`)}</ul></div>`
    }
    ${analysis.what_would_change_my_mind ? html`<div><h4>${on.say('What would speak against it')}</h4><p dir="auto">${analysis.what_would_change_my_mind}</p></div>` : nothing}
  </section>`;
}

/** Who acts, and every rule that was looked at. */
export function decisionCard(
  on: RemitElement,
  { remediation_decision: decision }: Ticket,
): TemplateResult | typeof nothing {
  if (!decision) return nothing;
  return html`<section class="card stack">
    <div class="row spread"><h3>${on.say('Decision')}</h3>${chip(on, decision.route)}</div>
    <p>${decidingSentence(decision)}</p>
    <details><summary>${on.say('All rules that were looked at')}</summary>
      <ol class="stack tight">${decision.because.map(
        (
          rule,
        ) => html`<li class="reason ${rule.applies ? 'fine' : ''}">${icon(rule.applies ? CHECK : DOT)}<div>${rule.applies ? html`<b>${rule.sentence}</b>` : rule.sentence}
          <div class="quiet">${rule.rule === 'finding' ? on.say('finding') : on.say('rule {n}', { n: rule.rule })} <code>${pretty(rule.inputs)}</code></div></div></li>`,
      )}</ol>
    </details>
  </section>`;
}

/** Tickets like this one, with what they share. */
export function similarCard(
  on: RemitElement & { readonly base: string | null },
  { similar_tickets: similar }: Ticket,
): TemplateResult | typeof nothing {
  if (similar.length === 0) return nothing;
  return html`<section class="card stack"><h3>${on.say('Similar tickets')}</h3>
    <ul class="stack tight">${similar.map(
      (
        each,
      ) => html`<li><div class="row spread">${ticketLink(on, each.ticket_id)}<b>${Math.round(each.similarity * 100)}%</b></div>
        <span class="quiet" dir="auto">${each.shared_terms.length === 0 ? nothing : on.say('Both say: {words}', { words: each.shared_terms.join(', ') })}</span></li>`,
    )}</ul></section>`;
}
