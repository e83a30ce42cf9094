import type { Arguments } from '../domain/action.js';
import type { Json } from '../domain/canonical.js';
import { hide, hideIn, spellings } from '../domain/redaction.js';
import { secretRefOf, withValueAt } from '../domain/secret.js';
import { valueAt } from '../domain/template.js';
import type { Outcome, Progress } from '../ports/executor.js';
import type { HostHooks } from './context.js';

/* Secret values exist only between the host's hook and the wire: never in the store, the log or a model's input. */

/** Arguments as they go out, and every spelling of the secret values among them. */
export interface Revealed {
  readonly arguments: Arguments;
  readonly hidden: readonly string[];
}

/**
 * Puts secret values in the place of their references, at the given JSON pointers and nowhere else.
 * @throws Error when the host has no hook or no such secret.
 */
export async function revealSecrets(
  hooks: Pick<HostHooks, 'resolveSecret'>,
  args: Arguments,
  pointers: readonly string[],
): Promise<Revealed> {
  const values: string[] = [];
  let revealed: Json = args;
  for (const pointer of pointers) {
    const reference = secretRefOf(valueAt(args, pointer));
    if (reference === null) continue;
    if (!hooks.resolveSecret) throw new Error('the host resolves no secrets');
    const secret = await hooks.resolveSecret(reference);
    if (typeof secret !== 'string' || secret === '') throw new Error(`the secret "${reference}" has no value`);
    values.push(secret);
    revealed = withValueAt(revealed, pointer, secret);
  }
  return { arguments: revealed as Arguments, hidden: spellings(values) };
}

/** Takes secret values out of what a tool answered, before it is stored. */
export function redact<T extends Outcome>(outcome: T, hidden: readonly string[]): T {
  return { ...outcome, detail: hide(outcome.detail, hidden), result: hideIn(outcome.result, hidden) };
}

/** Takes secret values out of what a tool says of its progress. */
export function redactProgress(told: Progress, hidden: readonly string[]): Progress {
  return { ...told, message: told.message === null ? null : hide(told.message, hidden) };
}
