import { chainHash, type RemediationEvent } from '@remit/core';
import { canonicalJson, sha256 } from '../../packages/core/src/domain/canonical.js';
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

/** What a ticket of a pattern says, on one host or another. */
export function toldOf(pattern: number, n: number): string {
  return `${wordsOf(pattern)} on host-${n % 977}`;
}

type Value = string | number | null;

/** What stands in a column for the number that a ticket gives it, where it is not this. */
type Cell = (of: Ticket) => Value;

/** What differs from ticket to ticket. */
interface Ticket {
  readonly n: number;
  readonly pattern: number;
  readonly words: string;
  /** When it is handed in, less when the template was. */
  readonly laterMs: number;
}

const MARKS = new RegExp(`${TICKET_MARK}|${PATTERN_MARK}|${WORDS_MARK}`);

/** A text with marks, taken apart once: putting it together again is all that a ticket costs. */
function textCell(text: string): Cell {
  if (!MARKS.test(text)) return () => text;
  const parts = text.split(new RegExp(`(${MARKS.source})`));
  return ({ n, pattern, words }) =>
    parts
      .map((part) => {
        if (part === TICKET_MARK) return n;
        if (part === PATTERN_MARK) return pattern;
        return part === WORDS_MARK ? words : part;
      })
      .join('');
}

/** What tickets took, from seconds to half a day, and their scores: no two days have the same. */
const tookMs = (n: number): number => Math.round(1_000 * 10 ** (4.6 * chance(n, 4)));
const scoreOf = (n: number): number => 75 + 25 * chance(n, 5);

function cellOf(name: string, value: Value): Cell {
  if (name === 'resolved_at_ms' && value !== null) return ({ n, laterMs }) => Number(value) + laterMs + tookMs(n);
  if (name === 'figures' && typeof value === 'string') {
    const [before = '', after = ''] = value.split(/(?<="score":)[\d.]+/, 2);
    return ({ n }) => `${before}${scoreOf(n)}${after}`;
  }
  if (typeof value === 'string') return textCell(value);
  const isTime = typeof value === 'number' && name.endsWith('at_ms') && name !== 'wake_at_ms';
  return isTime ? ({ laterMs }) => value + laterMs : () => value;
}

/** Makes one row of a template for every ticket. */
function rowMaker(row: Row): (of: Ticket) => Row {
  const cells = Object.entries(row).map(([name, value]) => [name, cellOf(name, value)] as const);
  return (of) => Object.fromEntries(cells.map(([name, cell]) => [name, cell(of)]));
}

/** Makes the rows of a log, chained as they tell of another ticket now. */
function logMaker(rows: readonly Row[]): (of: Ticket) => readonly Row[] {
  const TIME = 987_654_321;
  const makers = rows.map((row) => {
    const { tenant, remediation_id, ticket_id, seq, token, actor, at_ms, event } = row;
    const content = {
      tenant: String(tenant),
      remediationId: String(remediation_id),
      ticketId: String(ticket_id),
      seq: Number(seq),
      token: token === null || token === undefined ? null : Number(token),
      actor: String(actor),
      atMs: TIME,
      event: JSON.parse(String(event)) as RemediationEvent,
    };
    const [before = '', after = ''] = canonicalJson(content).split(`"atMs":${TIME}`);
    const [head, tail] = [textCell(before), textCell(after)];
    // What `chainHash` hashes, without making canonical JSON of it anew for every ticket.
    const hashed = (of: Ticket, previous: string): string =>
      sha256(`${previous}\n${head(of)}"atMs":${Number(at_ms) + of.laterMs}${tail(of)}`);
    const of: Ticket = { n: 7, pattern: 7, words: 'some', laterMs: 7 };
    const made = rowMaker(row)(of);
    const told = {
      ...content,
      ...{
        remediationId: String(made['remediation_id']),
        ticketId: String(made['ticket_id']),
        atMs: Number(made['at_ms']),
      },
      event: JSON.parse(String(made['event'])) as RemediationEvent,
    };
    if (hashed(of, '') !== chainHash('', told)) throw new Error('The template does not hash as the engine does.');
    return { hashed, row: rowMaker(row) };
  });
  return (of) => {
    let previous = '';
    return makers.map(({ hashed, row }) => {
      const chain = { previous_hash: previous, hash: hashed(of, previous) };
      previous = chain.hash;
      return { ...row(of), ...chain };
    });
  };
}

/** Makes tickets one by one. */
export async function ticketMaker(tickets: number, nowMs: number): Promise<(n: number) => TicketRows> {
  const [carriedOut, suggested] = [await rowsOfOneTicket(true), await rowsOfOneTicket(false)];
  if (carriedOut.tickets[0]?.['status'] !== 'resolved') throw new Error('The ticket of the template was not resolved.');
  const makerOf = (rows: TicketRows) => ({
    tickets: rows.tickets.map(rowMaker),
    remediations: rows.remediations.map(rowMaker),
    remediation_logs: logMaker(rows.remediation_logs),
    pattern_facts: rows.pattern_facts.filter((row) => row['ticket_id'] === `T-${TICKET_MARK}`).map(rowMaker),
    guarantee_trials: rows.guarantee_trials.map(rowMaker),
  });
  const [ofCarriedOut, ofSuggested] = [makerOf(carriedOut), makerOf(suggested)];
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
    const make = n % OF_THREE < 2 ? ofCarriedOut : ofSuggested;
    const atMs = Math.round(nowMs - YEAR_MS + (YEAR_MS * (n + 1)) / tickets);
    const words = toldOf(pattern, n);
    const of: Ticket = { n, pattern, words, laterMs: atMs - templateMs };
    const all = (makers: readonly ((of: Ticket) => Row)[]): readonly Row[] => makers.map((row) => row(of));
    const submitter = `monitor-${Math.floor(chance(n, 2) * SUBMITTERS)}`;
    const facts: Row[] = all(make.pattern_facts).map((row) => ({
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
      tickets: all(make.tickets).map((row) => ({ ...row, submitter })),
      remediations: all(make.remediations),
      remediation_logs: make.remediation_logs(of),
      pattern_facts: facts,
      guarantee_trials: all(make.guarantee_trials),
    };
  };
}
