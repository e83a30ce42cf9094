import type { CandidateFix, Pattern, PatternChange, Runbook, TicketItem } from '@remit/client';
import { html, nothing, type TemplateResult } from 'lit';
import { LiveElement, type Watched } from '../live.js';
import { refusal, success, textsOf } from '../render/bits.js';
import { fixList, keyOf, runbookList } from '../render/fixes.js';
import { historyRows, standings } from '../render/pattern.js';
import { ticketRows } from '../render/patternTickets.js';
import { pieces } from '../styles/pieces.js';
import { historyOf, readSteps, writeSteps } from '../view/pattern.js';

type Texts = Readonly<Record<string, string>>;

interface Form {
  readonly verb: 'rename' | 'merge' | 'split' | 'promote';
  readonly fields: unknown;
  readonly button: string;
  /** The body of the request; null sends nothing. */
  readonly body: (texts: Texts) => object | null;
}

/**
 * One pattern whole: how far its fixes have come, its tickets, what people say has fixed them and the runbooks made of
 * that, and what people said about the pattern itself. It is renamed, merged and split here; each of that can be taken
 * back.
 *
 * @element remit-pattern
 * @attr {boolean} read-only - It can be read, nothing can be changed.
 * @fires remit-rename - Somebody gives it another name; detail is the body of `rename`.
 * @fires remit-merge - Somebody says that it is the same problem as another one; detail is the body of `merge`.
 * @fires remit-split - Somebody says that some tickets are another problem; detail is the body of `split`.
 * @fires remit-undo - Somebody takes a change back; detail is the body of `undo`.
 * @fires remit-promote - Somebody makes a runbook, or retires one; detail is the body of `promote`.
 * @fires remit-open - Somebody wants to see a ticket; detail `{ ticket_id }`.
 * @fires remit-open-pattern - It became part of another pattern; detail `{ pattern_id }`.
 */
export class RemitPattern extends LiveElement {
  static readonly tag = 'remit-pattern';
  static override properties = {
    pattern: { attribute: false },
    others: { attribute: false, init: [] },
    tickets: { attribute: false, init: [] },
    changes: { attribute: false, init: [] },
    fixes: { attribute: false, init: [] },
    runbooks: { attribute: false, init: [] },
    base: {},
    chosen: { state: true, init: new Set() },
    promoting: { state: true },
    done: { state: true, init: false },
  };
  static override styles = [...LiveElement.styles, pieces];

  /** The pattern as the API lists it. */
  declare pattern: Pattern | null;
  /** The patterns that it can be merged into; those of other categories are left out. */
  declare others: readonly Pattern[];
  /** Its newest tickets. */
  declare tickets: readonly TicketItem[];
  /** What people said about it, oldest first. */
  declare changes: readonly PatternChange[];
  /** What people say has fixed its tickets. */
  declare fixes: readonly CandidateFix[];
  /** The runbooks made of it, every version, oldest first. */
  declare runbooks: readonly Runbook[];
  /** Where tickets have their address; null: `remit-open` is fired instead. */
  declare base: string | null;
  declare chosen: ReadonlySet<string>;
  /** The candidate fix that is being made a runbook. */
  declare promoting: string | null;
  declare done: boolean;

