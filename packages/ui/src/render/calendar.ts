import type { Policy } from '@remit/client';
import { html, nothing, type TemplateResult } from 'lit';
import type { RemitElement } from '../element.js';
import { fromLocalField, toLocalField } from '../view/policy.js';

/* The lists of a policy that have several entries: windows in which changes are allowed, times at which they are not. */

type Window = Policy['maintenance_windows'][number];
type Freeze = Policy['freeze_periods'][number];

const DAYS: readonly (readonly [day: Window['days'][number], english: string])[] = [
  ['mon', 'Mon'],
  ['tue', 'Tue'],
  ['wed', 'Wed'],
  ['thu', 'Thu'],
  ['fri', 'Fri'],
  ['sat', 'Sat'],
  ['sun', 'Sun'],
];

/** A list as it is now, and what becomes of it. */
interface Listed<Entry> {
  readonly entries: readonly Entry[];
  readonly readOnly: boolean;
  readonly onChange: (entries: readonly Entry[]) => void;
}

interface Entries<Entry> extends Listed<Entry> {
  readonly fresh: Entry;
  readonly fields: (entry: Entry, set: (part: Partial<Entry>) => void) => TemplateResult;
}

function rows<Entry>(on: RemitElement, { entries, readOnly, fresh, onChange, fields }: Entries<Entry>): TemplateResult {
  const set = (at: number) => (part: Partial<Entry>) =>
    onChange(entries.map((entry, index) => (index === at ? { ...entry, ...part } : entry)));
  return html`<fieldset class="entries" ?disabled=${readOnly}>
    ${entries.map(
      (entry, at) => html`<div class="entry">${fields(entry, set(at))}
        ${readOnly ? nothing : html`<button type="button" @click=${() => onChange(entries.filter((_, index) => index !== at))}>${on.say('Remove')}</button>`}
      </div>`,
    )}
    ${readOnly ? nothing : html`<div><button type="button" @click=${() => onChange([...entries, fresh])}>${on.say('Add')}</button></div>`}
  </fieldset>`;
}

function field(
  label: string,
  type: string,
  [value, onInput]: readonly [string, (text: string) => void],
): TemplateResult {
  return html`<label class="field">${label}<input type=${type} .value=${value} @change=${(event: Event) =>
    onInput((event.target as HTMLInputElement).value)} /></label>`;
}

/** The maintenance windows of a policy. */
export function windowRows(on: RemitElement, list: Listed<Window>): TemplateResult {
  const fresh: Window = {
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    days: ['sat'],
    from: '22:00',
    to: '04:00',
  };
  return rows<Window>(on, {
    ...list,
    fresh,
    fields: (entry, set) => html`
      ${field(on.say('Time zone'), 'text', [entry.zone, (zone) => set({ zone })])}
      ${field(on.say('From'), 'time', [entry.from, (from) => set({ from })])}
      ${field(on.say('To'), 'time', [entry.to, (to) => set({ to })])}
      <div class="days">${DAYS.map(
        ([day, english]) =>
          html`<label class="tick"><input type="checkbox" .checked=${entry.days.includes(day)} @change=${(
            event: Event,
          ) => {
            const isOn = (event.target as HTMLInputElement).checked;
            set({
              days: DAYS.map(([each]) => each).filter((each) => (each === day ? isOn : entry.days.includes(each))),
            });
          }} />${on.say(english)}</label>`,
      )}</div>`,
  });
}

/** The freeze periods of a policy; instants are shown in the reader's zone. */
export function freezeRows(on: RemitElement, list: Listed<Freeze>): TemplateResult {
  return rows<Freeze>(on, {
    ...list,
    fresh: { from: '', to: '', reason: '' },
    fields: (entry, set) => html`
      ${field(on.say('From'), 'datetime-local', [toLocalField(entry.from), (text) => set({ from: fromLocalField(text) })])}
      ${field(on.say('To'), 'datetime-local', [toLocalField(entry.to), (text) => set({ to: fromLocalField(text) })])}
      ${field(on.say('Why'), 'text', [entry.reason, (reason) => set({ reason })])}`,
  });
}
