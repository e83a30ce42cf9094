/* Tickets as a real day gives them. */

import { ago, factors, NOW } from './base.js';

export const weights = factors(0.25, 0.3, 0.25, 0.2);
export const evidence = {
  confidence: 0.92,
  positive: 11,
  rated: 12,
  succeeded: 9,
  executed: 10,
  similarity: 0.86,
  resolved: 15,
};

const rule = (number, reason, [applies, sentence], inputs = {}) => ({
  rule: number,
  reason,
  applies,
  sentence,
  inputs,
});
const decision = (route, reason, sentence) => ({
  route,
  reason,
  requires_approval: route === 'approval',
  because: [
    rule(0, 'no_plan', [false, 'A plan was proposed.']),
    rule(1, 'opt_in_missing', [false, 'The ticket opted in.'], { enable_auto_remediation: true }),
    rule(3, 'forbidden', [false, 'Every action is in the catalogue and none is forbidden.']),
    rule(5, 'low_reliability', [false, 'The reliability is not in the low band.'], { score: 88 }),
    rule(7, reason, [true, sentence], {
      action_classes: ['critical_write'],
      approved_successes: 6,
      standing: 'eligible',
    }),
  ],
});

const step = (action, tool, args, more) => ({
  step: 0,
  action,
  tool,
  arguments: args,
  class: 'safe_write',
  family: 'restart',
  targets: [],
  ...more,
});

const base = {
  title: null,
  category: 'server',
  enable_auto_remediation: true,
  priority: null,
  requester: null,
  submitter: 'monitoring',
  targets: [],
  metadata: {},
  status: 'resolved',
  analysis: null,
  reliability_score: null,
  confidence_level: null,
  breakdown: null,
  factors: null,
  remediation_decision: null,
  pattern_id: 'p1',
  similar_tickets: [],
  resolution: null,
  reopenings: [],
  shadow: null,
  created_at: ago(30),
  updated_at: ago(20),
  resolved_at: null,
  remediation: null,
  remediation_id: null,
};

const expand = step(
  'expand_volume',
  'storage/expand',
  { volume: 'ds1', by_gib: 100 },
  {
    class: 'critical_write',
    family: 'storage',
    targets: ['volume:ds1'],
  },
);
export const asksForExpansion = 'An action is a critical write that has not earned to run without approval.';

/** A ticket that waits for a person. */
export const waiting = {
  ...base,
  ticket_id: 'INC-2041',
  title: 'Datastore ds1 at 98 % capacity',
  description: 'Writes to ds1 fail with 507 since 09:12. Nightly backups of three databases land there.',
  category: 'storage',
  status: 'awaiting_approval',
  priority: 'high',
  analysis: {
    analyst: 'runbook',
    summary: 'The volume has reached its quota; new writes are refused.',
    root_cause: 'Retention of backup sets was doubled last week, the quota was not.',
    hypotheses: [
      { cause: 'Quota too small for the new retention', probability: 0.84 },
      { cause: 'A backup job that does not delete its temporary files', probability: 0.12 },
    ],
    plan: null,
    confidence: 0.92,
    evidence: ['volume_status reports 98 % used of 400 GiB.', 'A write of 256 KiB was refused with 507.'],
    what_would_change_my_mind: 'A backup job still running after 12:00.',
    observations: [],
  },
  reliability_score: 88,
  confidence_level: 'high',
  breakdown: {},
  factors: factors(92, 84.6, 91.7, 84.2),
  remediation_decision: decision('approval', 'critical_write', asksForExpansion),
  similar_tickets: [
    { ticket_id: 'INC-1987', similarity: 0.93, shared_terms: ['datastore', 'capacity', '507'] },
    { ticket_id: 'INC-1902', similarity: 0.81, shared_terms: ['datastore', 'quota'] },
  ],
  remediation: {
    id: 'rem-2041',
    state: 'awaiting_approval',
    reason: null,
    plan: { actions: [expand] },
    plan_hash: '6f1d',
    options: [],
    approval: {
      approval_id: 'apr-1',
      binding_hash: '9c2a4d51b7e0f3a86c1d2e5f7a9b0c3d4e6f8a1b2c3d5e7f9a0b1c2d4e6f8a0b',
      requested_at: ago(18),
      expires_at: new Date(NOW + 23.6 * 3_600_000).toISOString(),
      escalated_at: null,
      needed: 2,
      approvals: [{ by: 'gil', at: ago(6), comment: null }],
      barred: { monitoring: 'submitted this ticket' },
      granted_at: null,
      good_until: null,
      consumed_at: null,
      shown: {
        plan: { actions: [] },
        pins: {},
        policy_version: 7,
        snapshot: { volume: { used_percent: 98, size_gib: 400 }, backup: { age_hours: 3.2, verified: true } },
        expires_at: new Date(NOW + 23.6 * 3_600_000).toISOString(),
      },
    },
  },
};

