import type { Policy } from '@remit/client';

/** What of a policy can be changed. */
export type PolicyDraft = Omit<Policy, 'category' | 'version' | 'changed_by' | 'changed_at' | 'change_reason'>;
/** The name of a part of a policy. */
export type PolicyField = keyof PolicyDraft;

/** A part that would change. */
export interface Change {
  readonly field: PolicyField;
  readonly from: string;
  readonly to: string;
  /** Whether it lets automation do more than before. */
  readonly loosens: boolean;
}

const byOrder =
  (...strictestFirst: readonly unknown[]) =>
  (value: unknown): number =>
    strictestFirst.indexOf(value);
const atNone = (value: readonly unknown[]): number => (value.length === 0 ? 1 : 0);

/** How much each value lets through: the higher, the more. Flags and numbers that are not here speak for themselves. */
const RANKED: Readonly<Partial<Record<PolicyField, (value: never) => number>>> = {
  requires_approval: byOrder(true, 'by_level', false),
  min_reliability_score: (value: number) => -value,
  maintenance_windows: atNone,
  freeze_periods: (value: Policy['freeze_periods']) => -value.length,
  approvers: (value: number) => -value,
  approver_groups: atNone,
  escalation_target: () => 0,
  shadow: (value: boolean) => -Number(value),
  phase: byOrder('pilot', 'expansion', 'scale', 'full', null),
  phase_advance: byOrder('by_operator', 'while_gate_open'),
};

const told = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What a draft changes of a policy. */
export function changesOf(policy: Policy, draft: Partial<PolicyDraft>): readonly Change[] {
  return (Object.keys(draft) as PolicyField[])
    .filter((field) => JSON.stringify(policy[field]) !== JSON.stringify(draft[field]))
    .map((field) => {
      const rank = (RANKED[field] ?? Number) as (value: unknown) => number;
      const loosens = rank(draft[field]) > rank(policy[field]);
      return { field, from: told(policy[field]), to: told(draft[field]), loosens };
    });
}

/** An ISO instant for a field of local date and time. */
export function toLocalField(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(+at) ? '' : new Date(+at - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The ISO instant of a field of local date and time; empty when it is none. */
export function fromLocalField(text: string): string {
  const at = new Date(text);
  return Number.isNaN(+at) ? '' : at.toISOString();
}
