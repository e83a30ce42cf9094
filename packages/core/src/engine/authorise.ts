import { z } from 'zod';
import type { Principal } from '../domain/approval.js';
import { RemitError } from '../errors.js';
import { faultsOf } from './parse.js';

/** What a principal may be allowed to do. */
export type Scope =
  | 'tickets:read'
  | 'tickets:write'
  | 'tickets:opt_in'
  | 'feedback:write'
  | 'remediation:approve'
  | 'policy:write'
  | 'policy:everywhere'
  | 'halt'
  | 'halt:raise'
  | 'halt:everywhere'
  | 'stats:read';

const principalShape = z.object({
  id: z.string().min(1),
  tenant: z.string().min(1),
  scopes: z.array(z.string()),
  groups: z.array(z.string()).optional(),
});

/**
 * Refuses what no authentication may hand over: a text in the place of a list would let `includes` find a part of a
 * word. @throws RemitError `unauthenticated`, naming every fault.
 */
export function requirePrincipal(actor: Principal): void {
  const parsed = principalShape.safeParse(actor);
  if (parsed.success) return;
  throw new RemitError('unauthenticated', 'The principal is not of the form { id, tenant, scopes, groups? }.', {
    faults: faultsOf(parsed.error),
    nextStep: 'Correct what the authentication hook answers: scopes and groups are lists of texts.',
  });
}

/** `halt` is for raising and lifting; `halt:raise` for raising alone. */
export function requireHaltScope(actor: Principal): void {
  requirePrincipal(actor);
  if (!actor.scopes.includes('halt:raise')) requireScope(actor, 'halt');
}

/** Lets a principal pass that holds the scope. @throws RemitError `forbidden`, naming the scope that is missing. */
export function requireScope(actor: Principal, scope: Scope): void {
  requirePrincipal(actor);
  if (actor.scopes.includes(scope)) return;
  throw new RemitError('forbidden', `${actor.id} does not hold the scope ${scope}.`, {
    nextStep: `Ask an administrator for the scope ${scope}.`,
    facts: { scope },
  });
}
