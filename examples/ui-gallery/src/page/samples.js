/* Answers of the API as a real day gives them: what the elements show when no server is there. */

const NOW = Date.now();
const ago = (minutes) => new Date(NOW - minutes * 60_000).toISOString();
const day = (back) => new Date(NOW - back * 86_400_000).toISOString().slice(0, 10);

const factors = (ai_confidence, human_validation, success_history, pattern_recognition) => ({
  ai_confidence,
  human_validation,
  success_history,
  pattern_recognition,
});
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
  pattern_id: null,
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
const asksForExpansion = 'An action is a critical write that has not earned to run without approval.';

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

const row = (seq, event, sentence, actor = 'remit') => ({
  remediation_id: 'rem-2040',
  seq,
  at: new Date(NOW - 48 * 60_000 + seq * 420).toISOString(),
  actor,
  event,
  sentence,
  previous_hash: seq === 1 ? '' : `${seq - 1}`.padStart(64, '4f1c09be'),
  hash: `${seq}`.padStart(64, '4f1c09be'),
});
const verdict = (check, because) => ({ check, answer: 'yes', because, evidence: {} });

/** The log of the ticket that was fixed. */
export const log = [
  row(
    1,
    { type: 'proposed', weights, standings: [{ reliability_score: 92.2, evidence }] },
    'A plan of 1 action was proposed (restart_service) with reliability 92.2 (very high); the route is auto: The reliability is very high and the pattern is eligible, so it runs by itself.',
  ),
  row(2, { type: 'claimed', owner: 'worker-1' }, 'worker-1 took it up.'),
  row(
    3,
    {
      type: 'cleared',
      step: 0,
      clearance_id: 'clr-1',
      verdicts: [
        verdict('kill_switch', 'No halt is in force.'),
        verdict('maintenance_window', 'The window is open until 04:00 and leaves room for the plan and its rollback.'),
        verdict('symptom', 'service:web refuses connections.'),
        verdict('rate', '3 of 10 actions of this hour are used.'),
      ],
    },
    'The guard cleared step 1: 14 of 14 checks said yes.',
  ),
  row(
    4,
    {
      type: 'action_intended',
      step: 0,
      direction: 'do',
      action: 'restart_service',
      tool: 'ops/restart',
      arguments: { service: 'web' },
      targets: ['service:web'],
    },
    'Step 1 (restart_service) is about to be sent: ops/restart on service:web.',
  ),
  row(
    5,
    {
      type: 'action_settled',
      step: 0,
      direction: 'do',
      outcome: 'committed',
      detail: 'restarted',
      result: { pid: 48213 },
      took_ms: 2140,
    },
    'Step 1 was carried out: restarted (after 2140 ms).',
  ),
  row(
    6,
    {
      type: 'validated',
      passed: true,
      checks: [
        {
          tool: 'ops/status',
          passed: true,
          assertions: [{ path: '/up', wanted: 'equals true', found: true, holds: true }],
          error: null,
        },
      ],
    },
    'Validation passed: 1 check holds.',
  ),
  row(7, { type: 'succeeded', reason: '', committed: [0], undone: [] }, 'It succeeded. The effect of step 1 stands.'),
];

/** The log of a run that failed and was taken back. */
export const failedLog = [
  ...log.slice(0, 5),
  row(
    6,
    { type: 'validated', passed: false, checks: [] },
    'Validation failed: 1 of 2 checks does not hold (net/status).',
  ),
  row(
    7,
    { type: 'rollback_started', reason: 'validation_failed', steps: [0] },
    'Rolling back step 1, in this order: validation failed.',
  ),
  row(
    8,
    { type: 'action_settled', step: 0, direction: 'undo', outcome: 'unknown', detail: 'timeout' },
    'It is not known whether the undo of step 1 was carried out: timeout (after 30000 ms).',
  ),
  row(
    9,
    { type: 'needs_reconciliation', reason: 'undo_unknown', committed: [0], undone: [] },
    'It needs a person to look and to say how it ends (undo unknown).',
  ),
];

const action = (action_type, standing, [occurrence_count, praise, success, score], lacking = []) => ({
  action_type,
  standing,
  eligible_for_auto_remediation: standing !== 'learning',
  occurrence_count,
  positive_feedback_rate: praise,
  auto_remediation_success_rate: success,
  avg_reliability_score: score,
  tally: {},
  lacking,
});
const pattern = (pattern_id, category, title, actions) => ({
  pattern_id,
  category,
  title,
  created_at: ago(90_000),
  actions,
});
export const patterns = [
  pattern('p1', 'server', 'service {name} not responding', [
    action('restart_service', 'proven', [41, 0.95, 0.98, 93.4]),
  ]),
  pattern('p2', 'storage', 'datastore {name} at {n} % capacity', [
    action('expand_volume', 'eligible', [15, 0.91, 0.93, 88.2]),
  ]),
  pattern('p3', 'network', 'port {name} flapping on switch', [
    action('bounce_port', 'learning', [3, 0.8, 1, 78], ['2 more occurrences', 'feedback 0.80 of 0.85']),
  ]),
  pattern('p4', 'application', 'cache {name} returns stale entries', [
    action('clear_cache', 'probation', [22, 0.72, 0.81, 84.9], ['on probation since two runs were reopened']),
  ]),
  pattern('p5', 'security', 'certificate of {name} expires', []),
];

