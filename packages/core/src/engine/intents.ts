import type { Arguments } from '../domain/action.js';
import { hashOf, type Json } from '../domain/canonical.js';
import type { Direction, Intent, StartedRemediation } from '../domain/remediation.js';
import { fillTemplate, type TemplateScope } from '../domain/template.js';
import { type CataloguedStep, scopeOf } from './reads.js';

/* What is about to be called, spelled out before it is. */

/** Whose call it is. */
export interface Caller {
  readonly tenant: string;
  readonly remediationId: string;
  readonly state: StartedRemediation;
}

/** What a resend carries again. An undo that is ordered anew once the one before is over is a call of its own. */
function idempotencyKey({ tenant, remediationId, state }: Caller, step: number, direction: Direction): string {
  const earlier = direction === 'undo' ? (state.undoCalls[step] ?? 0) : 0;
  return hashOf([tenant, remediationId, step, direction, ...(earlier > 0 ? [earlier] : [])]);
}

/** The forward call of a step. */
export function intentToDo(run: Caller, { step, entry }: CataloguedStep): Intent {
  return {
    step: step.step,
    direction: 'do',
    action: step.action,
    tool: step.tool,
    arguments: step.arguments,
    targets: step.targets,
    idempotencyKey: idempotencyKey(run, step.step, 'do'),
    timeoutMs: entry.timeoutMs,
    dedupes: entry.dedupes,
    undoable: entry.undo !== undefined,
    readable: entry.reconcile !== undefined,
  };
}

/** A snapshot keyed by JSON pointers, as the object that `$before.FIELD` reads. */
function asObject(fields: Json): Json {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return null;
  return Object.fromEntries(
    Object.entries(fields as Record<string, Json>).map(([pointer, value]) => [pointer.replace(/^\//, ''), value]),
  );
}

/** What templates of a step's undo may speak of: its arguments, its target, and the state before. */
export function undoScope(run: Caller, step: CataloguedStep['step']): TemplateScope {
  const snapshots = run.state.proposal.snapshot as Readonly<Record<string, Json>>;
  return { ...scopeOf(step), before: asObject(snapshots[step.step] ?? null) };
}

/** The call that takes a step back; null when its arguments cannot be known. */
export function intentToUndo(run: Caller, { step, entry }: CataloguedStep): Intent | null {
  const { undo } = entry;
  if (!undo) return null;
  const filled = fillTemplate(undo.arguments, undoScope(run, step));
  if (!filled.ok) return null;
  return {
    step: step.step,
    direction: 'undo',
    action: step.action,
    tool: undo.tool,
    arguments: filled.value as Arguments,
    targets: step.targets,
    idempotencyKey: idempotencyKey(run, step.step, 'undo'),
    timeoutMs: entry.timeoutMs,
    dedupes: undo.dedupes ?? false,
    undoable: false,
    readable: undo.validation.length > 0,
  };
}
