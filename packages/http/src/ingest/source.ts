import { hashOf, type Principal, type Remit, RemitError, sha256, type TicketInput } from '@remit/core';
import { Problem } from '../problem.js';
import type { Verify } from './signature.js';

/** What a message says. */
export type Reported =
  /** Something is broken. The id is what repeats are known by. */
  | ({ readonly kind: 'opened'; readonly ticket: TicketInput } & Delivered)
  /** The sender says that it is over. */
  | ({ readonly kind: 'over'; readonly ticketId: string; readonly text: string } & Delivered);

/** How a report came. */
interface Delivered {
  /** What its delivery is known by at its source: one that comes again within a day does nothing. Default: nothing. */
  readonly deliveryKey?: string;
}

/** A sender of messages, as the operator knows it. */
export interface IngestSource {
  /** In whose name tickets are handed in: scopes `tickets:write` and `tickets:read`, nothing else unless it may opt in. */
  readonly principal: Principal;
  readonly verify: Verify;
  /**
   * Reads a message, with the headers it came with. It opts nothing in unless it says so itself (`optedIn: true`), and
   * then the principal needs `tickets:opt_in`. What it throws is told to the sender as `invalid_input` if it is a zod
   * error or a RemitError.
   */
  readonly read: (message: unknown, headers: Headers) => readonly Reported[];
}

/** Senders by the name in their address, `/ingest/{source}`. */
export type IngestSources = Readonly<Record<string, IngestSource>>;

/** What became of one report. */
export interface Taken {
  readonly ticket_id: string;
  readonly result: 'created' | 'known' | 'resolved' | 'left_open' | 'refused';
  readonly code: string | null;
}

/** The source of a message, if the message is really from it. @throws Problem `not_found`, `unauthenticated`. */
export function verifiedSource(
  sources: IngestSources,
  name: string,
  message: { readonly headers: Headers; readonly bytes: Uint8Array; readonly nowMs: number },
): IngestSource {
  const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
  if (!source) throw new Problem('not_found', `There is no source ${JSON.stringify(name)}.`);
  if (source.verify(message.headers, message.bytes, message.nowMs)) return source;
  throw new Problem('unauthenticated', 'The signature or the token is not valid, or the message is too old.', {
    nextStep: 'Check the secret on both sides, and the clock of the sender.',
  });
}

async function open(remit: Remit, principal: Principal, ticket: TicketInput): Promise<Taken> {
  try {
    const { created } = await remit.submitTicket(principal, ticket);
    return { ticket_id: ticket.ticketId, result: created ? 'created' : 'known', code: null };
  } catch (error) {
    // The same id in other words is the same incident, told again.
    if (RemitError.is(error) && error.code === 'ticket_conflict') {
      return { ticket_id: ticket.ticketId, result: 'known', code: null };
    }
    throw error;
  }
}

/** A ticket that nobody works on ends with its incident; one that Remit is mending is validated by its own reads. */
async function end(remit: Remit, principal: Principal, ticketId: string, text: string): Promise<Taken> {
  try {
    await remit.resolveTicket(principal, ticketId, { text });
    return { ticket_id: ticketId, result: 'resolved', code: null };
  } catch (error) {
    if (!RemitError.is(error)) throw error;
    if (error.code === 'ticket_closed') return { ticket_id: ticketId, result: 'known', code: null };
    if (error.code === 'ticket_conflict') return { ticket_id: ticketId, result: 'left_open', code: error.code };
    throw error;
  }
}

/** Whether trouble is on our side: the sender should send everything again. */
function isOurs(error: unknown): boolean {
  return !RemitError.is(error) || error.code === 'storage_unavailable' || error.code === 'internal';
}

async function takeOne(remit: Remit, principal: Principal, report: Reported): Promise<Taken> {
  const ticketId = report.kind === 'opened' ? report.ticket.ticketId : report.ticketId;
  try {
    return report.kind === 'opened'
      ? await open(remit, principal, report.ticket)
      : await end(remit, principal, ticketId, report.text);
  } catch (error) {
    if (isOurs(error) || !RemitError.is(error)) throw error;
    return { ticket_id: ticketId, result: 'refused', code: error.code };
  }
}

/** A delivery that is known by a key does something once; one that changed nothing may come again. */
async function takeOnce(remit: Remit, source: IngestSource, name: string, report: Reported): Promise<Taken> {
  const { principal } = source;
  if (report.deliveryKey === undefined) return takeOne(remit, principal, report);
  const { deliveryKey, ...said } = report;
  const request = { key: sha256(`ingest ${name} ${deliveryKey}`), fingerprint: hashOf(said) };
  try {
    const { answer, replayed } = await remit.answerOnce(principal, request, async () => {
      const taken = await takeOne(remit, principal, report);
      return { answer: { ...taken }, keep: taken.result !== 'refused' && taken.result !== 'left_open' };
    });
    const taken = answer as unknown as Taken;
    return replayed ? { ...taken, result: 'known', code: null } : taken;
  } catch (error) {
    if (!RemitError.is(error) || error.code !== 'idempotency_mismatch') throw error;
    const ticketId = report.kind === 'opened' ? report.ticket.ticketId : report.ticketId;
    return { ticket_id: ticketId, result: 'refused', code: error.code };
  }
}

/** Takes in what a message reports, one by one: a report that cannot be taken does not keep the others out. */
export async function takeIn(
  remit: Remit,
  { source, name }: { readonly source: IngestSource; readonly name: string },
  reports: readonly Reported[],
): Promise<readonly Taken[]> {
  const taken: Taken[] = [];
  for (const report of reports) taken.push(await takeOnce(remit, source, name, report));
  return taken;
}
