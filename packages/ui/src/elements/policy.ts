import type { Policy } from '@remit/client';
import { css, html, nothing, type TemplateResult } from 'lit';
import { LiveElement, type Watched } from '../live.js';
import { refusal, success, warning } from '../render/bits.js';
import { policyFields } from '../render/policyFields.js';
import { failed, loading } from '../render/states.js';
import { changesOf, type PolicyDraft } from '../view/policy.js';
import { dateTime, humanise } from '../view/text.js';

/**
 * The policy of one category: everything that can be changed, what the change lets through, and who changed it last.
 * It sends only what was changed, and only onto the version that was read.
 *
 * @element remit-policy
 * @attr {string} category - The category.
 * @attr {boolean} read-only - It shows the policy, and changes nothing.
 * @fires remit-policy - Somebody saves; detail `{ category, version, changes }`.
 */
export class RemitPolicy extends LiveElement {
  static readonly tag = 'remit-policy';
  static override properties = {
    category: { init: '' },
    policy: { attribute: false },
    draft: { state: true, init: {} },
    saved: { state: true, init: false },
    moved: { state: true, init: false },
  };
  static override styles = [
    ...LiveElement.styles,
    css`
      .changes { display: grid; gap: 4px; }
      s { color: var(--_quiet); }
      .entries { display: grid; gap: 10px; grid-template-columns: minmax(0, 1fr); }
      .entry > button { justify-self: start; }
      .entry { display: grid; gap: 8px 10px; grid-template-columns: repeat(auto-fit, minmax(min(190px, 100%), 1fr)); align-items: end; border: 1px solid var(--_line); border-radius: 8px; padding: 10px 12px; }
      .days { display: flex; flex-wrap: wrap; gap: 4px 12px; grid-column: 1 / -1; }
      section { display: grid; gap: 12px; grid-template-columns: minmax(0, 1fr); border-block-start: 1px solid var(--_line); padding-block-start: 14px; }
    `,
  ];

  declare category: string;
  /** The policy as the API gives it; null as long as it is not there. */
  declare policy: Policy | null;
  declare draft: Partial<PolicyDraft>;
  declare saved: boolean;
  /** Somebody else changed it while this was being edited. */
  declare moved: boolean;

  protected override watched(): readonly Watched[] {
    if (this.category === '') return [];
    const take = (policy: Policy): void => {
      this.policy = policy;
    };
    return [{ path: `/policies/${encodeURIComponent(this.category)}`, take }];
  }

  protected override about(): unknown {
    return this.category;
  }

  protected override willUpdate(changed: ReadonlyMap<PropertyKey, unknown>): void {
    if (changed.has('category') && changed.get('category')) this.policy = null;
    const before = changed.get('policy') as Policy | null | undefined;
    const isOther = before && this.policy?.category === before.category && this.policy.version !== before.version;
    this.moved = Object.keys(this.draft).length > 0 && (this.moved || isOther === true);
    super.willUpdate(changed);
  }

  /** Takes a change in; nothing is sent before it is saved. */
  change(part: Partial<PolicyDraft>): void {
    this.draft = { ...this.draft, ...part };
    this.saved = false;
  }

  async #save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { policy, category } = this;
    if (!policy) return;
    const changes = changesOf(policy, this.draft);
    if (changes.length === 0) return;
    const body = Object.fromEntries(changes.map(({ field }) => [field, this.draft[field]]));
    const detail = { category, version: policy.version, changes: body };
    const path = `/policies/${encodeURIComponent(category)}`;
    // Only onto what is shown: somebody else's change in between is refused, and what was typed stays.
    const reply = await this.act('remit-policy', detail, {
      method: 'PUT',
      path,
      body,
      headers: { 'if-match': `"${policy.version}"` },
    });
    if (!reply) return;
    this.draft = {};
    this.saved = true;
  }

  #review(policy: Policy): TemplateResult | typeof nothing {
    const changes = changesOf(policy, this.draft);
    if (changes.length === 0) return nothing;
    const list = html`<ul class="changes">${changes.map(
      ({ field, from, to }) => html`<li><b>${humanise(field)}</b>: <s>${from}</s> → ${to}</li>`,
    )}</ul>`;
    return html`<section aria-live="polite">
      ${this.moved ? html`<div role="alert">${warning(this.say('Somebody else changed it meanwhile. Look again at what will change.'))}</div>` : nothing}
      <h2>${this.say('What will change')}</h2>
      ${
        changes.some(({ loosens }) => loosens)
          ? warning(html`<p>${this.say('This lets automation do more than before:')}</p>${list}`)
          : list
      }
      <div class="row">
        <button class="primary" ?disabled=${this.busy}>${this.say('Save')}</button>
        <button type="button" @click=${() => {
          this.draft = {};
        }}>${this.say('Discard')}</button>
      </div></section>`;
  }

  protected override render(): TemplateResult {
    const { policy } = this;
    if (policy === null) return this.error ? failed(this, this.error) : loading(this);
    const changed = policy.changed_at
      ? this.say('Version {n}, changed by {who} on {when}.', {
          n: policy.version,
          who: policy.changed_by ?? '',
          when: dateTime(policy.changed_at),
        })
      : this.say('The default: nobody has changed it.');
    return html`<form class="stack" novalidate @submit=${this.#save}>
      <p class="quiet">${changed} <span dir="auto">${policy.change_reason ?? ''}</span></p>
      ${policyFields(this, policy)} ${this.readOnly ? nothing : this.#review(policy)}
      ${refusal(this.error)} ${this.saved ? success(this.say('Saved.')) : nothing}
    </form>`;
  }
}
