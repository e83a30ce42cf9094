import type { Halt } from '@remit/client';
import { html, nothing, type TemplateResult } from 'lit';
import { connect } from '../api.js';
import { icon } from '../icon.js';
import { LiveElement, type Watched } from '../live.js';
import { textsOf } from '../render/bits.js';
import { createStore, type Liveness } from '../store.js';
import { consoleStyles } from '../styles/console.js';
import { CHECK, CLOCK, STOP } from '../view/icons.js';
import { PAGES, type Route, routeOf } from '../view/route.js';
import { capital, commaList } from '../view/text.js';
import { RemitApprovals } from './approvals.js';
import { RemitDashboard } from './dashboard.js';
import { RemitHalt } from './halt.js';
import { RemitPatterns } from './patterns.js';
import { RemitPolicy } from './policy.js';
import { RemitSubmit } from './submit.js';
import { RemitTicket } from './ticket.js';
import { RemitTickets } from './tickets.js';

const TOKEN_KEY = 'remit-token';
const LIVENESS: Readonly<Record<Liveness, string>> = {
  live: 'Live',
  polling: 'Every few seconds',
  off: 'Not connected',
};

/**
 * The console: all pages on one element, with addresses of their own, live. It holds no right of its own: it uses the
 * API with a bearer token that stays in this tab.
 *
 * @element remit-console
 * @attr {string} api - Where the API lies.
 * @attr {string} categories - The categories, with commas.
 * @attr {boolean} read-only - Everything is shown, nothing can be changed.
 */
export class RemitConsole extends LiveElement {
  static readonly tag = 'remit-console';
  static readonly parts = [
    RemitTickets,
    RemitTicket,
    RemitSubmit,
    RemitApprovals,
    RemitPatterns,
    RemitDashboard,
    RemitPolicy,
    RemitHalt,
  ];
  static override properties = {
    api: { init: '/api/v1' },
    categories: { init: 'server,network,storage,application,database,cloud,security,other' },
    route: { state: true },
    needsToken: { state: true, init: false },
    liveness: { state: true, init: 'off' },
    halts: { state: true, init: [] },
    waiting: { state: true, init: [] },
  };
  static override styles = [...LiveElement.styles, consoleStyles];

  declare api: string;
  declare categories: string;
  declare route: Route;
  declare needsToken: boolean;
  declare liveness: Liveness;
  declare halts: readonly Halt[];
  declare waiting: readonly unknown[];

