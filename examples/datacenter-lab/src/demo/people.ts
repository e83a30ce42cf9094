import type { Principal } from '@remit/core';

/* Everybody in the demo, with just the scopes their work needs. */

const TENANT = 'lab';

function person(id: string, ...scopes: string[]): Principal {
  return { id, tenant: TENANT, scopes: ['tickets:read', ...scopes] };
}

/** The monitoring that hands tickets in, opted in to writes. */
export const monitoring = person('monitoring', 'tickets:write', 'tickets:opt_in');
/** Fixes things by hand while Remit may not. */
export const technician = person('ana', 'tickets:write', 'feedback:write');
/** Take turns in approving. */
export const approvers = [person('gil', 'remediation:approve'), person('hana', 'remediation:approve')] as const;
/** Opens policies. */
export const operator = person('olga', 'policy:write', 'halt', 'stats:read');
/** People who use the systems and rate what was done. */
export const users = ['bo', 'cem', 'dee', 'eli', 'fay', 'gus'].map((id) => person(id, 'feedback:write'));
