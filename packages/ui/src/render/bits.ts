import type { Step } from '@remit/client';
import { html, nothing, type TemplateResult } from 'lit';
import type { RemitElement } from '../element.js';
import { icon } from '../icon.js';
import { flatten } from '../view/flatten.js';
import { CHECK, STOP, WARN } from '../view/icons.js';
import { lookOfName, type NameKind } from '../view/looks.js';
import { humanise } from '../view/text.js';

/* Small pieces that several elements show. */

/** A name with its colour and icon. */
export function chip(on: RemitElement, kind: NameKind, name: string): TemplateResult {
  const { tone, icon: path } = lookOfName(kind, name);
  return html`<span class="chip ${tone}">${icon(path)}${on.say(`${kind}_${name}`, humanise(name))}</span>`;
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

/** A value as a small table. */
export function facts(value: unknown): TemplateResult {
  const rows = flatten(value).filter(([name, leaf]) => name !== '' || leaf !== '{}');
  return html`<dl class="facts">${rows.map(([name, leaf]) => html`<dt>${name}</dt><dd dir="auto">${leaf}</dd>`)}</dl>`;
}

/** The steps of a plan: what, how severe, on what, with which arguments. */
export function planSteps(on: RemitElement, steps: readonly Step[]): TemplateResult {
  return html`<ol class="stack tight steps">${steps.map(
    (step) => html`<li class="step">
      <div class="row"><b>${step.step + 1}. ${step.action}</b>${chip(on, 'class', step.class)}<span class="quiet">${step.tool}</span></div>
      <div>${on.say('on_targets', 'on')} ${step.targets.length === 0 ? '–' : step.targets.map((target) => html`<code class="target">${target}</code> `)}</div>
      ${Object.keys(step.arguments).length === 0 ? nothing : facts(step.arguments)}
    </li>`,
  )}</ol>`;
}

/** Opens a ticket: a link where the page has an address for tickets, else a button that tells. */
export function ticketLink(on: RemitElement & { readonly base: string | null }, ticketId: string): TemplateResult {
  if (on.base !== null) return html`<a href=${`${on.base}/${encodeURIComponent(ticketId)}`}>${ticketId}</a>`;
  return html`<button type="button" class="plain" @click=${() => on.tell('remit-open', { ticket_id: ticketId })}>${ticketId}</button>`;
}
