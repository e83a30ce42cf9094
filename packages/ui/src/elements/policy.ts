import type { Policy } from '@remit/client';
import { css, html, nothing, type TemplateResult } from 'lit';
import { LiveElement, type Watched } from '../live.js';
import { refusal, success, warning } from '../render/bits.js';
import { freezeRows, windowRows } from '../render/calendar.js';
import { controls } from '../styles/controls.js';
import { changesOf, type PolicyDraft, type PolicyField } from '../view/policy.js';
import { commaList, dateTime, humanise } from '../view/text.js';
import { failed, loading } from './states.js';

type Named<Type> = { [Field in PolicyField]: PolicyDraft[Field] extends Type ? Field : never }[PolicyField];

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
    controls,
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

  protected override willUpdate(changed: ReadonlyMap<PropertyKey, unknown>): void {
    if (changed.has('category') && changed.get('category') !== undefined) {
      this.draft = {};
      this.saved = false;
      this.policy = null;
    }
    const before = changed.get('policy') as Policy | null | undefined;
    const isOther = before && this.policy?.category === before.category && this.policy.version !== before.version;
    this.moved = Object.keys(this.draft).length > 0 && (this.moved || isOther === true);
    super.willUpdate(changed);
  }

  #set(part: Partial<PolicyDraft>): void {
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

  #value<Field extends PolicyField>(policy: Policy, field: Field): PolicyDraft[Field] {
    return (field in this.draft ? this.draft[field] : policy[field]) as PolicyDraft[Field];
  }

  #tick(policy: Policy, field: Named<boolean>, english: string): TemplateResult {
    return html`<label class="tick"><input type="checkbox" .checked=${this.#value(policy, field)} ?disabled=${this.readOnly}
      @change=${(event: Event) => this.#set({ [field]: (event.target as HTMLInputElement).checked })} />${this.say(english)}</label>`;
  }

  #number(policy: Policy, field: Named<number>, english: string, step = '1'): TemplateResult {
    return html`<label class="field">${this.say(english)}
      <input type="number" min="0" step=${step} .value=${String(this.#value(policy, field))} ?disabled=${this.readOnly}
        @change=${(event: Event) => this.#set({ [field]: (event.target as HTMLInputElement).valueAsNumber })} /></label>`;
  }

  #choice<Field extends PolicyField>(
    policy: Policy,
    [field, english]: readonly [Field, string],
    choices: readonly (readonly [PolicyDraft[Field], string])[],
  ): TemplateResult {
    const now = this.#value(policy, field);
    return html`<label class="field">${this.say(english)}
      <select ?disabled=${this.readOnly} @change=${(event: Event) => {
        const chosen = choices[(event.target as HTMLSelectElement).selectedIndex];
        if (chosen) this.#set({ [field]: chosen[0] } as Partial<PolicyDraft>);
      }}>${choices.map(([value, label]) => html`<option ?selected=${value === now}>${this.say(label)}</option>`)}</select></label>`;
  }

  #fields(policy: Policy): TemplateResult {
    return html`<div class="grid">
        ${this.#tick(policy, 'enabled', 'Automatic remediation is on')}
        ${this.#tick(policy, 'shadow', 'Shadow mode: decide and record, change nothing')}
        ${this.#choice(
          policy,
          ['requires_approval', 'Which writes wait for a person'],
          [
            [true, 'Every write'],
            ['by_level', 'By level of reliability'],
            [false, 'Only where the rules demand it'],
          ],
        )}
        ${this.#choice(
          policy,
          ['phase', 'Rollout phase'],
          [
            [null, 'None'],
            ['pilot', 'Pilot: 5 %'],
            ['expansion', 'Expansion: 20 %'],
            ['scale', 'Scale: 50 %'],
            ['full', 'Full'],
          ],
        )}
        ${this.#number(policy, 'min_reliability_score', 'Least reliability, 0 to 100', '0.1')}
        ${this.#number(policy, 'max_actions_per_hour', 'Actions per hour at most')}
      </div>
      <section><h2>${this.say('Approvals')}</h2><div class="grid">
        ${this.#number(policy, 'approvers', 'People who have to say yes')}
        ${this.#list(policy)} ${this.#escalation(policy)}
        ${this.#tick(policy, 'self_approval', 'Whoever submitted a ticket may approve it')}
        ${this.#tick(policy, 'critical_auto_approve', 'A critical write may earn to run without approval')}
        ${this.#tick(policy, 'allow_below_seed_minimum', 'A least reliability below 85 is allowed')}
      </div></section>
      <section><h2>${this.say('How thresholds are set')}</h2><div class="grid">
        ${this.#choice(
          policy,
          ['mode', 'Mode'],
          [
            ['seed', 'Fixed thresholds'],
            ['guaranteed', 'Thresholds from evidence'],
          ],
        )}
        ${this.#number(policy, 'alpha', 'Bound on the wrong-action risk, 0 to 1', '0.001')}
        ${this.#number(policy, 'delta', 'Doubt that is accepted, 0 to 1', '0.001')}
      </div></section>`;
  }

  #list(policy: Policy): TemplateResult {
    return html`<label class="field">${this.say('Groups that may approve, with commas')}
      <input .value=${this.#value(policy, 'approver_groups').join(', ')} ?disabled=${this.readOnly} @change=${(
        event: Event,
      ) => {
        this.#set({ approver_groups: [...commaList((event.target as HTMLInputElement).value)] });
      }} /></label>`;
  }

  #escalation(policy: Policy): TemplateResult {
    return html`<label class="field">${this.say('Who is told when nobody answers')}
      <input .value=${this.#value(policy, 'escalation_target') ?? ''} ?disabled=${this.readOnly} @change=${(
        event: Event,
      ) => {
        this.#set({ escalation_target: (event.target as HTMLInputElement).value.trim() || null });
      }} /></label>`;
  }

  #calendar(policy: Policy): TemplateResult {
    const windows = this.#value(policy, 'maintenance_windows');
    const freezes = this.#value(policy, 'freeze_periods');
    return html`<section><h2>${this.say('Maintenance windows')}</h2>
        <p class="quiet">${this.say('Without any, changes are allowed at all times.')}</p>
        ${windowRows(this, { windows, readOnly: this.readOnly, onChange: (maintenance_windows) => this.#set({ maintenance_windows: [...maintenance_windows] }) })}</section>
      <section><h2>${this.say('Freeze periods')}</h2>
        ${freezeRows(this, { freezes, readOnly: this.readOnly, onChange: (freeze_periods) => this.#set({ freeze_periods: [...freeze_periods] }) })}</section>`;
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
      ${this.#fields(policy)} ${this.#calendar(policy)} ${this.readOnly ? nothing : this.#review(policy)}
      ${refusal(this.error)} ${this.saved ? success(this.say('Saved.')) : nothing}
    </form>`;
  }
}
