import type { Policy } from '@remit/client';
import { html, type TemplateResult } from 'lit';
import type { RemitElement } from '../element.js';
import type { PolicyDraft, PolicyField } from '../view/policy.js';
import { commaList } from '../view/text.js';
import { freezeRows, windowRows } from './calendar.js';

/* Every part of a policy as a field. */

type Named<Type> = { [Field in PolicyField]: PolicyDraft[Field] extends Type ? Field : never }[PolicyField];

/** What the fields need of the element that edits. */
export interface Editor extends RemitElement {
  readonly readOnly: boolean;
  readonly draft: Partial<PolicyDraft>;
  change(part: Partial<PolicyDraft>): void;
}

/** All fields of a policy, as it would be with the draft. */
export function policyFields(on: Editor, policy: Policy): TemplateResult {
  const { readOnly } = on;
  const now: PolicyDraft = { ...policy, ...on.draft };

  const tick = (field: Named<boolean>, english: string): TemplateResult =>
    html`<label class="tick"><input type="checkbox" .checked=${now[field]} ?disabled=${readOnly}
      @change=${(event: Event) => on.change({ [field]: (event.target as HTMLInputElement).checked })} />${on.say(english)}</label>`;
  const text = (
    english: string,
    [value, set]: readonly [string, (text: string) => Partial<PolicyDraft>],
  ): TemplateResult =>
    html`<label class="field">${on.say(english)}<input .value=${value} ?disabled=${readOnly} @change=${(event: Event) => on.change(set((event.target as HTMLInputElement).value))} /></label>`;
  const count = (field: Named<number>, english: string, step = '1'): TemplateResult =>
    html`<label class="field">${on.say(english)}<input type="number" min="0" step=${step} .value=${String(now[field])} ?disabled=${readOnly}
      @change=${(event: Event) => on.change({ [field]: (event.target as HTMLInputElement).valueAsNumber })} /></label>`;
  const choice = <Field extends PolicyField>(
    field: Field,
    english: string,
    choices: readonly (readonly [PolicyDraft[Field], string])[],
  ): TemplateResult =>
    html`<label class="field">${on.say(english)}<select ?disabled=${readOnly} @change=${(event: Event) => {
      const chosen = choices[(event.target as HTMLSelectElement).selectedIndex];
      if (chosen) on.change({ [field]: chosen[0] });
    }}>${choices.map(([value, label]) => html`<option ?selected=${value === now[field]}>${on.say(label)}</option>`)}</select></label>`;

  return html`<div class="grid">
      ${tick('enabled', 'Automatic remediation is on')}
      ${tick('shadow', 'Shadow mode: decide and record, change nothing')}
      ${choice('requires_approval', 'Which writes wait for a person', [
        [true, 'Every write'],
        ['by_level', 'By level of reliability'],
        [false, 'Only where the rules demand it'],
      ])}
      ${choice('phase', 'Rollout phase', [
        [null, 'None'],
        ['pilot', 'Pilot: 5 %'],
        ['expansion', 'Expansion: 20 %'],
        ['scale', 'Scale: 50 %'],
        ['full', 'Full'],
      ])}
      ${choice('phase_advance', 'Who sets the next phase', [
        ['by_operator', 'An operator'],
        ['while_gate_open', 'An operator or the gate'],
      ])}
      ${count('min_reliability_score', 'Least reliability, 0 to 100', '0.1')}
      ${count('max_actions_per_hour', 'Actions per hour at most')}
    </div>
    <section><h2>${on.say('Approvals')}</h2><div class="grid">
      ${count('approvers', 'People who have to say yes')}
      ${text('Groups that may approve, with commas', [now.approver_groups.join(', '), (names) => ({ approver_groups: [...commaList(names)] })])}
      ${text('Who is told when nobody answers', [now.escalation_target ?? '', (name) => ({ escalation_target: name.trim() || null })])}
      ${tick('self_approval', 'Whoever submitted a ticket may approve it')}
      ${tick('critical_auto_approve', 'A critical write may earn to run without approval')}
      ${tick('allow_below_seed_minimum', 'A least reliability below 85 is allowed')}
    </div></section>
    <section><h2>${on.say('How thresholds are set')}</h2><div class="grid">
      ${choice('mode', 'Mode', [
        ['seed', 'Fixed thresholds'],
        ['guaranteed', 'Thresholds from evidence'],
      ])}
      ${count('alpha', 'Bound on the wrong-action risk, 0 to 1', '0.001')}
      ${count('delta', 'Doubt that is accepted, 0 to 1', '0.001')}
    </div></section>
    <section><h2>${on.say('Maintenance windows')}</h2>
      <p class="quiet">${on.say('Without any, changes are allowed at all times.')}</p>
      ${windowRows(on, { entries: now.maintenance_windows, readOnly, onChange: (windows) => on.change({ maintenance_windows: [...windows] }) })}</section>
    <section><h2>${on.say('Freeze periods')}</h2>
      ${freezeRows(on, { entries: now.freeze_periods, readOnly, onChange: (freezes) => on.change({ freeze_periods: [...freezes] }) })}</section>`;
}
