/* What operators set. */

import { ago } from './base.js';

export const policy = {
  category: 'server',
  version: 7,
  enabled: true,
  requires_approval: 'by_level',
  min_reliability_score: 85,
  allow_below_seed_minimum: false,
  critical_auto_approve: false,
  max_actions_per_hour: 10,
  maintenance_windows: [{ zone: 'Europe/Rome', days: ['sat', 'sun'], from: '22:00', to: '04:00' }],
  freeze_periods: [{ from: ago(-20_000), to: ago(-30_000), reason: 'Year-end closing' }],
  approvers: 1,
  approver_groups: ['operations'],
  escalation_target: 'on-call',
  self_approval: false,
  mode: 'seed',
  alpha: 0.05,
  delta: 0.05,
  shadow: false,
  phase: 'scale',
  changed_by: 'olga',
  changed_at: ago(4_000),
  change_reason: 'Two weeks of expansion without a wrong action.',
};

export const halt = {
  halt_id: 'h1',
  scope: 'category',
  category: 'network',
  reason: 'Switch firmware is being rolled out',
  by: 'olga',
  at: ago(35),
};
