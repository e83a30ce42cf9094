import type { Action, PatternChange, Runbook } from '@remit/client';

/** A change of a pattern, and what took it back. */
export interface ToldChange {
  readonly change: PatternChange;
  /** Null as long as it holds. */
  readonly undone: PatternChange | null;
}

/** What people said about a pattern, newest first; an undo stands with what it undoes. */
export function historyOf(changes: readonly PatternChange[]): readonly ToldChange[] {
  const undos = new Map(changes.map((change) => [change.edit.kind === 'undo' ? change.edit.undoes : '', change]));
  return changes
    .filter(({ edit }) => edit.kind !== 'undo')
    .map((change) => ({ change, undone: undos.get(change.change_id) ?? null }))
    .reverse();
}

/** The newest version of each runbook. */
export function newestRunbooks(versions: readonly Runbook[]): readonly Runbook[] {
  return [...new Map(versions.map((runbook) => [runbook.name, runbook])).values()];
}

/** Steps as people write them: one a line, the action and then its arguments as JSON. */
export function writeSteps(actions: readonly Action[]): string {
  return actions.map((step) => `${step.action} ${JSON.stringify(step.arguments)}`).join('\n');
}

/** The steps that lines say, or the first line that says none. */
export function readSteps(text: string): readonly Action[] | string {
  const steps: Action[] = [];
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const [, action = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
    try {
      const given: unknown = rest === '' ? {} : JSON.parse(rest);
      if (typeof given !== 'object' || given === null || Array.isArray(given)) return line;
      steps.push({ action, arguments: given as Action['arguments'] });
    } catch {
      return line;
    }
  }
  return steps;
}
