import type { Principal } from '@remit/core';

/** Everything in a trial belongs to this tenant. */
export const TENANT = 'chaos';

/** Hands the tickets in. */
export const SUBMITTER: Principal = {
  id: 'sam',
  tenant: TENANT,
  scopes: ['tickets:read', 'tickets:write', 'tickets:opt_in'],
};

/** Says yes, and ends what is parked. */
export const APPROVER: Principal = { id: 'ann', tenant: TENANT, scopes: ['tickets:read', 'remediation:approve'] };
