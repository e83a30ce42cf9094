import type { TicketInput } from '@remit/core';
import { z } from 'zod';
import { jsonObject, toToken, type WarningWire } from './common.js';

/** A ticket's id: the caller's own, kept verbatim. `.` and `..` cannot be part of a URL's path and are refused. */
export const ticketId = z
  .string()
  .min(1)
  .refine((id) => id !== '.' && id !== '..', 'cannot be addressed in a URL: take another id than "." or ".."');

const TICKET_FIELDS = {
  ticket_id: ticketId,
  description: z.string().min(1),
  category: z.string().min(1),
  enable_auto_remediation: z.boolean().nullish(),
  title: z.string().nullish(),
  priority: z.string().nullish(),
  requester: z.string().nullish(),
  targets: z.array(z.string()).nullish(),
  metadata: jsonObject.nullish(),
};

/** The body of `POST /tickets`. Fields it does not know are kept in `metadata`. */
export const ticketBody = z.looseObject(TICKET_FIELDS).meta({
  id: 'TicketInput',
  description: 'The body of POST /tickets; unknown fields are kept in metadata and named in warnings.',
});

const lettersOf = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '');
const KNOWN = new Map(Object.keys(TICKET_FIELDS).map((name) => [lettersOf(name), name]));

function sayUnknownField(name: string, isTaken: boolean): string {
  const kept = isTaken
    ? `Unknown field "${name}": it was dropped, because metadata has a field of that name.`
    : `Unknown field "${name}": it was kept in metadata.`;
  const meant = KNOWN.get(lettersOf(name));
  const optIn = /remediat|opt_?in/i.test(name) ? 'enable_auto_remediation' : meant;
  const off = optIn === 'enable_auto_remediation' ? ' It opts nothing in.' : '';
  return optIn === undefined ? kept : `${kept}${off} Did you mean "${optIn}"?`;
}

/** A ticket as core takes it in, and what its sender should know about fields that are not part of it. */
export function ticketFromWire(body: z.infer<typeof ticketBody>): {
  readonly input: TicketInput;
  readonly warnings: readonly WarningWire[];
} {
  const given = body.metadata ?? {};
  const unknown = Object.keys(body).filter((name) => !Object.hasOwn(TICKET_FIELDS, name));
  const kept = unknown.filter((name) => !Object.hasOwn(given, name));
  const metadata = { ...given, ...Object.fromEntries(kept.map((name) => [name, body[name]])) };
  const input: TicketInput = {
    ticketId: body.ticket_id,
    description: body.description,
    category: body.category,
    optedIn: body.enable_auto_remediation ?? false,
    title: body.title ?? null,
    priority: body.priority ?? null,
    requester: body.requester ?? null,
    targets: body.targets ?? [],
    metadata: metadata as NonNullable<TicketInput['metadata']>,
  };
  const warnings = unknown.map((name) => ({
    pointer: `/${toToken(name)}`,
    detail: sayUnknownField(name, !kept.includes(name)),
  }));
  return { input, warnings };
}

/** The body of `PATCH /tickets/{ticket_id}`. */
export const optInBody = z
  .strictObject({ enable_auto_remediation: z.boolean() })
  .meta({ id: 'OptIn', description: 'The body of PATCH /tickets/{ticket_id}: true decides anew, false withdraws.' });
