import type { Ticket } from '@remit/client';
import { html, type TemplateResult } from 'lit';
import { LiveElement, type Watched } from '../live.js';
import { empty, failed, loading } from '../render/states.js';
import { RemitApproval } from './approval.js';

/**
 * Everything that waits for a person, oldest first.
 *
 * @element remit-approvals
 * @attr {boolean} read-only - It can be read, not answered.
 */
export class RemitApprovals extends LiveElement {
  static readonly tag = 'remit-approvals';
  static readonly parts = [RemitApproval];
  static override properties = {
    tickets: { attribute: false },
    base: {},
  };

  /** The tickets that wait; null as long as they are not there. */
  declare tickets: readonly Ticket[] | null;
  /** Where tickets have their address; null: `remit-open` is fired instead. */
  declare base: string | null;

  protected override watched(): readonly Watched[] {
    return [this.listed('/approvals?limit=100', 'tickets')];
  }

  protected override render(): TemplateResult {
    const { tickets, store, readOnly, base } = this;
    if (tickets === null) return this.error ? failed(this, this.error) : loading(this);
    if (tickets.length === 0) return empty(this.say('Nothing waits for approval.'));
    return html`<ul class="stack">${tickets.map(
      (ticket) =>
        html`<li><remit-approval .ticket=${ticket} .store=${store} ?read-only=${readOnly} .base=${base}></remit-approval></li>`,
    )}</ul>`;
  }
}
