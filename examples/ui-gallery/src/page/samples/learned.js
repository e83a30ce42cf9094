/* What was learned. */

import { ago } from './base.js';
import { resolved } from './tickets.js';

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
  pattern('p6', 'server', 'memory of {name} above {n} %', [
    action('restart_service', 'eligible', [9, 0.9, 0.89, 86.7]),
  ]),
  pattern('p5', 'security', 'certificate of {name} expires', []),
];

/** The tickets of one pattern; the last came with a merge. */
const told = (ticket_id, title, more) => ({ ...resolved, ticket_id, title, pattern_id: 'p1', ...more });
export const patternTickets = [
  told('INC-2040', 'Web does not answer', { created_at: ago(61) }),
  told('INC-2012', 'Shop front end down again', { created_at: ago(2_900) }),
  told('INC-1988', 'HTTP 502 from every web node', { created_at: ago(9_100), status: 'needs_human' }),
  told('INC-1931', 'Portal answers nobody', { created_at: ago(21_000), pattern_id: 'p9' }),
];

/** What people said about it. */
export const changes = [
  {
    change_id: 'c1',
    pattern_id: 'p1',
    edit: { kind: 'rename', title: 'service {name} not responding' },
    reason: null,
    by: 'olga',
    at: ago(40_000),
  },
  {
    change_id: 'c2',
    pattern_id: 'p9',
    edit: { kind: 'merge', into: 'p1' },
    reason: 'The same outage in other words',
    by: 'olga',
    at: ago(20_000),
  },
  {
    change_id: 'c3',
    pattern_id: 'p1',
    edit: { kind: 'split', into: 'p7', title: 'Blank page', ticket_ids: ['INC-1900', 'INC-1904'] },
    reason: null,
    by: 'gil',
    at: ago(9_000),
  },
  { change_id: 'c4', pattern_id: 'p1', edit: { kind: 'undo', undoes: 'c3' }, reason: null, by: 'olga', at: ago(8_400) },
];

/** What people say has fixed its tickets. */
export const fixes = [
  {
    ticket_id: 'INC-1988',
    author: 'ines',
    at: ago(8_900),
    source: 'feedback',
    text: 'The certificate store was full. Cleared it, then restarted the service.',
    actions: [
      { action: 'clear_cache', arguments: { cache: 'certificates' } },
      { action: 'restart_service', arguments: { service: 'web' } },
    ],
  },
  {
    ticket_id: 'INC-1931',
    author: 'bo',
    at: ago(20_500),
    source: 'resolution',
    text: 'Rolled the load balancer back.',
    actions: [],
  },
];

/** The runbooks made of that. */
export const runbooks = [
  {
    name: 'restart-web',
    version: 2,
    title: 'Restart a service that does not answer',
    pattern_id: 'p1',
    category: 'server',
    symptom_texts: ['service not responding'],
    steps: [{ action: 'restart_service', arguments: { service: '$target' } }],
    candidate: null,
    retired: false,
    promoted_by: 'olga',
    promoted_at: ago(30_000),
  },
];

export const learned = { pattern: patterns[0], others: patterns, tickets: patternTickets, changes, fixes, runbooks };
