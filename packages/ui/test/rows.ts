import type { LogRow } from '@remit/client';

/** HTML and script as tickets, tools and models may write them: all of it has to stay text. */
export const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror="alert(1)">',
  '"><svg onload=alert(1)>',
  "javascript:alert('1')",
  '<a href="javascript:alert(1)">click</a>',
  '{{constructor.constructor("alert(1)")()}}',
  ['$', '{alert(1)}'].join(''),
  '<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>',
  '<style>*{display:none}</style>',
  '<!-- --><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
  '\u202eright to left override',
];

/** A row of a log that links to the one before. */
export function row(seq: number, event: LogRow['event'], sentence: string): LogRow {
  return {
    remediation_id: 'rem-1',
    seq,
    at: new Date(Date.UTC(2026, 0, 31, 22, 0, seq)).toISOString(),
    actor: 'remit',
    event,
    sentence,
    previous_hash: seq === 1 ? '' : `hash-${seq - 1}`,
    hash: `hash-${seq}`,
  };
}

const verdict = (check: string, answer: string) => ({
  check,
  answer,
  because: `${check} was looked at.`,
  evidence: {},
});

/** The log of one run from proposal to success. */
export const RUN: readonly LogRow[] = [
  row(1, { type: 'proposed', decision: { route: 'approval' } }, 'A plan of 1 action was proposed (restart_service).'),
  row(2, { type: 'approval_requested', needed: 1 }, 'Approval was requested: 1 person has to say yes.'),
  row(3, { type: 'approval_given', by: 'ana' }, 'ana approved.'),
  row(
    4,
    { type: 'cleared', step: 0, verdicts: [verdict('kill_switch', 'yes'), verdict('symptom', 'no')] },
    'The guard cleared step 1: 2 of 2 checks said yes.',
  ),
  row(
    5,
    { type: 'action_intended', step: 0, arguments: { service: 'web' } },
    'Step 1 is about to be sent: ops/restart on service:web.',
  ),
  row(
    6,
    { type: 'action_settled', outcome: 'committed', result: { pid: 4711 } },
    'Step 1 was carried out (after 812 ms).',
  ),
  row(7, { type: 'validated', passed: false, checks: [] }, 'Validation failed.'),
  row(8, { type: 'succeeded', reason: '' }, 'It succeeded.'),
];

/** Many rows of many lengths. */
export function manyRows(count: number): readonly LogRow[] {
  return Array.from({ length: count }, (_, index) =>
    row(
      index + 1,
      { type: 'action_settled', outcome: 'committed' },
      `Row ${index + 1}. ${'It was carried out. '.repeat(index % 7)}`,
    ),
  );
}
