import type { z } from 'zod';
import { canonicalJson, isSameJson, type Json, sha256 } from './canonical.js';

/** How much an action can hurt, mildest first. `destructive` deletes data, modifies critical configuration or shuts down production. */
export type ActionClass = 'read_only' | 'safe_write' | 'critical_write' | 'destructive' | 'forbidden';

/** The kinds of action that rollout phases speak of. */
export type Family = 'cache' | 'restart' | 'network' | 'storage' | 'scale' | 'deploy';

/** All families. */
export const FAMILIES: readonly Family[] = ['cache', 'restart', 'network', 'storage', 'scale', 'deploy'];

const SEVERITY: Readonly<Record<ActionClass, number>> = {
  read_only: 0,
  safe_write: 1,
  critical_write: 2,
  destructive: 3,
  forbidden: 4,
};

/** Whether a value is one of the classes; a catalogue read from a file may say anything. */
export function isActionClass(value: unknown): value is ActionClass {
  return typeof value === 'string' && Object.hasOwn(SEVERITY, value);
}

/**
 * The most severe of some classes: the class of a plan. An empty list is `forbidden`, and so is a class that nobody
 * knows: nothing known is never harmless.
 */
export function mostSevere(classes: readonly ActionClass[]): ActionClass {
  let worst: ActionClass | null = null;
  for (const next of classes) {
    if (!isActionClass(next)) return 'forbidden';
    if (worst === null || SEVERITY[next] > SEVERITY[worst]) worst = next;
  }
  return worst ?? 'forbidden';
}

/** Arguments of a tool, by name. */
export type Arguments = Readonly<Record<string, Json>>;

/** One call of one catalogued action. `action` is the entry's name in the catalogue. */
export interface Action {
  readonly action: string;
  readonly arguments: Arguments;
}

/** An ordered, non-empty list of actions. */
export interface Plan {
  readonly actions: readonly Action[];
}

/** Plans that were hashed, each with a copy of what was hashed. */
const hashed = new WeakMap<Plan, { readonly actions: readonly Action[]; readonly hash: string }>();

/** Whether a plan still says, word for word, what a hash was made of. */
function saysTheSame(actions: readonly Action[], plan: Plan): boolean {
  return (
    actions.length === plan.actions.length &&
    actions.every(({ action, arguments: args }, at) => {
      const now = plan.actions[at];
      return now?.action === action && isSameJson(args, now.arguments);
    })
  );
}

/**
 * The hash that identifies a plan: only what has an effect enters it (actions and arguments, in order). A plan that was
 * hashed before is compared with what was hashed then; one that was changed meanwhile is hashed anew.
 */
export function planHashOf(plan: Plan): string {
  const before = hashed.get(plan);
  if (before && saysTheSame(before.actions, plan)) return before.hash;
  const text = canonicalJson({
    actions: plan.actions.map(({ action, arguments: args }) => ({ action, arguments: args })),
  });
  const hash = sha256(text);
  hashed.set(plan, { actions: (JSON.parse(text) as Plan).actions, hash });
  return hash;
}

/**
 * A JSON value in which some strings stand for values known later: `$target` (the name of the target),
 * `$args.NAME` (an argument of the action), `$observed.FIELD` (the symptom read, in runbooks), `$before.FIELD`
 * (the snapshot before the action, in undo). `{ $sum: [...] }`, `{ $times: [...] }`, `{ $least: [...] }` and
 * `{ $most: [...] }` compute. `$$` at the start is a literal dollar.
 */
export type Template = Json;

/** Something that must hold of a read's value; `path` is a JSON pointer into it. Bounds may be templates. */
export type Assertion =
  | { readonly path: string; readonly equals: Template }
  | { readonly path: string; readonly notEquals: Template }
  | { readonly path: string; readonly oneOf: readonly Template[] }
  | { readonly path: string; readonly atLeast: Template }
  | { readonly path: string; readonly atMost: Template };

/** A read-only tool call and what its answer must show. All assertions must hold; at least one is needed. */
export interface Check {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, Template>>;
  readonly expect: readonly Assertion[];
}

/** A read of the target's state before and after an action. */
export interface SnapshotRead {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, Template>>;
  /** JSON pointers of the fields that matter. */
  readonly fields: readonly string[];
  /** How far a number may move and still count as unchanged, by JSON pointer. */
  readonly tolerances?: Readonly<Record<string, number>>;
}

