import * as samples from './samples.js';

/* Every element in every state. The page needs one script tag for the elements, and this. */

const LONG = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft '.repeat(3).trim();
const HOSTILE = '<img src=x onerror="alert(1)"> <script>alert(1)</script>';
const ARABIC = { title: 'خدمة الويب لا تستجيب', description: 'لا تجيب واجهة المتجر منذ الساعة العاشرة.' };
const ERROR = { error: 'The service does not answer. Check the connection and try again.' };

const CATEGORIES = ['server', 'network', 'storage'];
const SCORE = {
  score: 87.5,
  level: 'high',
  factors: { ai_confidence: 92.4, human_validation: 85, success_history: 90, pattern_recognition: 82 },
  weights: samples.weights,
  evidence: samples.evidence,
};
const FIGURES = { reliability: samples.reliability, remediation: samples.remediation };
const LONG_TICKET = {
  ...samples.tickets.at(-1),
  ticket_id: LONG.slice(0, 60),
  title: LONG,
  description: `${HOSTILE} ${LONG}`,
  remediation_decision: null,
};
const said = {
  ...{ rating: 2, feedback_type: null, was_helpful: null, resolution_accurate: null, actions_worked: false },
  ...{ comment: '', what_worked: '', what_didnt_work: '', suggestions: '', actual_resolution: '', time_to_resolve: '' },
};

