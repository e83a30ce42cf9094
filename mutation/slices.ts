/** A part of the code that is changed, and the tests that have to notice. */
export interface MutationSlice {
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
}

const domain = (...names: readonly string[]): readonly string[] =>
  names.map((name) => `packages/core/src/domain/${name}.ts`);
const engine = (...names: readonly string[]): readonly string[] =>
  names.map((name) => `packages/core/src/engine/${name}.ts`);
const tests = (...names: readonly string[]): readonly string[] =>
  names.map((name) => `packages/core/test/${name}.test.ts`);

/**
 * What `npm run mutation` goes through: the guard and the whole domain. `domain/policy.ts` holds numbers alone, which
 * exist once and are what they are: `vectors/rules.json` holds them, and a changed one is a change of the product.
 */
export const SLICES = {
  guard: {
    mutate: [...engine('guard/*', 'safetyGuard'), ...domain('safety')],
    tests: tests(
      ...['clear', 'orders', 'plan', 'reservations', 'time', 'world'].map((name) => `guard/${name}`),
      ...['clearance', 'engine/guard', 'engine/guardLater'],
    ),
  },
  decision: {
    mutate: domain('decision', 'reliability', 'evidence', 'rollout', 'feedback', 'recompute', 'identity'),
    tests: tests(
      ...['decisionTable', 'scoring', 'rules', 'carefulRoutes', 'feedback', 'rolloutPhase', 'approvers', 'components'],
      'decision',
    ),
  },
  window: {
    mutate: domain('window'),
    tests: tests('openings', 'window', 'rules'),
  },
  remediation: {
    mutate: domain('remediation', 'remediation/*', 'remediationTold', 'approval', 'reopening'),
    tests: tests(
      ...[
        'remediationRows',
        'remediationCommands',
        'projection',
        'approvals',
        'approvers',
        'parked',
        'remediationPaths',
      ],
      'remediation',
    ),
  },
  guarantee: {
    mutate: domain('guarantee/*'),
    tests: tests(
      ...['trials', 'facts', 'decision', 'doubt', 'gate', 'track', 'theorem'].map((name) => `guarantee/${name}`),
      'calibration',
    ),
  },
  calibration: {
    mutate: domain('calibration', 'calibration/*'),
    tests: tests('calibration', 'guarantee/doubt'),
  },
  catalogue: {
    mutate: domain('action', 'catalogue', 'analysis', 'runbook', 'secret', 'redaction', 'canonical', 'json*', 'ticket'),
    tests: tests('catalogue', 'analyst', 'approvers', 'components', 'jsonFault', 'plainJson'),
  },
  patterns: {
    mutate: domain('pattern', 'patternChange', 'learning', 'learnedFix', 'shadow', 'signature', 'template'),
    tests: tests('pattern', 'signature', 'template', 'alertLines', 'rules', 'engine/changePattern', 'engine/learned'),
  },
  similarity: {
    mutate: domain('similarity/*'),
    tests: tests('similarity', 'template', 'recognise'),
  },
  figures: {
    mutate: domain('figures', 'dayFigures', 'tallySums', 'ticketFigure', 'statistics'),
    tests: tests('figureParts', 'figures', 'engine/resolvedByPerson', 'engine/reports'),
  },
} as const satisfies Readonly<Record<string, MutationSlice>>;

/** A name of {@link SLICES}. */
export type SliceName = keyof typeof SLICES;