/** A read that proves that a backup exists and is fresh. */
export interface BackupCheck extends Check {
  /** JSON pointer to the age of the backup in seconds. */
  readonly agePath: string;
  readonly maxAgeSeconds: number;
}

/** How an action is taken back. */
export interface Undo {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, Template>>;
  /** The undo's own tool refuses a second effect for the same idempotency key, durably. Default false. */
  readonly dedupes?: boolean;
  /** Reads that must hold once it is undone. */
  readonly validation: readonly Check[];
}

/** Where a target's name is found in the arguments. */
export interface TargetRule {
  /** Kind of target, for example `service`; the target's id is `kind:name`. */
  readonly kind: string;
  /** JSON pointer into the arguments to one name or a list of names. */
  readonly argument: string;
}

/** One action that may be used at all; written by the operator, never by a model. */
export interface CatalogueEntry {
  /** The action type: what patterns, policies and plans call it. */
  readonly name: string;
  readonly title: string;
  /** The tool as the executor knows it, `server/tool`. */
  readonly tool: string;
  readonly class: ActionClass;
  /** Arguments for which the class is more severe; the most severe that applies holds. */
  readonly raise?: readonly { readonly when: readonly Assertion[]; readonly class: ActionClass }[];
  readonly family: Family;
  /** Categories of tickets that may use it. */
  readonly categories: readonly string[];
  /** Parses the arguments; anything it does not know must be refused (`z.strictObject`). */
  readonly arguments: z.ZodType;
  /**
   * JSON pointers of arguments that hold a secret: only `{ secretRef }` is taken there, a literal is refused. It is
   * resolved for the action's own call alone, and refused anywhere else: in other arguments, in reads, in the undo.
   */
  readonly secretArguments?: readonly string[];
  /** Names of the secrets that may be referred to there; needed with `secretArguments`. Whoever plans chooses no other. */
  readonly allowedSecrets?: readonly string[];
  readonly targets: readonly TargetRule[];
  /** Ids `kind:name` this action may ever touch; wildcards are refused. */
  readonly allowedTargets: readonly string[];
  /** Whether two tenants that name the same target mean the same thing. Default `global`. */
  readonly targetNamespace?: 'global' | 'tenant';
  readonly timeoutMs: number;
  /** Calling it twice has the effect of calling it once. */
  readonly idempotent: boolean;
  /** The tool refuses a second effect for the same idempotency key, durably, for at least 24 h. */
  readonly dedupes: boolean;
  /** Shows that the fault is present on that very target. Without it the action is never automatic. */
  readonly symptom?: Check;
  readonly prechecks: readonly Check[];
  readonly snapshot?: SnapshotRead;
  /** Shows that the action worked. */
  readonly validation: readonly Check[];
  /** How long validation is repeated until it holds, ms. Default 2000. */
  readonly validationWithinMs?: number;
  readonly backup?: BackupCheck;
  /** Shows whether an action whose outcome is unknown happened: all assertions hold = it did. */
  readonly reconcile?: Check;
  readonly undo?: Undo;
  /** All it does is set a counter back to zero: safe although it cannot be undone. */
  readonly counterReset?: boolean;
  /** Why there is no undo; one of the two is needed. */
  readonly irreversible?: string;
  /** Who last edited the entry; barred from approving it. */
  readonly editedBy?: string;
}

/** A known problem and the plan that fixes it. */
export interface Runbook {
  readonly name: string;
  readonly title: string;
  readonly categories: readonly string[];
  /** How people describe the problem. */
  readonly symptomTexts: readonly string[];
  /** The plan; templates may use `$target` and `$observed.FIELD` of the first action's symptom read. */
  readonly steps: readonly { readonly action: string; readonly arguments: Readonly<Record<string, Template>> }[];
}

/** All that may be done (`actions`) and what it is good for (`runbooks`). */
export interface Catalogue {
  readonly actions: readonly CatalogueEntry[];
  readonly runbooks: readonly Runbook[];
}

/** An action with all that the catalogue knows of it for these arguments; computed by us, never taken from a model. */
export interface ResolvedAction extends Action {
  /** Place in the plan, from 0. */
  readonly step: number;
  readonly tool: string;
  readonly class: ActionClass;
  readonly family: Family;
  /** Ids `kind:name`, sorted, without repeats. */
  readonly targets: readonly string[];
  /** Keys under which the targets are locked and counted; they carry the namespace. */
  readonly targetKeys: readonly string[];
}