/** What is shown: a heading, and for each state its name, the element and its properties. */
const SECTIONS = [
  [
    'Reliability score',
    [
      ['very high', 'remit-ring', { score: 95.1, level: 'very_high' }],
      ['high', 'remit-ring', { score: 87.4, level: 'high' }],
      ['medium', 'remit-ring', { score: 66.4, level: 'medium' }],
      ['low', 'remit-ring', { score: 50.5, level: 'low' }],
      ['not scored', 'remit-ring', {}],
      ['compact', 'remit-ring', { score: 87.4, level: 'high', compact: true }],
      ['with its factors', 'remit-score', SCORE, 'wide'],
    ],
  ],
  [
    'Opting in',
    [
      ['off', 'remit-toggle', {}],
      ['asking', 'remit-toggle', { asking: true }],
      ['on', 'remit-toggle', { checked: true }],
      ['cannot be changed', 'remit-toggle', { checked: true, disabled: true }],
      ['refused', 'remit-toggle', { error: 'Scope tickets:opt_in is missing. Ask an operator.' }],
    ],
  ],
  [
    'Approvals',
    [
      ['waiting', 'remit-approval', { ticket: samples.waiting }, 'wide'],
      [
        'for reading only, long and hostile text',
        'remit-approval',
        {
          ticket: { ...samples.waiting, ticket_id: LONG.slice(0, 60), title: LONG, description: HOSTILE },
          readOnly: true,
        },
        'wide',
      ],
      ['inbox', 'remit-approvals', { tickets: [samples.waiting] }, 'wide'],
      ['inbox, empty', 'remit-approvals', { tickets: [] }],
      ['inbox, loading', 'remit-approvals', {}],
      ['inbox, error', 'remit-approvals', ERROR],
    ],
  ],
  [
    'What happened',
    [
      ['a run that succeeded', 'remit-log', { rows: samples.log }, 'wide'],
      ['a run that failed', 'remit-log', { rows: samples.failedLog }, 'wide'],
      [
        'long and hostile text',
        'remit-log',
        { rows: samples.log.map((row) => ({ ...row, sentence: `${HOSTILE} ${LONG}` })).slice(0, 2) },
        'wide',
      ],
      ['a link that is broken', 'remit-log', { rows: samples.log.filter(({ seq }) => seq !== 4) }],
      ['empty', 'remit-log', { rows: [] }],
      ['loading', 'remit-log', {}],
      ['error', 'remit-log', ERROR],
    ],
  ],
  [
    'Feedback',
    [
      ['empty', 'remit-feedback', { ticketId: 'INC-2040' }],
      ['sent', 'remit-feedback', { ticketId: 'INC-2040', notes: ['It counts for this pattern.'] }],
      ['failed: what really fixed it', 'remit-feedback', { ticketId: 'INC-2040', draft: said }],
      ['for reading only', 'remit-feedback', { ticketId: 'INC-2040', readOnly: true }],
      ['refused', 'remit-feedback', { ticketId: 'INC-2040', error: 'The ticket is not known.' }],
    ],
  ],
  [
    'Patterns',
    [
      ['learned', 'remit-patterns', { patterns: samples.patterns }, 'wide'],
      ['one whole', 'remit-pattern', samples.learned, 'wide'],
      [
        'tickets to split off, a fix to promote',
        'remit-pattern',
        {
          ...samples.learned,
          chosen: new Set(['INC-2012']),
          promoting: `INC-1988 ines ${samples.fixes[0].at}`,
        },
        'wide',
      ],
      ['one for reading only', 'remit-pattern', { ...samples.learned, readOnly: true }, 'wide'],
      ['one that nobody has tried', 'remit-pattern', { pattern: samples.patterns.at(-1) }, 'wide'],
      [
        'long and hostile text, refused',
        'remit-pattern',
        {
          pattern: { ...samples.patterns[2], title: `${HOSTILE} ${LONG}` },
          tickets: [{ ...samples.patternTickets[0], title: `${HOSTILE} ${LONG}` }],
          fixes: [{ ...samples.fixes[0], text: `${HOSTILE} ${LONG}` }],
          error: 'The pattern is part of another one. Change the pattern that it is part of, or undo that merge first.',
        },
        'wide',
      ],
      ['none', 'remit-patterns', { patterns: [] }],
      ['one that is gone', 'remit-patterns', { patterns: samples.patterns, patternId: 'p99' }],
      ['loading', 'remit-patterns', {}],
      ['error', 'remit-patterns', ERROR],
    ],
  ],
  [
    'Figures',
    [
      ['a month', 'remit-dashboard', FIGURES, 'wide'],
      [
        'nothing yet',
        'remit-dashboard',
        {
          reliability: { ...samples.reliability, ...samples.nothingKnown, average_score: null, trend: [] },
          remediation: { ...samples.remediation, trend: [] },
        },
        'wide',
      ],
      ['loading', 'remit-dashboard', {}],
      ['error', 'remit-dashboard', ERROR],
    ],
  ],
  [
    'Policies',
    [
      ['editable', 'remit-policy', { category: 'server', policy: samples.policy }, 'wide'],
      [
        'about to be loosened',
        'remit-policy',
        { category: 'server', policy: samples.policy, draft: { requires_approval: false, max_actions_per_hour: 20 } },
        'wide',
      ],
      ['for reading only', 'remit-policy', { category: 'server', policy: samples.policy, readOnly: true }, 'wide'],
      ['loading', 'remit-policy', { category: 'server' }],
      ['error', 'remit-policy', { category: 'server', ...ERROR }],
    ],
  ],
  [
    'Halt',
    [
      ['nothing is halted', 'remit-halt', { halts: [], categories: ['server', 'network'] }],
      ['one category is', 'remit-halt', { halts: [samples.halt] }],
      ['long text', 'remit-halt', { halts: [{ ...samples.halt, reason: `${HOSTILE} ${LONG}` }], readOnly: true }],
      ['loading', 'remit-halt', {}],
      ['error', 'remit-halt', ERROR],
      ['for reading only', 'remit-halt', { halts: [samples.halt], readOnly: true }],
    ],
  ],
  [
    'Tickets',
    [
      ['a list', 'remit-tickets', { tickets: samples.tickets }, 'wide'],
      ['none', 'remit-tickets', { tickets: [] }],
      ['loading', 'remit-tickets', {}],
      ['error', 'remit-tickets', ERROR],
      ['long and hostile text', 'remit-tickets', { tickets: [LONG_TICKET] }, 'wide'],
      ['not analysed, long text', 'remit-ticket', { ticket: LONG_TICKET, rows: [] }, 'wide'],
      ['loading', 'remit-ticket', {}],
      ['error', 'remit-ticket', ERROR],
      ['nobody knows what became of it', 'remit-ticket', { ticket: samples.parked, rows: samples.failedLog }, 'wide'],
      ['handing one in', 'remit-submit', { categories: CATEGORIES }, 'wide'],
      ['handing one in, refused', 'remit-submit', { categories: CATEGORIES, ...ERROR }, 'wide'],
      ['bringing one to its end', 'remit-end', { ticket: samples.waiting }],
      ['one that was parked', 'remit-end', { ticket: samples.parked }, 'wide'],
      ['one that was resolved', 'remit-end', { ticket: samples.resolved }],
    ],
  ],
  [
    'Right to left',
    [
      ['score', 'remit-score', { ...SCORE, dir: 'rtl' }, 'wide'],
      ['asking', 'remit-toggle', { asking: true, dir: 'rtl' }],
      ['halt', 'remit-halt', { halts: [samples.halt], dir: 'rtl' }],
      ['form', 'remit-feedback', { ticketId: 'INC-2040', dir: 'rtl' }],
      ['form', 'remit-submit', { categories: CATEGORIES, dir: 'rtl' }],
      ['list', 'remit-tickets', { tickets: samples.tickets.slice(0, 3), dir: 'rtl' }, 'wide'],
      [
        'a ticket',
        'remit-ticket',
        { ticket: { ...samples.waiting, ...ARABIC }, rows: samples.log, dir: 'rtl' },
        'wide',
      ],
      ['a pattern', 'remit-pattern', { ...samples.learned, dir: 'rtl' }, 'wide'],
      ['figures', 'remit-dashboard', { ...FIGURES, dir: 'rtl' }, 'wide'],
      ['a policy', 'remit-policy', { category: 'server', policy: samples.policy, dir: 'rtl' }, 'wide'],
    ],
  ],
];

const stage = document.querySelector('main');
for (const [heading, states] of SECTIONS) {
  const section = document.createElement('section');
  section.append(Object.assign(document.createElement('h2'), { textContent: heading }));
  const grid = Object.assign(document.createElement('div'), { className: 'grid' });
  for (const [name, tag, properties, width = ''] of states) {
    const figure = Object.assign(document.createElement('figure'), { className: width });
    figure.append(Object.assign(document.createElement('figcaption'), { textContent: `${tag}: ${name}` }));
    figure.append(Object.assign(document.createElement(tag), properties));
    grid.append(figure);
  }
  section.append(grid);
  stage.append(section);
}
document.querySelector('#direction').addEventListener('click', () => {
  document.documentElement.dir = document.documentElement.dir === 'rtl' ? 'ltr' : 'rtl';
});
