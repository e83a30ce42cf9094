import type { OrderedCall } from '../domain/approval.js';
import { type Caller, intentToDo, intentToUndo } from './intents.js';
import type { CataloguedStep } from './reads.js';

/** The calls of these steps in this direction, as the catalogue would make them now. */
export function callsOf(
  caller: Caller,
  steps: readonly CataloguedStep[],
  wanted: readonly { readonly step: number; readonly direction: OrderedCall['direction'] }[],
): readonly OrderedCall[] {
  return wanted.map(({ step: number, direction }) => {
    const found = steps.find(({ step }) => step.step === number);
    const intent = found && (direction === 'do' ? intentToDo(caller, found) : intentToUndo(caller, found));
    if (!intent) return { step: number, direction, tool: '', arguments: null, targets: [] };
    const { tool, arguments: args, targets } = intent;
    return { step: number, direction, tool, arguments: args, targets };
  });
}
