import {
  type ErrorCode,
  hashOf,
  type IncidentReport,
  type Principal,
  type Remit,
  RemitError,
  type ReportReason,
  sha256,
  type TicketInput,
} from '@remit/core';
import { Problem } from '../problem.js';
import type { Verify } from './signature.js';

/** What a message says. */
export type Reported =
  /** Something is broken. The id is what repeats are known by. */
  | ({ readonly kind: 'opened'; readonly ticket: TicketInput } & Delivered)
  /** The sender says that it is over. */
  | ({
      readonly kind: 'over';
      readonly ticketId: string;
      /** Where no ticket has that id: the newest of this incident is meant. */
      readonly incidentKey?: string;
      readonly text: string;
    } & Delivered);

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
  /** Whether its word alone ends tickets whose fault no read of the catalogue can see. Default false. */
  readonly closesUnread?: boolean;
  /**
   * Reads a message, with the headers it came with. It opts nothing in unless it says so itself (`optedIn: true`), and
   * then the principal needs `tickets:opt_in`. What it throws is told to the sender as `invalid_input` if it is a zod
   * error or a RemitError.
   */
  readonly read: (message: unknown, headers: Headers) => readonly Reported[];
}

/** Senders by the name in their address, `/ingest/{source}`. */
export type IngestSources = Readonly<Record<string, IngestSource>>;

/** What became of one report, about which ticket. */
export interface Taken {
  readonly ticket_id: string;
  readonly result: IncidentReport['result'] | 'refused';
  /** Why; null where it was refused. */
  readonly reason: ReportReason | 'repeated' | null;
  /** Why it was refused; null where it was not. */
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

/** Whether trouble is on our side: the sender should send everything again. */
function isOurs(error: unknown): boolean {
  return !RemitError.is(error) || error.code === 'storage_unavailable' || error.code === 'internal';
}

/** An incident that began and is over at once is still being decided: it is waited for, so long in all, ms. */
const WAIT_FOR_DECISION_MS = 5_000;

/** Where a message goes. */
interface Intake {
  readonly remit: Remit;
  readonly source: IngestSource;
  readonly name: string;
  /** The W3C trace context of the request, if it has one. */
  readonly trace: { readonly traceparent?: string };
  /** Until when a decision is waited for, by `performance.now()`. */
  readonly waitsUntil: number;
}

function ticketIdOf(report: Reported): string {
  return report.kind === 'opened' ? report.ticket.ticketId : report.ticketId;
}

async function report({ remit, source, trace, waitsUntil }: Intake, reported: Reported): Promise<IncidentReport> {
  const { principal, closesUnread = false } = source;
  if (reported.kind === 'opened') return remit.reportIncident(principal, { ...trace, ...reported.ticket });
  const { ticketId, incidentKey = null, text } = reported;
  const recovery = { ticketId, incidentKey, text, closesUnread };
  const first = await remit.reportRecovery(principal, recovery);
  const left = waitsUntil - performance.now();
  if (first.reason !== 'being_decided' || left <= 0 || !principal.scopes.includes('tickets:read')) return first;
  await remit.whenDecided(principal, first.ticket.ticketId, left);
  return remit.reportRecovery(principal, recovery);
}

async function takeOne(intake: Intake, reported: Reported): Promise<Taken> {
  try {
    const { ticket, result, reason } = await report(intake, reported);
    return { ticket_id: ticket.ticketId, result, reason, code: null };
  } catch (error) {
    if (isOurs(error) || !RemitError.is(error)) throw error;
    return refused(reported, error.code);
  }
}

function refused(reported: Reported, code: ErrorCode): Taken {
  return { ticket_id: ticketIdOf(reported), result: 'refused', reason: null, code };
}

/** A delivery that is known by a key does something once; one that changed nothing may come again. */
async function takeOnce(intake: Intake, reported: Reported): Promise<Taken> {
  if (reported.deliveryKey === undefined) return takeOne(intake, reported);
  const { remit, source, name } = intake;
  const { deliveryKey, ...said } = reported;
  const request = { key: sha256(`ingest ${name} ${deliveryKey}`), fingerprint: hashOf(said) };
  try {
    const { answer, replayed } = await remit.answerOnce(source.principal, request, async () => {
      const taken = await takeOne(intake, reported);
      return { answer: { ...taken }, keep: taken.result !== 'refused' && taken.result !== 'left_open' };
    });
    const taken = answer as unknown as Taken;
    return replayed ? { ...taken, result: 'known', reason: 'repeated' } : taken;
  } catch (error) {
    if (!RemitError.is(error) || error.code !== 'idempotency_mismatch') throw error;
    return refused(reported, error.code);
  }
}

/** Takes in what a message reports, one by one: a report that cannot be taken does not keep the others out. */
export async function takeIn(of: Omit<Intake, 'waitsUntil'>, reports: readonly Reported[]): Promise<readonly Taken[]> {
  const intake = { ...of, waitsUntil: performance.now() + WAIT_FOR_DECISION_MS };
  const taken: Taken[] = [];
  for (const reported of reports) taken.push(await takeOnce(intake, reported));
  return taken;
}
