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

const RANKED: Readonly<Partial<Record<PolicyField, (value: never) => number>>> = {
  // The higher, the more is let through.
  enabled: (value: boolean) => Number(value),
  requires_approval: (value: Policy['requires_approval']) => (value === true ? 0 : value === 'by_level' ? 1 : 2),
  min_reliability_score: (value: number) => -value,
  allow_below_seed_minimum: (value: boolean) => Number(value),
  critical_auto_approve: (value: boolean) => Number(value),
  max_actions_per_hour: (value: number) => value,
  maintenance_windows: (value: Policy['maintenance_windows']) => (value.length === 0 ? 1 : 0),
  freeze_periods: (value: Policy['freeze_periods']) => -value.length,
  approvers: (value: number) => -value,
  approver_groups: (value: readonly string[]) => (value.length === 0 ? 1 : 0),
  self_approval: (value: boolean) => Number(value),
  shadow: (value: boolean) => -Number(value),
  phase: (value: Policy['phase']) => (value === null ? 4 : ['pilot', 'expansion', 'scale', 'full'].indexOf(value)),
  alpha: (value: number) => value,
  delta: (value: number) => value,
};

const told = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What a draft changes of a policy. */
export function changesOf(policy: Policy, draft: Partial<PolicyDraft>): readonly Change[] {
  return (Object.keys(draft) as PolicyField[])
    .filter((field) => JSON.stringify(policy[field]) !== JSON.stringify(draft[field]))
    .map((field) => {
      const rank = RANKED[field] as ((value: unknown) => number) | undefined;
      const loosens = rank !== undefined && rank(draft[field]) > rank(policy[field]);
      return { field, from: told(policy[field]), to: told(draft[field]), loosens };
    });
}

/** An ISO instant for a field of local date and time. */
export function toLocalField(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '';
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The ISO instant of a field of local date and time; empty when it is none. */
export function fromLocalField(text: string): string {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
}
