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
import type { Executor, ReadResult } from '../ports/executor.js';
import { soundRead } from './answers.js';
import { Waiting } from './waiting.js';

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

/** The port says that reads never reject; an executor that does must still not get a write through. */
const unheard = (error: unknown): ReadResult => ({ ok: false, error: messageOf(error) });

/** What an executor answered, as far as it can be used. */
function heard(answer: ReadResult): Read {
  try {
    const sound = soundRead(answer);
    return sound.ok ? { value: sound.value, error: null } : { value: null, error: sound.error };
  } catch (error) {
    return { value: null, error: messageOf(error) };
  }
}

/** Makes a read, and hands what it said on. Every wait costs a clearance its time: there is one, for the executor. */
function readTool<T>(
  context: ReadContext,
  { tool, arguments: template }: { readonly tool: string; readonly arguments: Readonly<Record<string, Json>> },
  scope: TemplateScope,
  take: (read: Read) => T,
): Waiting<T> {
  const look = (answer: ReadResult): T => take(heard(answer));
  const filled = fillTemplate(template, scope);
  try {
    if (!filled.ok) throw new Error(`The arguments of ${tool} need ${filled.missing}, which is not known.`);
    const read = context.executor.read(tool, filled.value as Arguments, new Within(context.settings.readTimeoutMs));
    return Waiting.for(read, look, unheard);
  } catch (error) {
    return Waiting.for(Promise.resolve(unheard(error)), look);
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
export function runCheck(context: ReadContext, check: Check, scope: TemplateScope): Promise<ReadCheckResult> {
  return readTool(context, check, scope, (read) => lookAt(check, scope, read)).found();
}

/** Makes several checks of several targets, one after the other; all of them, so that the log shows all. */
export async function runChecks(
  context: ReadContext,
  checks: readonly Check[],
  scopes: readonly TemplateScope[],
): Promise<readonly ReadCheckResult[]> {
  const results: ReadCheckResult[] = [];
  for (const check of checks) for (const scope of scopes) results.push(await runCheck(context, check, scope));
  return results;
}

/** {@link runChecks}, and what follows from what they showed: one check of one target, as most are, waits only once. */
export function afterChecks<T>(
  context: ReadContext,
  checks: readonly Check[],
  scopes: readonly TemplateScope[],
  take: (results: readonly ReadCheckResult[]) => T,
): Waiting<T> {
  const [check, scope] = [checks[0], scopes[0]];
  if (check && scope && checks.length === 1 && scopes.length === 1) {
    return readTool(context, check, scope, (read) => take([lookAt(check, scope, read)]));
  }
  return Waiting.for(runChecks(context, checks, scopes), take);
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

/** Puts the fields of one target into a snapshot; false when one could not be read: then there is no snapshot. */
function addFields(fields: Record<string, Json>, { step, entry }: CataloguedStep, place: number, read: Read): boolean {
  if (read.error !== null) return false;
  for (const field of entry.snapshot?.fields ?? []) {
    const found = valueAt(read.value, field);
    if (found === undefined) return false;
    fields[fieldName(place, step.targets[place], field)] = found;
  }
  return true;
}

async function readFields(context: ReadContext, snapshot: SnapshotRead, catalogued: CataloguedStep): Promise<Json> {
  const fields: Record<string, Json> = {};
  for (const [place, scope] of scopesOf(catalogued.step).entries()) {
    const isThere = await readTool(context, snapshot, scope, (read) =>
      addFields(fields, catalogued, place, read),
    ).found();
    if (!isThere) return null;
  }
  return fields;
}

const NO_TOLERANCES: Readonly<Record<string, number>> = {};

/** How far the fields of a step's snapshot may move, by the names that {@link readSnapshots} gives them. */
export function tolerancesOf({ step, entry }: CataloguedStep): Readonly<Record<string, number>> {
  const within = entry.snapshot?.tolerances;
  if (within === undefined) return NO_TOLERANCES;
  const tolerances = Object.entries(within);
  return Object.fromEntries(
    scopesOf(step).flatMap((_, place) =>
      tolerances.map(([field, most]) => [fieldName(place, step.targets[place], field), most] as const),
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
    if (entry.snapshot) snapshots[step.step] = await readFields(context, entry.snapshot, { step, entry });
  }
  return snapshots;
}

/** {@link readSnapshots}, and what follows from them: one step of one target, as most plans are, waits only once. */
export function afterSnapshots<T>(
  context: ReadContext,
  steps: readonly CataloguedStep[],
  take: (snapshotOf: (step: number) => Json) => T,
): Waiting<T> {
  const [only] = steps;
  const [scope, more] = only ? scopesOf(only.step) : [];
  if (!only?.entry.snapshot || !scope || more || steps.length > 1) {
    return Waiting.for(readSnapshots(context, steps), (found) => take((step) => found[step] ?? null));
  }
  return readTool(context, only.entry.snapshot, scope, (read) => {
    const fields: Record<string, Json> = {};
    const found = addFields(fields, only, 0, read) ? fields : null;
    return take((step) => (step === only.step.step ? found : null));
  });
}

/** The first write on each target of a plan: there the symptom must show; later steps answer to their prechecks. */
export function firstWrites(steps: readonly CataloguedStep[]): readonly CataloguedStep[] {
  const seen = new Set<string>();
  return steps.filter(({ step }) => {
    if (step.class === 'read_only') return false;
    const fresh = step.targetKeys.some((key) => !seen.has(key));
    for (const key of step.targetKeys) seen.add(key);
    return fresh;
  });
}
