import type { CandidateFix, Runbook } from '@remit/client';
import { html, nothing, type TemplateResult } from 'lit';
import type { RemitElement } from '../element.js';
import { newestRunbooks, writeSteps } from '../view/pattern.js';
import { dateTime } from '../view/text.js';

/* What people say has fixed a problem, and the runbooks made of that. */

/** A fix by a name of its own. */
export function keyOf({ ticket_id, author, at }: CandidateFix): string {
  return [ticket_id, author, at].join(' ');
}

/** What people say has fixed it; each can be opened to be made a runbook. */
export function fixList(
  on: RemitElement,
  fixes: readonly CandidateFix[],
  { open, onOpen }: { readonly open: string | null; readonly onOpen: ((key: string | null) => void) | null },
): TemplateResult {
  return html`<ul class="stack">${fixes.map((fix) => {
    const key = keyOf(fix);
    const isOpen = open === key;
    return html`<li class="stack tight"><p dir="auto">${fix.text}</p>
      <div class="row spread"><span class="quiet">${fix.author}, ${fix.ticket_id}, ${dateTime(fix.at)}</span>
      ${onOpen ? html`<button type="button" aria-expanded=${isOpen} @click=${() => onOpen(isOpen ? null : key)}>${on.say('Make a runbook…')}</button>` : nothing}</div></li>`;
  })}</ul>`;
}

/** The newest version of each runbook, with a way to retire it. */
export function runbookList(
  on: RemitElement,
  runbooks: readonly Runbook[],
  onRetire: ((runbook: Runbook) => void) | null,
): readonly TemplateResult[] {
  return newestRunbooks(runbooks).map((runbook) => {
    const { name, version: n, promoted_by: who } = runbook;
    return html`<div class="step"><div class="row spread"><b dir="auto">${runbook.title}</b><span class="quiet">${on.say('Runbook {name}, version {n}, by {who}', { name, n, who })}</span></div>
      <pre>${writeSteps(runbook.steps)}</pre>
      ${runbook.retired ? on.say('Retired: it is proposed no more.') : onRetire ? html`<div><button type="button" @click=${() => onRetire(runbook)}>${on.say('Retire')}</button></div>` : nothing}</div>`;
  });
}
