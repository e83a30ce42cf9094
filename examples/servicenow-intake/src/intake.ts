import { createServer, type Server } from 'node:http';
import type { Remit } from '@remit/core';
import { byBearer, createHandler, fromServiceNow, toNodeListener } from '@remit/http';

/** A server that takes in what a business rule of ServiceNow posts, and nothing else: nobody may call the other routes. */
export function servicenowIntake(remit: Remit, token: string): Server {
  const servicenow = {
    // In whose name tickets are handed in. Without tickets:opt_in no ticket of this source can ever allow a write.
    principal: { id: 'servicenow', tenant: 'acme', scopes: ['tickets:write', 'tickets:read'] },
    verify: byBearer(token),
    read: fromServiceNow({
      category: ({ category }) => (category === 'Network' ? 'network' : 'server'),
      targets: ({ cmdb_ci }) => (cmdb_ci === undefined ? [] : [`service:${cmdb_ci}`]),
    }),
  };
  return createServer(toNodeListener(createHandler({ remit, authenticate: () => null, ingest: { servicenow } })));
}
