import * as samples from './samples.js';

/* Every element in every state. The page needs one script tag for the elements, and this. */

const LONG = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft '.repeat(3).trim();
const HOSTILE = '<img src=x onerror="alert(1)"> <script>alert(1)</script>';
const ARABIC = { title: 'خدمة الويب لا تستجيب', description: 'لا تجيب واجهة المتجر منذ الساعة العاشرة.' };
const ERROR = { error: 'The service does not answer. Check the connection and try again.' };

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
      [
        'with its factors',
        'remit-score',
        {
          score: 87.5,
          level: 'high',
          factors: { ai_confidence: 92.4, human_validation: 85, success_history: 90, pattern_recognition: 82 },
          weights: samples.weights,
          evidence: samples.evidence,
        },
        'wide',
      ],
    ],
  ],
  [
    'Opting in',
    [
      ['off', 'remit-toggle', {}],
      ['asking', 'remit-toggle', { asking: true }],
      ['on', 'remit-toggle', { checked: true }],
      ['cannot be changed', 'remit-toggle', { checked: true, disabled: true }],
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
      ['refused', 'remit-feedback', { ticketId: 'INC-2040', error: 'The ticket is not known.' }],
    ],
  ],
  [
    'Patterns',
    [
      ['learned', 'remit-patterns', { patterns: samples.patterns }, 'wide'],
      ['none', 'remit-patterns', { patterns: [] }],
      ['error', 'remit-patterns', ERROR],
    ],
  ],
  [
    'Figures',
    [
      [
        'a month',
        'remit-dashboard',
        {
          reliability: samples.reliability,
          remediation: samples.remediation,
          gates: samples.gates,
          calibration: samples.calibration,
          risk: samples.risk,
        },
        'wide',
      ],
      [
        'nothing yet',
        'remit-dashboard',
        {
          reliability: { ...samples.reliability, average_score: null, trend: [] },
          remediation: { ...samples.remediation, trend: [] },
        },
        'wide',
      ],
      ['loading', 'remit-dashboard', {}],
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
    ],
  ],
  [
    'Halt',
    [
      ['nothing is halted', 'remit-halt', { halts: [], categories: ['server', 'network'] }],
      ['one category is', 'remit-halt', { halts: [samples.halt] }],
      ['for reading only', 'remit-halt', { halts: [samples.halt], readOnly: true }],
    ],
  ],
  [
    'Tickets',
    [
      ['a list', 'remit-tickets', { tickets: samples.tickets }, 'wide'],
      ['nobody knows what became of it', 'remit-ticket', { ticket: samples.parked, rows: samples.failedLog }, 'wide'],
      [
        'right to left',
        'remit-ticket',
        { ticket: { ...samples.waiting, ...ARABIC }, rows: samples.log, dir: 'rtl' },
        'wide',
      ],
      ['handing one in', 'remit-submit', { categories: ['server', 'network', 'storage'] }, 'wide'],
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
