import { createHmac } from 'node:crypto';
import { RemitError, WEBHOOKS } from '@remit/core';

/**
 * The bytes of a secret `whsec_...` (base64 behind the prefix).
 * @throws RemitError `invalid_configuration` when it is not one of 24 to 64 bytes.
 */
export function secretBytes(secret: string): Buffer {
  const encoded = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : '';
  const bytes = Buffer.from(encoded, 'base64');
  const { least, most } = WEBHOOKS.secretBytes;
  const isWhole = /^[A-Za-z0-9+/]+={0,2}$/.test(encoded) && bytes.length >= least && bytes.length <= most;
  if (isWhole) return bytes;
  // The secret itself is never told.
  throw new RemitError(
    'invalid_configuration',
    `A webhook secret must be whsec_ and the base64 of ${least} to ${most} bytes.`,
    { nextStep: `Make one: echo "whsec_$(head -c 32 /dev/urandom | base64)"` },
  );
}

/** The headers of a message as the Standard Webhooks want it, with one signature for each secret. */
export function signWebhook(
  message: { readonly id: string; readonly atMs: number; readonly body: string },
  secrets: readonly Buffer[],
): Readonly<Record<string, string>> {
  const { id, atMs, body } = message;
  const timestamp = String(Math.floor(atMs / 1000));
  const signed = `${id}.${timestamp}.${body}`;
  const signatures = secrets.map((secret) => `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`);
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
