/* Their logs. */

import { NOW } from './base.js';
import { asksForExpansion, evidence, weights } from './tickets.js';

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
const bounced = (sentence) =>
  sentence
    .replace(/reliability 92\.2.*/, 'reliability 78.0 (high); the route is approval: The pattern is not eligible yet.')
    .replace('restart_service', 'bounce_port')
    .replace('ops/restart on service:web', 'net/bounce on port:Gi0/1')
    .replace('restarted', 'port is up');
export const failedLog = [
  ...log.slice(0, 5).map((each) => ({ ...each, sentence: bounced(each.sentence) })),
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
