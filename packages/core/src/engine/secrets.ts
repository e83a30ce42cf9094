import type { Arguments } from '../domain/action.js';
import type { Json } from '../domain/canonical.js';
import { secretRefOf } from '../domain/secret.js';
import type { Outcome } from '../ports/executor.js';
import type { HostHooks } from './context.js';

/* Secret values exist only between the host's hook and the wire: never in the store, the log or a model's input. */

/** Arguments as they go out, and the secret values among them. */
export interface Revealed {
  readonly arguments: Arguments;
  readonly values: readonly string[];
}

/** Puts secret values in the place of their references. @throws Error when the host has no hook or no such secret. */
export async function revealSecrets(hooks: Pick<HostHooks, 'resolveSecret'>, args: Arguments): Promise<Revealed> {
  const values: string[] = [];
  async function reveal(value: Json): Promise<Json> {
    const reference = secretRefOf(value);
    if (reference !== null) {
      if (!hooks.resolveSecret) throw new Error('the host resolves no secrets');
      const secret = await hooks.resolveSecret(reference);
      values.push(secret);
      return secret;
    }
    if (Array.isArray(value)) return Promise.all(value.map(reveal));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value as Record<string, Json>);
    return Object.fromEntries(
      await Promise.all(entries.map(async ([key, item]) => [key, await reveal(item)] as const)),
    );
  }
  return { arguments: (await reveal(args)) as Arguments, values };
}

const MASK = '[secret]';

function hide(text: string, values: readonly string[]): string {
  return values.filter((value) => value !== '').reduce((told, value) => told.replaceAll(value, MASK), text);
}

function hideIn(value: Json, values: readonly string[]): Json {
  if (typeof value === 'string') return hide(value, values);
  if (Array.isArray(value)) return value.map((item) => hideIn(item, values));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as Record<string, Json>);
  return Object.fromEntries(entries.map(([key, item]) => [hide(key, values), hideIn(item, values)]));
}

/** Takes secret values out of what a tool answered, before it is stored. */
export function redact(outcome: Outcome, values: readonly string[]): Outcome {
  if (values.length === 0) return outcome;
  return { ...outcome, detail: hide(outcome.detail, values), result: hideIn(outcome.result, values) };
}
