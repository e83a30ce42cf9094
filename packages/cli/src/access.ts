import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Principal } from '@remit/core';
import type { Authenticate } from '@remit/http';
import { isForLoopback } from './loopbackOnly.js';

/** A principal and the bearer token it shows. */
export interface TokenHolder {
  readonly token: string;
  readonly principal: Principal;
}

/** A new token: 192 random bits. */
export function newToken(): string {
  return randomBytes(24).toString('base64url');
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Authenticates by bearer token, in a time that tells nothing about how much of it was right. */
export function byToken(holders: readonly TokenHolder[]): Authenticate {
  const known = holders.map(({ token, principal }) => ({ hash: digest(token), principal }));
  const authenticate = (request: Request): Principal | null => {
    const [, token] = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
    if (token === undefined) return null;
    const shown = digest(token);
    return known.find(({ hash }) => timingSafeEqual(hash, shown))?.principal ?? null;
  };
  return Object.assign(authenticate, {
    expects: 'Send the header `Authorization: Bearer TOKEN` with a token that this server knows.',
  });
}

/** The three people a fresh server is started with: who hands tickets in, who approves, who sets policies. */
export function threeHolders(tenant: string): Readonly<Record<'submitter' | 'approver' | 'operator', TokenHolder>> {
  const holder = (id: string, ...scopes: string[]): TokenHolder => ({
    token: newToken(),
    principal: { id, tenant, scopes: ['tickets:read', 'feedback:write', 'stats:read', ...scopes] },
  });
  return {
    submitter: holder('submitter', 'tickets:write', 'tickets:opt_in'),
    approver: holder('approver', 'remediation:approve'),
    operator: holder('operator', 'tickets:write', 'policy:write', 'halt'),
  };
}

/** The principal of a server without authentication: it may neither approve, nor set policies, nor lift a halt. */
const NOBODY: Principal = {
  id: 'anonymous',
  tenant: 'default',
  scopes: ['tickets:read', 'tickets:write', 'tickets:opt_in', 'feedback:write', 'stats:read', 'halt:raise'],
};

/**
 * No authentication, for a loopback server only: a Host that is not loopback (a rebound name) and an Origin that is
 * not (another site's page in the same browser) are nobody.
 */
export function byLoopback(): Authenticate {
  return (request) => (isForLoopback(request) ? NOBODY : null);
}
