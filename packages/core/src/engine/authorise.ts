import type { Principal } from '../domain/approval.js';
import { type Fault, RemitError } from '../errors.js';

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

const isFilled = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === 'string');

/** What a principal is made of; by hand, because every verb asks, and the kill switch waits for nothing. */
function principalFaults(actor: unknown): readonly Fault[] {
  if (typeof actor !== 'object' || actor === null) return [{ pointer: '', detail: 'must be an object' }];
  const { id, tenant, scopes, groups = [] } = actor as Readonly<Record<string, unknown>>;
  const wrong = (pointer: string, isRight: boolean, detail: string): readonly Fault[] =>
    isRight ? [] : [{ pointer, detail }];
  return [
    ...wrong('/id', isFilled(id), 'must be a text that is not empty'),
    ...wrong('/tenant', isFilled(tenant), 'must be a text that is not empty'),
    ...wrong('/scopes', isTexts(scopes), 'must be a list of texts'),
    ...wrong('/groups', isTexts(groups), 'must be a list of texts, or left out'),
  ];
}

/**
 * Refuses what no authentication may hand over: a text in the place of a list would let `includes` find a part of a
 * word. @throws RemitError `unauthenticated`, naming every fault.
 */
export function requirePrincipal(actor: Principal): void {
  const faults = principalFaults(actor);
  if (faults.length === 0) return;
  throw new RemitError('unauthenticated', 'The principal is not of the form { id, tenant, scopes, groups? }.', {
    faults,
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
