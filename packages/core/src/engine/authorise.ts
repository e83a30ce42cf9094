import type { Principal } from '../domain/approval.js';
import { RemitError } from '../errors.js';

/** What a principal may be allowed to do. */
export type Scope =
  | 'tickets:read'
  | 'tickets:write'
  | 'tickets:opt_in'
  | 'feedback:write'
  | 'remediation:approve'
  | 'policy:write'
  | 'halt'
  | 'halt:raise'
  | 'halt:everywhere'
  | 'stats:read';

/** `halt` is for raising and lifting; `halt:raise` for raising alone. */
export function requireHaltScope(actor: Principal): void {
  if (!actor.scopes.includes('halt:raise')) requireScope(actor, 'halt');
}

/** Lets a principal pass that holds the scope. @throws RemitError `forbidden`, naming the scope that is missing. */
export function requireScope(actor: Principal, scope: Scope): void {
  if (actor.scopes.includes(scope)) return;
  throw new RemitError('forbidden', `${actor.id} does not hold the scope ${scope}.`, {
    nextStep: `Ask an administrator for the scope ${scope}.`,
    facts: { scope },
  });
}