  readonly #onHash = (): void => {
    this.route = routeOf(location.hash);
    document.title = `Remit: ${this.route.id ?? capital(this.route.page)}`;
    // Whoever moves by keyboard or ear goes on where the new page begins.
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('main')?.focus());
  };

  override connectedCallback(): void {
    this.route = routeOf(location.hash);
    super.connectedCallback();
    addEventListener('hashchange', this.#onHash);
    if (!this.store) this.#open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('hashchange', this.#onHash);
    this.store?.close();
    this.store = null;
  }

  #open(): void {
    this.store?.close();
    const store = createStore(connect({ base: this.api, token: () => sessionStorage.getItem(TOKEN_KEY) }));
    store.on('unauthenticated', () => {
      sessionStorage.removeItem(TOKEN_KEY);
      this.needsToken = true;
    });
    store.on('liveness', (liveness) => {
      this.liveness = liveness;
    });
    this.needsToken = false;
    this.store = store;
    store.live();
  }

  #signIn(event: SubmitEvent): void {
    sessionStorage.setItem(TOKEN_KEY, textsOf(event)['token'] ?? '');
    this.#open();
  }

  #signOut(): void {
    sessionStorage.removeItem(TOKEN_KEY);
    this.store?.close();
    this.needsToken = true;
  }

  protected override watched(): readonly Watched[] {
    if (this.needsToken) return [];
    return [this.listed('/halt', 'halts'), this.listed('/approvals?limit=100', 'waiting')];
  }

  #header(): TemplateResult {
    const live = this.liveness === 'live';
    return html`<header>
      <a class="brand" href="#/tickets">Remit</a>
      <nav aria-label=${this.say('Pages')}>${PAGES.map(
        (page) =>
          html`<a href=${`#/${page}`} aria-current=${this.route.page === page ? 'page' : nothing}>${this.say(capital(page))} ${
            page === 'approvals' && this.waiting.length > 0
              ? html`<span class="count">${this.waiting.length}<span class="unseen"> ${this.say('waiting')}</span></span>`
              : nothing
          }</a>`,
      )}</nav>
      ${
        this.needsToken
          ? nothing
          : html`<span class="chip ${live ? 'good' : ''}">${icon(live ? CHECK : CLOCK)}${this.say(LIVENESS[this.liveness])}</span>
          <button type="button" class="plain" @click=${this.#signOut}>${this.say('Forget token')}</button>`
      }
      ${
        this.halts.length === 0 || this.needsToken
          ? nothing
          : html`<p class="banner" role="alert">${icon(STOP)}<span>${this.say('Halted')}: ${this.halts.map(({ category, reason }) => `${category ?? this.say('Everything')} (${reason})`).join('; ')}</span></p>`
      }
      ${this.readOnly ? html`<p class="only">${this.say('This page is for reading only.')}</p>` : nothing}
    </header>`;
  }

  #signInForm(): TemplateResult {
    return html`<form class="card stack sign-in" @submit=${this.#signIn}>
      <h1>${this.say('Who are you?')}</h1>
      <label class="field">${this.say('Access token')}<input name="token" type="password" autocomplete="off" spellcheck="false" required /></label>
      <p class="quiet">${this.say('It stays in this tab only.')}</p>
      <div><button class="primary">${this.say('Use this token')}</button></div>
    </form>`;
  }

  #page(): TemplateResult {
    const { store, readOnly } = this;
    const { page, id } = this.route;
    const base = '#/tickets';
    const categories = commaList(this.categories);
    switch (page) {
      case 'tickets':
        if (id !== null)
          return html`<h1 class="unseen">${id}</h1><p><a href=${base}>← ${this.say('All tickets')}</a></p><remit-ticket .ticketId=${id} .store=${store} .base=${base} .patternBase=${'#/patterns'} ?read-only=${readOnly}></remit-ticket>`;
        return html`<h1>${this.say('Tickets')}</h1>
          ${readOnly ? nothing : html`<details class="card"><summary>${this.say('New ticket')}</summary><remit-submit .store=${store} .categories=${categories}></remit-submit></details>`}
          <remit-tickets .store=${store} .base=${base}></remit-tickets>`;
      case 'approvals':
        return html`<h1>${this.say('Approvals')}</h1><remit-approvals .store=${store} .base=${base} ?read-only=${readOnly}></remit-approvals>`;
      case 'patterns':
        return html`<h1 class=${id === null ? '' : 'unseen'}>${this.say('Patterns')}</h1>${id === null ? nothing : html`<p><a href="#/patterns">← ${this.say('All patterns')}</a></p>`}
          <remit-patterns .store=${store} .patternId=${id} .base=${'#/patterns'} .ticketBase=${base} ?read-only=${readOnly}></remit-patterns>`;
      case 'figures':
        return html`<h1>${this.say('Figures')}</h1><remit-dashboard .store=${store}></remit-dashboard>`;
      case 'policies': {
        const category = id ?? categories[0] ?? 'other';
        return html`<h1>${this.say('Policies')}</h1>
          <nav class="tabs" aria-label=${this.say('Categories')}>${categories.map((each) => html`<a href=${`#/policies/${encodeURIComponent(each)}`} aria-current=${each === category ? 'page' : nothing}>${each}</a>`)}</nav>
          <remit-policy .category=${category} .store=${store} ?read-only=${readOnly}></remit-policy>`;
      }
      case 'halt':
        return html`<h1>${this.say('Halt')}</h1><remit-halt .store=${store} .categories=${categories} ?read-only=${readOnly}></remit-halt>`;
      default:
        return page satisfies never;
    }
  }

  #onOpen({ detail }: CustomEvent<{ readonly ticket_id?: string; readonly pattern_id?: string }>): void {
    const { ticket_id: ticket, pattern_id: pattern = '' } = detail;
    location.hash = ticket ? `#/tickets/${encodeURIComponent(ticket)}` : `#/patterns/${encodeURIComponent(pattern)}`;
  }

  protected override render(): TemplateResult {
    return html`${this.#header()}
      <main tabindex="-1" @remit-open=${this.#onOpen} @remit-open-pattern=${this.#onOpen}>${this.needsToken ? this.#signInForm() : this.#page()}</main>`;
  }
}
