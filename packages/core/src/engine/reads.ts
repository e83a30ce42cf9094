import type { Arguments, CatalogueEntry, Check, ResolvedAction, SnapshotRead } from '../domain/action.js';
import type { Json } from '../domain/canonical.js';
import type { CheckResult } from '../domain/remediation.js';
import {
  type AssertionResult,
  assertOn,
  fillTemplate,
  sayJson,
  type TemplateScope,
  valueAt,
} from '../domain/template.js';
import { messageOf } from '../errors.js';
import type { Executor } from '../ports/executor.js';
import { soundRead } from './answers.js';

/** What reads need. */
export interface ReadContext {
  readonly executor: Pick<Executor, 'read'>;
  readonly settings: { readonly readTimeoutMs: number };
}

/** A check's result, with the value that was read (null when it could not be). */
export interface ReadCheckResult extends CheckResult {
  readonly value: Json;
}

/** The name of a target id: `web` of `service:web`. */
export function targetName(target: string): string {
  return target.slice(target.indexOf(':') + 1);
}

/** What templates of an action's reads may speak of. */
export function scopeOf(action: Pick<ResolvedAction, 'targets' | 'arguments'>): TemplateScope {
  const [target] = action.targets;
  return target === undefined ? { args: action.arguments } : { args: action.arguments, target: targetName(target) };
}

/** One scope for each target: what a read of one target shows says nothing about another. */
export function scopesOf(action: Pick<ResolvedAction, 'targets' | 'arguments'>): readonly TemplateScope[] {
  const { targets, arguments: args } = action;
  return targets.length < 2
    ? [scopeOf(action)]
    : targets.map((target) => scopeOf({ targets: [target], arguments: args }));
}

/** How long a read may take. The timer starts when somebody asks for the signal: one who answers from memory never does. */
class Within {
  #signal: AbortSignal | undefined;

  constructor(readonly timeoutMs: number) {}

  get signal(): AbortSignal {
    this.#signal ??= AbortSignal.timeout(this.timeoutMs);
    return this.#signal;
  }
}

/** What a read said; `error` is null when it could be made. */
interface Read {
  readonly value: Json;
  readonly error: string | null;
}

async function readTool(
  context: ReadContext,
  read: { readonly tool: string; readonly arguments: Readonly<Record<string, Json>> },
  scope: TemplateScope,
): Promise<Read> {
  const filled = fillTemplate(read.arguments, scope);
  if (!filled.ok)
    return { value: null, error: `The arguments of ${read.tool} need ${filled.missing}, which is not known.` };
  const { readTimeoutMs: timeoutMs } = context.settings;
  try {
    const answer = soundRead(await context.executor.read(read.tool, filled.value as Arguments, new Within(timeoutMs)));
    return answer.ok ? { value: answer.value, error: null } : { value: null, error: answer.error };
  } catch (error) {
    // The port says that reads never reject; an executor that does must still not get a write through.
    return { value: null, error: messageOf(error) };
  }
}

/** What a read shows of what it must. A read that failed has not passed. */
function lookAt(check: Check, scope: TemplateScope, { value, error }: Read): ReadCheckResult {
  if (error !== null) return { tool: check.tool, passed: false, assertions: [], error, value: null };
  const assertions: AssertionResult[] = [];
  // A check that asserts nothing can never pass.
  let passed = check.expect.length > 0;
  for (const assertion of check.expect) {
    const seen = assertOn(value, assertion, scope);
    assertions.push(seen);
    passed &&= seen.holds;
  }
  return { tool: check.tool, passed, assertions, error: null, value };
}

/** Makes a read and looks at what it must show. */
export async function runCheck(context: ReadContext, check: Check, scope: TemplateScope): Promise<ReadCheckResult> {
  return lookAt(check, scope, await readTool(context, check, scope));
}

/** Makes several checks of several targets, one after the other; all of them, so that the log shows all. */
export async function runChecks(
  context: ReadContext,
  checks: readonly Check[],
  scopes: readonly TemplateScope[],
): Promise<readonly ReadCheckResult[]> {
  const results: ReadCheckResult[] = [];
  for (const check of checks) {
    for (const scope of scopes) results.push(lookAt(check, scope, await readTool(context, check, scope)));
  }
  return results;
}

/** A check's result as the log keeps it. */
export function forLog({ tool, passed, assertions, error }: ReadCheckResult): CheckResult {
  return { tool, passed, assertions, error };
}

/** What a check found, in one sentence. */
export function sayCheck({ tool, passed, assertions, error }: CheckResult): string {
  if (error !== null) return `${tool} could not be read: ${error}`;
  let told = '';
  for (const { path, found, wanted, holds } of assertions) {
    const shown = `${path} is ${sayJson(found)}`;
    told += `${told === '' ? '' : '; '}${holds ? shown : `${shown}, but must be one that ${wanted}`}`;
  }
  return `${tool} ${passed ? 'shows' : 'does not show'} it: ${told}.`;
}

/** What a snapshot calls a field: the first target's by their pointers alone, the others' with the target before it. */
const fieldName = (place: number, target: string | undefined, field: string): string =>
  place === 0 ? field : `${target} ${field}`;

async function readFields(context: ReadContext, snapshot: SnapshotRead, step: ResolvedAction): Promise<Json> {
  const fields: Record<string, Json> = {};
  const scopes = scopesOf(step);
  for (let place = 0; place < scopes.length; place += 1) {
    const scope = scopes[place] as TemplateScope;
    const { value, error } = await readTool(context, snapshot, scope);
    if (error !== null) return null;
    for (const field of snapshot.fields) {
      const found = valueAt(value, field);
      if (found === undefined) return null;
      fields[fieldName(place, step.targets[place], field)] = found;
    }
  }
  return fields;
}

/** How far the fields of a step's snapshot may move, by the names that {@link readSnapshots} gives them. */
export function tolerancesOf({ step, entry }: CataloguedStep): Readonly<Record<string, number>> {
  const tolerances = Object.entries(entry.snapshot?.tolerances ?? {});
  if (tolerances.length === 0) return {};
  return Object.fromEntries(
    scopesOf(step).flatMap((_, place) =>
      tolerances.map(([field, within]) => [fieldName(place, step.targets[place], field), within] as const),
    ),
  );
}

/** A step of a plan with its catalogue entry. */
export interface CataloguedStep {
  readonly step: ResolvedAction;
  readonly entry: CatalogueEntry;
}

/**
 * The fields that matter of each step's target, by step number. A step without a snapshot read has none; one that
 * could not be read is null.
 */
export async function readSnapshots(
  context: ReadContext,
  steps: readonly CataloguedStep[],
): Promise<Readonly<Record<string, Json>>> {
  const snapshots: Record<string, Json> = {};
  for (const { step, entry } of steps) {
    if (entry.snapshot) snapshots[step.step] = await readFields(context, entry.snapshot, step);
  }
  return snapshots;
}