const restart = step('restart_service', 'ops/restart', { service: 'web' }, { targets: ['service:web'] });

/** A ticket that Remit fixed by itself. */
export const resolved = {
  ...base,
  ticket_id: 'INC-2040',
  title: 'Web service not responding',
  description: 'The shop front answers nothing since 10:02; health checks are refused.',
  status: 'resolved',
  reliability_score: 92.2,
  confidence_level: 'very_high',
  factors: factors(92, 91.2, 94.1, 91.6),
  remediation_decision: decision(
    'auto',
    'very_high_eligible',
    'The reliability is very high and the pattern is eligible, so it runs by itself.',
  ),
  analysis: {
    ...waiting.analysis,
    summary: 'The process is gone; nothing listens on its port.',
    root_cause: 'Out of memory at 10:01.',
    hypotheses: [],
    evidence: ['service_status reports no process.'],
    what_would_change_my_mind: null,
  },
  remediation: {
    id: 'rem-2040',
    state: 'succeeded',
    reason: null,
    plan: { actions: [restart] },
    plan_hash: 'ab',
    options: [],
    approval: null,
  },
};

/** A ticket whose last call nobody knows the outcome of. */
export const parked = {
  ...base,
  ticket_id: 'INC-2033',
  title: 'Port Gi0/1 flapping',
  description: 'Carrier lost every few seconds on the uplink of rack 4.',
  category: 'network',
  status: 'needs_human',
  reliability_score: 78,
  confidence_level: 'high',
  factors: factors(88, 75, 75, 73),
  analysis: {
    ...waiting.analysis,
    summary: 'The uplink of rack 4 loses its carrier every few seconds.',
    root_cause: null,
    hypotheses: [{ cause: 'A transceiver that fails', probability: 0.88 }],
    evidence: ['port_status counts 214 carrier losses in ten minutes.'],
    what_would_change_my_mind: 'Losses on both ends of the link.',
  },
  remediation_decision: decision(
    'approval',
    'pattern_not_eligible',
    'The pattern is not eligible yet, or is on probation, so a person is asked.',
  ),
  remediation: {
    ...waiting.remediation,
    id: 'rem-2033',
    state: 'needs_reconciliation',
    approval: null,
    plan: {
      actions: [step('bounce_port', 'net/bounce', { port: 'Gi0/1' }, { family: 'network', targets: ['port:Gi0/1'] })],
    },
    options: ['happened', 'did_not_happen', 'send_again'].map((answer) => ({
      answer,
      binding_hash: `hash-${answer}`,
      steps: [0],
      needed: 1,
      approvals: [],
      barred: {},
      shown: { calls: answer === 'send_again' ? [{ step: 1, tool: 'net/bounce', targets: ['port:Gi0/1'] }] : [] },
    })),
  },
};

const item = (ticket_id, title, more) => ({ ...base, ticket_id, title, description: title, ...more });
export const tickets = [
  waiting,
  { ...resolved, created_at: ago(48) },
  item('INC-2039', 'Cache of sessions returns stale baskets', {
    category: 'application',
    status: 'remediating',
    reliability_score: 95.1,
    confidence_level: 'very_high',
    created_at: ago(61),
  }),
  item('INC-2038', 'Queue emails grows faster than it is worked off', {
    category: 'application',
    status: 'deferred',
    reliability_score: 90.3,
    confidence_level: 'very_high',
    created_at: ago(95),
  }),
  parked,
  item('INC-2031', 'Certificate of the portal expires in two days', {
    category: 'security',
    status: 'suggested',
    reliability_score: 66.4,
    confidence_level: 'medium',
    created_at: ago(240),
  }),
  item('INC-2028', 'Reports run for hours since the weekend', {
    category: 'database',
    status: 'needs_human',
    reliability_score: 50.5,
    confidence_level: 'low',
    created_at: ago(420),
  }),
  item('INC-2027', 'Billing hangs on every export', { status: 'analyzing', created_at: ago(424) }),
].map((ticket) => ({ ...ticket, remediation_id: ticket.remediation?.id ?? null }));
