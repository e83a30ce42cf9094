import { chainHash } from '../../src/domain/canonical.js';
import type { PatternFact } from '../../src/domain/pattern.js';
import type { LogRow, RemediationEvent } from '../../src/domain/remediation.js';
import type { Storage } from '../../src/ports/storage.js';
import { badRecord, type Fleet, PATTERN } from './fleet.js';
import { operator } from './world.js';

/* What can change between a decision and its run, and how the first remediation of T then ends. */

export interface Change {
  readonly what: string;
  readonly happens: (f: Fleet) => Promise<unknown> | unknown;
  /** `state/reason` of the remediation that was decided before. */
  readonly ends: string;
  /** Of the ticket afterwards. */
  readonly status: string;
}

const newTool = (f: Fleet): void =>
  f.executor.define({
    'ops/restart': {
      run: () => f.effects.push({ tool: 'new', service: '', key: '', atMs: 0, wasUp: false }),
      description: 'new',
    },
  });

const disliked = (f: Fleet): readonly PatternFact[] => {
  const atMs = f.clock.now();
  return Array.from({ length: 300 }, (_, n): PatternFact[] => {
    const about = { patternId: PATTERN, actionType: 'restart', ticketId: `D${n}`, principal: `p${n}`, atMs };
    const outcome = {
      remediationId: `old-${n}`,
      resolved: false,
      executed: true,
      succeeded: false,
      via: 'auto',
      confidence: 0.9,
      similarity: 1,
    } as const;
    return [
      { ...about, ...outcome, kind: 'outcome' },
      { ...about, kind: 'vote', verdict: 'negative', admissible: true },
    ];
  }).flat();
};

/** Stops every run, whoever decided it. */
export const CHANGES: readonly Change[] = [
  {
    what: 'the target is well again',
    happens: (f) => Object.assign(f.services['web'] ?? {}, { up: true }),
    ends: 'recovered/symptom',
    status: 'resolved',
  },
  {
    what: 'the phase leaves the ticket out',
    happens: (f) => f.policy({ phase: 'pilot' }),
    ends: 'superseded/decision_again',
    status: 'suggested',
  },
  {
    what: 'the category is switched off',
    happens: (f) => f.policy({ enabled: false }),
    ends: 'superseded/category_enabled',
    status: 'suggested',
  },
  {
    what: 'the opt-in is withdrawn',
    happens: (f) => f.remit.setOptIn(operator, 'T', false),
    ends: 'withdrawn/opt_in_withdrawn',
    status: 'suggested',
  },
  { what: 'the tool is another one', happens: newTool, ends: 'manual/tool_pins', status: 'needs_human' },
  {
    what: 'a person fixed it',
    happens: (f) => f.remit.resolveTicket(operator, 'T', { text: 'did it by hand' }),
    ends: 'withdrawn/resolved_by_person',
    status: 'resolved',
  },
];

/** Stops what was decided without a person. */
export const ONLY_AUTO: readonly Change[] = [
  {
    what: 'the policy asks a person',
    happens: (f) => f.policy({ requiresApproval: true }),
    ends: 'superseded/decision_again',
    status: 'awaiting_approval',
  },
  {
    what: 'failures arrived, and the pattern has lost its standing',
    happens: (f) => f.learn(badRecord('restart', f.clock.now())),
    ends: 'superseded/decision_again',
    status: 'awaiting_approval',
  },
];

/** Stops what a person approved. */
export const ONLY_APPROVED: readonly Change[] = [
  {
    what: 'the policy is another version',
    happens: (f) => f.policy({ maxActionsPerHour: 9 }),
    ends: 'superseded/approval',
    status: 'awaiting_approval',
  },
  {
    what: 'the target is another one than was shown',
    happens: (f) => Object.assign(f.services['web'] ?? {}, { load: 99 }),
    ends: 'superseded/snapshot',
    status: 'awaiting_approval',
  },
  {
    what: 'so many failures arrived that nothing may run',
    happens: (f) => f.learn(disliked(f)),
    ends: 'superseded/decision_again',
    status: 'needs_human',
  },
];

type Proposed = Extract<RemediationEvent, { type: 'proposed' }>;

/** A store whose stored proposals can be swapped for others, each with a log that is well chained nevertheless. */
export interface Tampering {
  readonly storage: (shared: Storage) => Storage;
  /** What proposals are read as from now on; null: as they were written. */
  swap: ((proposed: Proposed) => Proposed) | null;
}

/** The rows with every hash computed anew, as somebody who changes a log and knows how it is chained would. */
function rehashed(rows: readonly LogRow[]): readonly LogRow[] {
  let previousHash = '';
  return rows.map(({ previousHash: _before, hash: _hash, ...content }) => {
    const row = { ...content, previousHash, hash: chainHash(previousHash, content) };
    previousHash = row.hash;
    return row;
  });
}

export function tampering(): Tampering {
  const hand: Tampering = {
    swap: null,
    storage: (shared) => ({
      ...shared,
      remediations: {
        ...shared.remediations,
        async load(tenant, id) {
          const loaded = await shared.remediations.load(tenant, id);
          const { swap } = hand;
          if (!loaded || !swap) return loaded;
          const swapped = (event: RemediationEvent) => (event.type === 'proposed' ? swap(event) : event);
          return { ...loaded, rows: rehashed(loaded.rows.map((row) => ({ ...row, event: swapped(row.event) }))) };
        },
      },
    }),
  };
  return hand;
}

/** The steps on another service than the decided one. */
export const onDb = (proposed: Proposed): Proposed => ({
  ...proposed,
  steps: proposed.steps.map((step) => ({
    ...step,
    arguments: { service: 'db' },
    targets: ['service:db'],
    targetKeys: ['global/service:db'],
  })),
});

/** `state/reason` of the first remediation of T. */
export async function firstEnd(f: Fleet): Promise<string> {
  const rows = await f.remit.logOf(operator, 'T');
  const end = rows.filter(({ remediationId }) => remediationId === rows[0]?.remediationId).at(-1)?.event;
  return end && 'reason' in end ? `${end.type}/${end.reason}` : String(end?.type);
}
