import type { Step } from '@remit/client';
import { html, nothing, type TemplateResult } from 'lit';
import type { RemitElement } from '../element.js';
import { icon } from '../icon.js';
import { flatten } from '../view/flatten.js';
import { CHECK, STOP, WARN } from '../view/icons.js';
import { lookOfName } from '../view/looks.js';
import { humanise } from '../view/text.js';

/* Small pieces that several elements show. */

/** A name with its colour and icon. */
export function chip(on: RemitElement, name: string): TemplateResult {
  const { tone, icon: path } = lookOfName(name);
  return html`<span class="chip ${tone}">${icon(path)}${on.say(humanise(name))}</span>`;
}

/** Why something was refused; nothing when it was not. */
export function refusal(error: string | null): TemplateResult | typeof nothing {
  return error ? html`<div class="note bad" role="alert">${icon(STOP)}<div dir="auto">${error}</div></div>` : nothing;
}

/** Something to know before going on. */
export function warning(text: unknown): TemplateResult {
  return html`<div class="note warn">${icon(WARN)}<div>${text}</div></div>`;
}

/** Something went well. */
export function success(text: unknown): TemplateResult {
  return html`<div class="note good" role="status">${icon(CHECK)}<div>${text}</div></div>`;
}

/** What a form says that is sent, by the names of its fields; what was left empty is left out. */
export function textsOf(event: SubmitEvent): Readonly<Record<string, string>> {
  event.preventDefault();
  const texts = [...new FormData(event.target as HTMLFormElement)].map(([name, text]) => [name, String(text).trim()]);
  return Object.fromEntries(texts.filter(([, text]) => text !== ''));
}

/** A value as a small table. */
export function facts(value: unknown): TemplateResult {
  const rows = flatten(value).filter(([name, leaf]) => name !== '' || leaf !== '{}');
  return html`<dl class="facts">${rows.map(([name, leaf]) => html`<dt>${name}</dt><dd dir="auto">${leaf}</dd>`)}</dl>`;
}

/** The steps of a plan: what, how severe, on what, with which arguments. */
export function planSteps(on: RemitElement, steps: readonly Step[]): TemplateResult {
  return html`<ol class="stack tight steps">${steps.map(
    (step) => html`<li class="step">
      <div class="row"><b>${step.step + 1}. ${step.action}</b>${chip(on, step.class)}<span class="quiet">${step.tool}</span></div>
      <div>${on.say('on')} ${step.targets.length === 0 ? '–' : step.targets.map((target) => html`<code class="target">${target}</code> `)}</div>
      ${Object.keys(step.arguments).length === 0 ? nothing : facts(step.arguments)}
    </li>`,
  )}</ol>`;
}

/** A link where the page has addresses, else a button that tells. */
function opener(base: string | null, id: string, text: string, tell: () => void): TemplateResult {
  return base === null
    ? html`<button type="button" class="plain" @click=${tell}>${text}</button>`
    : html`<a href=${`${base}/${encodeURIComponent(id)}`}>${text}</a>`;
}

/** Opens a ticket. */
export function ticketLink(on: RemitElement & { readonly base: string | null }, ticketId: string): TemplateResult {
  return opener(on.base, ticketId, ticketId, () => on.tell('remit-open', { ticket_id: ticketId }));
}

/** Opens a pattern; `base` is where patterns have their address. */
export function patternLink(
  on: RemitElement,
  base: string | null,
  { pattern_id, title }: { readonly pattern_id: string; readonly title: string },
): TemplateResult {
  return opener(base, pattern_id, title, () => on.tell('remit-open-pattern', { pattern_id }));
}
