import type { Action, ResolvedAction } from './action.js';
import type { Json } from './canonical.js';
import { GUARD, type Limits } from './policy.js';

/** The checks of the guard, in the order in which they are made. */
export type CheckName =
  | 'kill_switch'
  | 'opt_in'
  | 'category_enabled'
  | 'decision_again'
  | 'approval'
  | 'order'
  | 'plan'
  | 'host_guard'
  | 'tool_pins'
  | 'maintenance_window'
  | 'freeze_period'
  | 'target_lock'
  | 'in_flight'
  | 'loop_guard'
  | 'storm_guard'
  | 'blast_radius'
  | 'backup'
  | 'symptom'
  | 'prechecks'
  | 'snapshot'
  | 'rate_slots'
  | 'kill_switch_again'
  | 'lease';

/** What one check found. */
export interface Verdict {
  readonly check: CheckName;
  /** `yes` lets it pass; `blocked` needs a person; `deferred` tries again at `untilMs`; `recovered` finds nothing to fix. */
  readonly answer: 'yes' | 'blocked' | 'deferred' | 'recovered' | 'superseded';
  /** What was looked at and found, in one sentence. */
  readonly because: string;
  /** The facts behind it, as the check had them; a row of the log holds them as JSON carries them (NaN is null there). */
  readonly evidence: Json;
  /** When to try again, ms since the epoch; only with `deferred`. */
  readonly untilMs?: number;
}

/** What the guard answers: a clearance, or the first no. */
export type GuardAnswer =
  | { readonly kind: 'cleared'; readonly clearance: Clearance; readonly verdicts: readonly Verdict[] }
  | { readonly kind: 'refused'; readonly verdict: Verdict; readonly verdicts: readonly Verdict[] };

/** What a clearance is for: exactly one call. */
export interface ClearedCall {
  readonly clearanceId: string;
  readonly tenant: string;
  readonly remediationId: string;
  readonly step: number;
  readonly direction: 'do' | 'undo';
  readonly tool: string;
  readonly arguments: Action['arguments'];
  /** The accepted pins of the tool and of its server's set of names. */
  readonly pins: Readonly<Record<string, string>>;
  readonly idempotencyKey: string;
}

let make: (call: ClearedCall) => Clearance;
let useUp: (clearance: unknown) => ClearedCall | null;

/**
 * The guard's yes, at one moment, for one call. Only the guard can make one: the constructor is private, an object
 * that merely looks like one is refused by {@link redeemClearance}, and each is good once.
 */
export class Clearance {
  // Makes the type nominal: a literal of the same shape does not compile.
  readonly #call: ClearedCall;
  /** Issued by the guard, and not used up. Nothing outside of this class can set it, not even who calls its constructor. */
  #isGood = false;

  static {
    make = (call) => {
      const clearance = new Clearance(call);
      clearance.#isGood = true;
      return clearance;
    };
    useUp = (clearance) => {
      if (typeof clearance !== 'object' || clearance === null || !(#isGood in clearance)) return null;
      const isGood = clearance.#isGood;
      clearance.#isGood = false;
      return isGood ? clearance.#call : null;
    };
  }

  private constructor(call: ClearedCall) {
    // Field by field, which is ten times as fast as to copy whatever there is.
    const { clearanceId, tenant, remediationId, step, direction, tool, arguments: args, idempotencyKey } = call;
    this.#call = {
      clearanceId,
      tenant,
      remediationId,
      step,
      direction,
      tool,
      arguments: args,
      pins: { ...call.pins },
      idempotencyKey,
    };
    Object.freeze(this);
  }

  /** What it was given for; a copy, so that nobody can change what it is good for. */
  get call(): ClearedCall {
    return Object.freeze({ ...this.#call, pins: Object.freeze({ ...this.#call.pins }) });
  }
}

/** Makes a clearance. For the guard alone: the package does not export it. */
export function issueClearance(call: ClearedCall): Clearance {
  return make(call);
}

/**
 * Uses a clearance up. An executor calls this right before it sends; false means that nothing may be sent:
 * the clearance is forged, was used before, or was given for another call. `pins` are the tools as the executor sees
 * them now: one that is not what the clearance was given for is another call.
 */
export function redeemClearance(
  clearance: Clearance,
  call: Pick<ClearedCall, 'tool' | 'arguments' | 'idempotencyKey' | 'pins'>,
): boolean {
  const cleared = useUp(clearance);
  if (cleared === null) return false;
  const { tool, arguments: args, idempotencyKey, pins } = cleared;
  return (
    tool === call.tool &&
    idempotencyKey === call.idempotencyKey &&
    Object.hasOwn(pins, tool) &&
    Object.entries(pins).every(([name, pin]) => call.pins[name] === pin) &&
    JSON.stringify(args) === JSON.stringify(call.arguments)
  );
}

/** A stop that somebody ordered. */
export interface Halt {
  readonly haltId: string;
  /** `global` stops every tenant, `tenant` one, `category` one category of one tenant. */
  readonly scope: 'global' | 'tenant' | 'category';
  readonly tenant: string;
  readonly category: string | null;
  readonly reason: string;
  readonly by: string;
  readonly atMs: number;
}

/** The halt that stops this category of this tenant, or undefined. */
export function haltFor(halts: readonly Halt[], tenant: string, category: string): Halt | undefined {
  return halts.find(
    (halt) =>
      halt.scope === 'global' || (halt.tenant === tenant && (halt.scope === 'tenant' || halt.category === category)),
  );
}

/** What is too large about a plan, or null. */
export function blastRadiusFault(steps: readonly ResolvedAction[], limits: Limits = GUARD): string | null {
  const targets = new Set<string>();
  for (const step of steps) {
    if (step.class !== 'read_only') for (const key of step.targetKeys) targets.add(key);
  }
  if (steps.length > limits.actionsPerPlan)
    return `The plan has ${steps.length} actions; ${limits.actionsPerPlan} are allowed.`;
  if (targets.size > limits.targetsPerPlan)
    return `The plan has ${targets.size} targets; ${limits.targetsPerPlan} are allowed.`;
  return null;
}

function sameWithin(a: Json, b: Json, tolerance: number): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= tolerance;
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** The fields of a snapshot that moved beyond their tolerance. A missing snapshot differs in every field. */
export function snapshotDifferences(
  before: Json,
  now: Json,
  tolerances: Readonly<Record<string, number>> = {},
): readonly string[] {
  if (!isFields(before) || !isFields(now)) return ['(missing)'];
  const moved: string[] = [];
  for (const field of Object.keys(before)) {
    const was = before[field];
    const is = now[field];
    if (was === undefined || is === undefined || !sameWithin(was, is, tolerances[field] ?? 0)) moved.push(field);
  }
  for (const field of Object.keys(now)) if (!Object.hasOwn(before, field)) moved.push(field);
  return moved.length < 2 ? moved : moved.sort();
}

function isFields(value: Json): value is { readonly [field: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
