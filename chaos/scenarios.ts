/* What the trials are about: which tools the world has, and which tickets come in. */

/** How the world's tools behave. */
export interface Tools {
  /** They refuse a second effect for the same idempotency key, durably. */
  readonly dedupes: boolean;
  /** What happens to the first call of a key: `slow` has its effect late, `loses_reply` has it and never answers. */
  readonly behaviour: 'normal' | 'slow' | 'loses_reply';
  /** Whether the reconcile read can tell what happened. */
  readonly probe: 'tells' | 'cannot_tell';
}

/** A ticket to hand in; its plan repairs each target in turn. */
export interface TicketPlan {
  readonly id: string;
  /** `server` runs automatically, `network` waits for a person. */
  readonly category: 'server' | 'network';
  readonly targets: readonly string[];
  /** Whether the plan begins with a step that only reads. */
  readonly looksFirst?: boolean;
}

/** A situation in which workers are killed. */
export interface Scenario {
  readonly tools: Tools;
  readonly tickets: readonly TicketPlan[];
  /** Whether the repair holds; if not, its validation fails and the plan is taken back. */
  readonly holds: boolean;
  /** Whether each step compares the target with how the step before left it. */
  readonly snapshot: boolean;
  /** What the person says to what is parked; null leaves it parked. */
  readonly answer: 'truthfully' | 'roll_back' | 'send_again' | null;
  /** Whether the submitter takes the opt-in back before another worker goes on. */
  readonly withdrawn: boolean;
  /** Whether an owner is also stopped (SIGSTOP) around each of its calls. */
  readonly stops: boolean;
  /** The states in which its remediations end when nobody is killed, sorted. */
  readonly ends: readonly string[];
}

const TELLS: Tools = { dedupes: false, behaviour: 'normal', probe: 'tells' };
const DEDUPES: Tools = { ...TELLS, dedupes: true };

const one: TicketPlan = { id: 'T-1', category: 'server', targets: ['a'] };
const three: TicketPlan = { id: 'T-3', category: 'server', targets: ['a', 'b', 'c'] };

const BASE: Scenario = {
  tools: TELLS,
  tickets: [one],
  holds: true,
  snapshot: false,
  answer: null,
  withdrawn: false,
  stops: false,
  ends: ['succeeded'],
};

/** All situations by name. */
export const SCENARIOS = {
  'one step': { ...BASE, stops: true },
  'one step, deduping': { ...BASE, tools: DEDUPES, stops: true },
  'three steps': { ...BASE, tickets: [three], stops: true },
  'three steps, approval, deduping, snapshots': {
    ...BASE,
    tools: DEDUPES,
    tickets: [{ ...three, category: 'network' }],
    snapshot: true,
  },
  'rollback, approval': {
    ...BASE,
    tickets: [{ ...three, category: 'network' }],
    holds: false,
    ends: ['rolled_back'],
  },
  'rollback, deduping': {
    ...BASE,
    tools: DEDUPES,
    tickets: [{ ...three, targets: ['a', 'b'] }],
    holds: false,
    stops: true,
    ends: ['rolled_back'],
  },
  'late effect': { ...BASE, tools: { ...TELLS, behaviour: 'slow' } },
  'late effect, deduping': { ...BASE, tools: { ...DEDUPES, behaviour: 'slow' } },
  'lost reply': { ...BASE, tools: { ...TELLS, behaviour: 'loses_reply' } },
  'lost reply, deduping, rollback': {
    ...BASE,
    tools: { ...DEDUPES, behaviour: 'loses_reply' },
    holds: false,
    ends: ['rolled_back'],
  },
  'nobody can tell': {
    ...BASE,
    tools: { dedupes: true, behaviour: 'loses_reply', probe: 'cannot_tell' },
    ends: ['needs_reconciliation'],
  },
  'nobody can tell, a person does': {
    ...BASE,
    tools: { dedupes: false, behaviour: 'loses_reply', probe: 'cannot_tell' },
    answer: 'truthfully',
  },
  'nobody can tell, a person orders it back': {
    ...BASE,
    tools: { dedupes: false, behaviour: 'loses_reply', probe: 'cannot_tell' },
    answer: 'roll_back',
    ends: ['rolled_back'],
  },
  // The lost call did happen: the fault is gone, nothing is sent, and the person is asked again.
  'nobody can tell, a person orders it again': {
    ...BASE,
    tools: { dedupes: true, behaviour: 'loses_reply', probe: 'cannot_tell' },
    answer: 'send_again',
    ends: ['needs_reconciliation'],
  },
  'nobody can tell, a person orders it again, the guard says no': {
    ...BASE,
    tools: { dedupes: true, behaviour: 'loses_reply', probe: 'cannot_tell' },
    snapshot: true,
    answer: 'send_again',
    ends: ['needs_reconciliation'],
  },
  'late effect, deduping, withdrawn meanwhile': {
    ...BASE,
    tools: { ...DEDUPES, behaviour: 'slow' },
    withdrawn: true,
  },
  'a look first': { ...BASE, tickets: [{ ...one, looksFirst: true }] },
  'two tickets': {
    ...BASE,
    tickets: [one, { id: 'T-2', category: 'network', targets: ['b', 'c'] }],
    ends: ['succeeded', 'succeeded'],
  },
  'two tickets, one target': {
    ...BASE,
    tools: DEDUPES,
    tickets: [one, { ...one, id: 'T-2', category: 'network' }],
    // The second one finds the target repaired: as the fault gone, or as the target changed since it was decided.
    ends: ['recovered', 'succeeded'],
  },
} as const satisfies Readonly<Record<string, Scenario>>;

/** The name of a situation. */
export type ScenarioName = keyof typeof SCENARIOS;

/** The situations of a run: all that work, or the one that is named. @throws Error when there is none of that name. */
export function scenarioNames(only?: string): readonly ScenarioName[] {
  const names = Object.keys(SCENARIOS) as readonly ScenarioName[];
  if (only === undefined) return names;
  const found = names.filter((name) => name === only);
  if (found.length > 0) return found;
  throw new Error(`There is no situation "${only}"; there are: ${names.join('; ')}.`);
}
