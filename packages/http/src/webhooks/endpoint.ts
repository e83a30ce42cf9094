import { type OutboxType, RemitError } from '@remit/core';
import { z } from 'zod';
import { secretBytes } from './sign.js';

/** An address that is told what happens. */
export interface WebhookEndpoint {
  /** What its place in the outbox is kept under; unique within the tenant. A new name begins behind the last event. */
  readonly name: string;
  readonly tenant: string;
  /** `https:`, or `http:` too where private addresses are allowed. */
  readonly url: string;
  /** Secrets `whsec_...`; each message has a signature for each, so that they can be changed without a gap. */
  readonly secrets: readonly string[];
  /** What it is told. Default: everything. */
  readonly types?: readonly OutboxType[];
  /** Whether it may lie at a loopback, private or link-local address. Default false. */
  readonly allowPrivate?: boolean;
}

/** An endpoint that can be used. */
export interface ReadyEndpoint extends Pick<WebhookEndpoint, 'name' | 'tenant'> {
  readonly url: URL;
  readonly secrets: readonly Buffer[];
  readonly types: readonly OutboxType[] | null;
  readonly allowPrivate: boolean;
}

const NAME = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/);

function invalid(name: string, what: string): RemitError {
  return new RemitError('invalid_configuration', `The webhook endpoint ${JSON.stringify(name)} ${what}.`);
}

/** Checks an endpoint. @throws RemitError `invalid_configuration`. */
export function readyEndpoint(endpoint: WebhookEndpoint): ReadyEndpoint {
  const { name, tenant, secrets, types = null, allowPrivate = false } = endpoint;
  if (!NAME.safeParse(name).success) throw invalid(name, 'must have a name of small letters, digits, - and _');
  if (tenant === '') throw invalid(name, 'needs a tenant');
  if (!URL.canParse(endpoint.url)) throw invalid(name, 'has an address that is no URL');
  const url = new URL(endpoint.url);
  const protocols = allowPrivate ? ['https:', 'http:'] : ['https:'];
  if (!protocols.includes(url.protocol)) throw invalid(name, `must be at an address of ${protocols.join(' or ')}`);
  if (url.username !== '' || url.password !== '') throw invalid(name, 'must not have credentials in its address');
  if (secrets.length === 0) throw invalid(name, 'needs a secret');
  return { name, tenant, url, secrets: secrets.map(secretBytes), types, allowPrivate };
}
