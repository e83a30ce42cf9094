import { createHmac, timingSafeEqual } from 'node:crypto';
import { RemitError } from '@remit/core';

/** How a sender signs its bodies. */
export interface HmacScheme {
  /** Shared secrets; more than one while they are changed. */
  readonly secrets: readonly string[];
  /** Header with the signature. */
  readonly header: string;
  /** What stands before each signature, such as `sha256=` or `v1=`. Default: nothing. */
  readonly prefix?: string;
  /** Default `hex`. */
  readonly encoding?: 'hex' | 'base64';
  /** Header with the time of sending, seconds or ISO 8601. Default: none, and a replay is only known by its ids. */
  readonly timestampHeader?: string;
  /** What is signed, given the time as sent and the body. Default: the body alone. */
  readonly signed?: (timestamp: string, body: string) => string;
  /** A time further away than this is refused, ms. Default 5 minutes. */
  readonly toleranceMs?: number;
}

/**
 * How some senders sign, to be completed with their secrets: `byHmac({ ...SIGNATURE_STYLES.slack, secrets: [secret] })`.
 * PagerDuty sends several signatures while its secrets change; Jira and PagerDuty sign no time, so that a replay is
 * known by its ids alone.
 */
export const SIGNATURE_STYLES = {
  pagerduty: { header: 'x-pagerduty-signature', prefix: 'v1=' },
  jira: { header: 'x-hub-signature', prefix: 'sha256=' },
  zendesk: {
    header: 'x-zendesk-webhook-signature',
    encoding: 'base64',
    timestampHeader: 'x-zendesk-webhook-signature-timestamp',
    /** The time as sent, right before the body. */
    signed: (timestamp, body) => timestamp + body,
  },
  slack: {
    header: 'x-slack-signature',
    prefix: 'v0=',
    timestampHeader: 'x-slack-request-timestamp',
    /** `v0`, the time as sent and the body, with colons between. */
    signed: (timestamp, body) => `v0:${timestamp}:${body}`,
  },
} as const satisfies Readonly<Record<string, Omit<HmacScheme, 'secrets'>>>;

/** Whether a request is from whom it says, at this time (ms since the epoch). */
export type Verify = (headers: Headers, body: Uint8Array, nowMs: number) => boolean;

const digest = (text: string): Buffer => createHmac('sha256', 'compare').update(text).digest();

/** Compares in a time that tells nothing about how much was right. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

function timeOf(text: string): number {
  return /^\d{1,12}$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

/**
 * Verifies HMAC-SHA256 signatures over the bytes as they came; {@link SIGNATURE_STYLES} says how some senders sign.
 * @throws RemitError `invalid_configuration` without a secret.
 */
export function byHmac(scheme: HmacScheme): Verify {
  const { secrets, header, prefix = '', encoding = 'hex', timestampHeader, toleranceMs = 5 * 60_000 } = scheme;
  if (secrets.length === 0 || secrets.some((secret) => secret === '')) {
    throw new RemitError('invalid_configuration', `The signature in ${header} has no secret to be verified with.`);
  }
  const { signed = (_, body) => body } = scheme;
  return (headers, body, nowMs) => {
    const shown = (headers.get(header) ?? '').split(',').map((text) => text.trim());
    const timestamp = timestampHeader === undefined ? '' : (headers.get(timestampHeader) ?? '');
    // Not a time at all is not near any time.
    if (timestampHeader !== undefined && !(Math.abs(timeOf(timestamp) - nowMs) <= toleranceMs)) return false;
    const text = signed(timestamp, Buffer.from(body).toString('utf8'));
    const wanted = secrets.map((secret) => prefix + createHmac('sha256', secret).update(text).digest(encoding));
    return shown.some((one) => wanted.some((signature) => isSame(one, signature)));
  };
}

/**
 * Verifies a bearer token, for senders that sign nothing (Alertmanager, ServiceNow).
 * @throws RemitError `invalid_configuration` for a token shorter than 16 characters.
 */
export function byBearer(token: string): Verify {
  if (token.length < 16) {
    throw new RemitError('invalid_configuration', 'The token of an ingest source must have 16 characters or more.');
  }
  return (headers) => isSame(headers.get('authorization') ?? '', `Bearer ${token}`);
}
