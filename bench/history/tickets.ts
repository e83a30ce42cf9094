import { chainHash, type RemediationEvent } from '@remit/core';
import { wordsOf } from '../engine/prepare.js';
import { PATTERN_MARK, type Row, rowsOfOneTicket, TICKET_MARK, type TicketRows, WORDS_MARK } from './template.js';

/* A year of tickets, the same with every run. */

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
/** Tickets of a pattern, on average; a few patterns have most of them. */
const OF_A_PATTERN = 500;
/** Of so many tickets two are carried out, and one stays a suggestion. */
const OF_THREE = 3;
/** Of so many tickets one gets a vote. */
const OF_FOUR = 4;
const SUBMITTERS = 40;
const VOTERS = 400;

/** A number 0..1 that belongs to a number, always the same. */
export function chance(n: number, salt: number): number {
  let hash = Math.imul(n + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** How many patterns so many tickets have. */
export function patternsOf(tickets: number): number {
  return Math.max(1, Math.round(tickets / OF_A_PATTERN));
}

/** The pattern of a ticket: low numbers have many tickets. */
export function patternOf(n: number, tickets: number): number {
  return Math.floor(patternsOf(tickets) * chance(n, 1) ** 2);
}

function shifted(row: Row, byMs: number): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) =>
      name.endsWith('at_ms') && typeof value === 'number' && name !== 'wake_at_ms'
        ? [name, value + byMs]
        : [name, value],
    ),
  );
}

/** The rows of a log chained anew, as they tell of another ticket now. */
function chained(rows: readonly Row[]): readonly Row[] {
  let previousHash = '';
  return rows.map((row) => {
    const { tenant, remediation_id, ticket_id, seq, token, actor, at_ms, event } = row;
    const content = {
      tenant: String(tenant),
      remediationId: String(remediation_id),
      ticketId: String(ticket_id),
      seq: Number(seq),
      token: token === null || token === undefined ? null : Number(token),
      actor: String(actor),
      atMs: Number(at_ms),
      event: JSON.parse(String(event)) as RemediationEvent,
    };
    const chain = { previous_hash: previousHash, hash: chainHash(previousHash, content) };
    previousHash = chain.hash;
    return { ...row, ...chain };
  });
}

/** Makes tickets one by one. */
export async function ticketMaker(tickets: number, nowMs: number): Promise<(n: number) => TicketRows> {
  const [carriedOut, suggested] = [await rowsOfOneTicket(true), await rowsOfOneTicket(false)];
  if (carriedOut.tickets[0]?.['status'] !== 'resolved') throw new Error('The ticket of the template was not resolved.');
  const own = (rows: TicketRows): string =>
    JSON.stringify({
      ...rows,
      pattern_facts: rows.pattern_facts.filter((row) => row['ticket_id'] === `T-${TICKET_MARK}`),
    });
  const [carriedOutText, suggestedText] = [own(carriedOut), own(suggested)];
  const vote = carriedOut.pattern_facts.find((row) => row['kind'] === 'vote');
  const templateMs = Number(carriedOut.tickets[0]['created_at_ms']);
  // Whoever spoke for a pattern within a day does not count again.
  const spoke = new Map<string, number>();
  const counts = (who: string, atMs: number): number => {
    if (atMs - (spoke.get(who) ?? 0) < DAY_MS) return 0;
    spoke.set(who, atMs);
    return 1;
  };
  return (n) => {
    const pattern = patternOf(n, tickets);
    const text = (n % OF_THREE < 2 ? carriedOutText : suggestedText)
      .replaceAll(TICKET_MARK, `${n}`)
      .replaceAll(PATTERN_MARK, `${pattern}`)
      .replaceAll(WORDS_MARK, `${wordsOf(pattern)} on host-${n % 977}`);
    const rows = JSON.parse(text) as TicketRows;
    const atMs = Math.round(nowMs - YEAR_MS + (YEAR_MS * (n + 1)) / tickets);
    const move = (list: readonly Row[]): readonly Row[] => list.map((row) => shifted(row, atMs - templateMs));
    const submitter = `monitor-${Math.floor(chance(n, 2) * SUBMITTERS)}`;
    const facts: Row[] = move(rows.pattern_facts).map((row) => ({
      ...row,
      principal: submitter,
      counted: counts(`${pattern} ${submitter}`, atMs),
    }));
    if (vote && n % OF_FOUR === 0) {
      const voter = `person-${Math.floor(chance(n, 3) * VOTERS)}`;
      const counted = counts(`${pattern} ${voter}`, atMs);
      const about = { pattern_id: `pattern-${pattern}`, ticket_id: `T-${n}`, source: voter, principal: voter };
      facts.push({ ...vote, ...about, at_ms: atMs, counted });
    }
    return {
      ...rows,
      tickets: move(rows.tickets).map((row) => ({ ...row, submitter })),
      remediations: move(rows.remediations),
      remediation_logs: chained(move(rows.remediation_logs)),
      pattern_facts: facts,
    };
  };
}