  #path(id = this.pattern?.pattern_id ?? ''): string {
    return `/patterns/${encodeURIComponent(id)}`;
  }

  protected override watched(): readonly Watched[] {
    if (!this.pattern) return [];
    const path = this.#path();
    return [
      this.listed(`${path}/tickets?limit=200`, 'tickets'),
      this.listed(`${path}/changes`, 'changes'),
      this.listed(`${path}/candidate-fixes`, 'fixes'),
      this.listed(`${path}/runbooks`, 'runbooks'),
    ];
  }

  protected override about(): unknown {
    return this.pattern?.pattern_id;
  }

  async #send(verb: Form['verb'] | 'undo', body: object, path = this.#path()): Promise<boolean> {
    const reply = await this.act(`remit-${verb}`, body, { method: 'POST', path: `${path}/${verb}`, body });
    this.done = reply !== null;
    if (verb === 'merge' && reply) this.tell('remit-open-pattern', { pattern_id: (body as Texts)['into'] });
    return this.done;
  }

  #form({ verb, fields, button, body }: Form): TemplateResult {
    const send = async (event: SubmitEvent): Promise<void> => {
      const form = event.target as HTMLFormElement;
      const asked = body(textsOf(event));
      if (!asked || !(await this.#send(verb, asked))) return;
      form.reset();
      this.chosen = new Set();
      this.promoting = null;
    };
    return html`<form class="stack tight" @submit=${send}>${fields}
      <div><button ?disabled=${this.busy}>${button}</button></div></form>`;
  }

  #field(name: string, label: string, value = ''): TemplateResult {
    return html`<label class="field">${label}<input name=${name} autocomplete="off" ?required=${name !== 'reason'} .value=${value} /></label>`;
  }

  #reason(): TemplateResult {
    return this.#field('reason', this.say('Why'));
  }

  #choose(id: string): void {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(id)) chosen.add(id);
    this.chosen = chosen;
  }

  #tickets(): TemplateResult {
    const { chosen, tickets } = this;
    return html`<section class="card stack"><h3>${this.say('Its tickets')}</h3>
      ${ticketRows(this, tickets, { patternId: this.pattern?.pattern_id ?? '', chosen, onChoose: this.readOnly ? null : (id) => this.#choose(id) })}
      ${
        chosen.size === 0
          ? nothing
          : this.#form({
              verb: 'split',
              fields: html`<p class="quiet">${this.say('They get a pattern of their own, with every other ticket in just the same words.')}</p>
                ${this.#field('title', this.say('What that problem is called'))} ${this.#reason()}`,
              button: this.say('Split off {n}', { n: chosen.size }),
              body: (texts) => ({ ...texts, ticket_ids: [...chosen] }),
            })
      }</section>`;
  }

  #promotion(fix: CandidateFix): TemplateResult {
    return this.#form({
      verb: 'promote',
      fields: html`${this.#field('name', this.say('Short name'))} ${this.#field('title', this.say('Title'), fix.text.slice(0, 120))}
        <label class="field">${this.say('Steps, one a line: action {"argument": "$target"}')}<textarea name="steps" rows="3" required spellcheck="false" .value=${writeSteps(fix.actions)}></textarea></label>`,
      button: this.say('Make it a runbook'),
      body: ({ steps: text = '', ...texts }) => {
        const steps = readSteps(text);
        if (typeof steps !== 'string')
          return { ...texts, steps, candidate: { ticket_id: fix.ticket_id, author: fix.author } };
        this.error = this.say('This line is no step: {line}', { line: steps });
        return null;
      },
    });
  }

  #fixes(): TemplateResult {
    const chosen = this.fixes.find((fix) => keyOf(fix) === this.promoting);
    return html`<section class="card stack"><h3>${this.say('What people say has fixed it')}</h3>
      ${fixList(this, this.fixes, {
        open: this.promoting,
        onOpen: this.readOnly
          ? null
          : (key) => {
              this.promoting = key;
            },
      })}
      ${chosen ? this.#promotion(chosen) : nothing}
      ${runbookList(
        this,
        this.runbooks,
        this.readOnly
          ? null
          : ({ name, title, steps }) => void this.#send('promote', { name, title, steps, retired: true }),
      )}</section>`;
  }

  #change({ pattern_id, category, title }: Pattern): TemplateResult {
    const others = this.others.filter((other) => other.category === category && other.pattern_id !== pattern_id);
    return html`${
      others.length === 0
        ? nothing
        : html`<details class="card"><summary>${this.say('It is the same problem as another one')}</summary>${this.#form(
            {
              verb: 'merge',
              fields: html`<p class="quiet">${this.say('All that was learned counts there from then on, failures too. It can be taken back.')}</p>
              <label class="field">${this.say('Which one')}<select name="into">${others.map((other) => html`<option value=${other.pattern_id}>${other.title}</option>`)}</select></label>${this.#reason()}`,
              button: this.say('Merge'),
              body: (texts) => texts,
            },
          )}</details>`
    }
    <details class="card"><summary>${this.say('It should be called otherwise')}</summary>${this.#form({
      verb: 'rename',
      fields: html`${this.#field('title', this.say('Title'), title)} ${this.#reason()}`,
      button: this.say('Rename'),
      body: (texts) => texts,
    })}</details>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { pattern, readOnly } = this;
    if (!pattern) return nothing;
    const told = historyOf(this.changes);
    return html`<article class="stack">
      <header class="row spread"><h2 dir="auto">${pattern.title}</h2><span class="quiet">${pattern.category}</span></header>
      ${standings(this, pattern)} ${refusal(this.error)} ${this.done ? success(this.say('Saved.')) : nothing}
      ${this.#tickets()} ${this.fixes.length + this.runbooks.length > 0 ? this.#fixes() : nothing}
      ${readOnly ? nothing : this.#change(pattern)}
      ${
        told.length === 0
          ? nothing
          : html`<section class="card stack"><h3>${this.say('What people said about it')}</h3>${historyRows(
              this,
              pattern.pattern_id,
              {
                told,
                back: ({ change }) =>
                  readOnly
                    ? nothing
                    : html`<button type="button" ?disabled=${this.busy} @click=${() => void this.#send('undo', { undoes: change.change_id }, this.#path(change.pattern_id))}>${this.say('Take back')}</button>`,
              },
            )}</section>`
      }
    </article>`;
  }
}