const trendDays = Array.from({ length: 30 }, (_, index) => 29 - index);
const wave = (index, height) => Math.sin(index * 1.7) * height + Math.cos(index * 0.6) * height;
export const reliability = {
  days: 30,
  category: null,
  tickets: 412,
  average_score: 83.6,
  median_score: 86.1,
  average_factors: factors(86, 81, 84, 83),
  average_breakdown: {},
  levels: { very_high: 148, high: 171, medium: 61, low: 32 },
  by_category: [],
  trend: trendDays.map((back, index) => ({
    day: day(back),
    tickets: 10 + (index % 7),
    average_score: Math.round((76 + index * 0.42 + wave(index, 2.4)) * 10) / 10,
  })),
};
const rate = (of, [share, low, high]) => ({ of, rate: share, low, high });
const outcomes = (executed, [right, wrong], [success, wrongRate]) => ({
  executed,
  right,
  wrong,
  failed: 1,
  rolled_back: 2,
  unknown: 0,
  reopened: 1,
  disputed: 0,
  success_rate: success,
  wrong_rate: wrongRate,
});
const took = (count, median) => ({ count, mean_minutes: median, median_minutes: median });
export const remediation = {
  days: 30,
  tickets: 412,
  opted_in: 338,
  routes: { auto: 187, approval: 96, manual: 38, suggest_only: 91 },
  states: {},
  resolved: { automatically: 181, with_approval: 84, by_person: 121 },
  repetitive: { tickets: 236, resolved_automatically: 171, auto_share: rate(236, [0.725, 0.66, 0.78]) },
  outcomes: {
    auto: outcomes(187, [183, 4], [rate(187, [0.979, 0.946, 0.992]), rate(187, [0.021, 0.008, 0.054])]),
    approval: outcomes(88, [85, 3], [rate(88, [0.966, 0.905, 0.988]), rate(88, [0.034, 0.012, 0.095])]),
  },
  time_to_resolution: { known_patterns: took(236, 0.6), unknown_patterns: took(150, 94) },
  approvals: {
    asked: 96,
    granted: 84,
    rejected: 7,
    expired: 1,
    waiting: 4,
    time_to_grant: took(84, 6.5),
    consents: 92,
    rubber_stamps: 9,
    rubber_stamp_rate: rate(92, [0.098, 0.052, 0.176]),
  },
  blocked: { symptom: 9, maintenance_window: 4, storm: 2 },
  deferred: { maintenance_window: 12, rate: 3 },
  minutes_saved: {
    total: 4120,
    by_category: [
      { category: 'server', right: 120, wrong: 2, person_minutes: 24, minutes: 2480 },
      { category: 'storage', right: 48, wrong: 1, person_minutes: 35, minutes: 1640 },
    ],
  },
  shadow: {
    tickets: 0,
    would_be: { auto: 0, approval: 0, manual: 0, suggest_only: 0 },
    verdicts: {},
    wrong_rate: null,
  },
  trend: trendDays.map((back, index) => ({
    day: day(back),
    tickets: 12,
    right: 4 + (index % 5),
    wrong: index % 9 === 4 ? 1 : 0,
  })),
};

export const gates = [
  {
    action_class: 'safe_write',
    open: true,
    why: 'Open for fixes whose lower quantile is at least 0.9: the average wrong-action risk of the tickets it is open for is below 5 % with confidence 95 %, given honest and complete outcome labels.',
    clean_runs_left: 0,
    budget: { wrong: 2, allowed: 9 },
  },
  {
    action_class: 'critical_write',
    open: false,
    why: 'Closed: 38 final labels, 1 of them wrong, do not carry it yet.',
    clean_runs_left: 41,
    budget: { wrong: 0, allowed: 0 },
  },
];
export const calibration = {
  labels: 412,
  ece: 0.031,
  bins: [0.15, 0.35, 0.5, 0.62, 0.74, 0.83, 0.91, 0.97].map((confidence, index) => ({
    confidence,
    accuracy: confidence + [0.05, -0.03, 0.04, 0.02, -0.04, -0.02, 0.01, -0.02][index],
    count: 20 + index * 9,
  })),
};
export const risk = [0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1].map((coverage) => ({
  coverage,
  risk: 0.004 + 0.14 * coverage ** 3,
}));

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

/** The log of the ticket that waits. */
export const waitingLog = [
  row(
    1,
    { type: 'proposed', weights, standings: [{ reliability_score: 88, evidence }] },
    `A plan of 1 action was proposed (expand_volume) with reliability 88.0 (high); the route is approval: ${asksForExpansion}`,
  ),
  row(
    2,
    { type: 'approval_requested', approval_id: 'apr-1', needed: 2 },
    'Approval was requested: 2 people have to say yes before tomorrow.',
  ),
  row(3, { type: 'approval_given', approval_id: 'apr-1', by: 'gil', comment: null }, 'gil approved.', 'gil'),
];
const logs = new Map([
  [waiting, waitingLog],
  [resolved, log],
  [parked, failedLog],
]);

const page = (items) => ({ items, next_cursor: null });
const bodies = {
  '/halt': page([]),
  '/approvals': page([waiting]),
  '/tickets': page(tickets),
  '/patterns': page(patterns),
  '/stats/reliability': reliability,
  '/stats/auto-remediation': remediation,
};
for (const ticket of [waiting, resolved, parked]) {
  bodies[`/tickets/${ticket.ticket_id}`] = ticket;
  bodies[`/tickets/${ticket.ticket_id}/remediation-logs`] = page(logs.get(ticket));
}

/** A store without a server: it answers from the samples and takes every change without doing anything. */
export const sampleStore = {
  watch(path, listener) {
    const body = path.startsWith('/policies/') ? policy : (bodies[path.split('?')[0]] ?? null);
    listener({ body, etag: null, trouble: body ? null : { message: 'There is no such sample.' }, loading: false });
    return () => undefined;
  },
  refresh: async () => undefined,
  more: async () => undefined,
  send: async () => ({ body: { notes: [] }, etag: null }),
  live: () => undefined,
  on: () => undefined,
  close: () => undefined,
};
