import { RemitError } from '@remit/core';
import { FIELDS, type Field, REQUIRED } from './closedTicket.js';

/** Names that tools give their columns, in the order in which they are tried. Compared without case and punctuation. */
const NAMES: Readonly<Record<Field, readonly string[]>> = {
  ticket_id: ['ticket_id', 'number', 'incident_number', 'incident_id', 'issue_key', 'key', 'id'],
  opened_at: ['opened_at', 'opened', 'created_at', 'created', 'sys_created_on', 'sys_created_at', 'reported_at'],
  resolved_at: ['resolved_at', 'resolved', 'resolution_date', 'closed_at', 'closed', 'calendar_end'],
  category: ['category'],
  subcategory: ['subcategory'],
  symptom: ['symptom', 'u_symptom'],
  description: ['short_description', 'summary', 'description', 'title', 'text'],
  resolution: ['resolution', 'close_code', 'closed_code', 'resolution_code', 'resolution_category'],
  reopen_count: ['reopen_count', 'reopening_count', 'reopened', 'reopens'],
};

/** Columns that only a ServiceNow incident table has. */
const SERVICENOW = [
  'sys_id',
  'sys_created_on',
  'sys_created_at',
  'u_symptom',
  'caller_id',
  'made_sla',
  'incident_state',
];

/** Which column of a file holds which field. */
export interface Columns {
  readonly of: Readonly<Partial<Record<Field, string>>>;
  /** What the file looks like. */
  readonly recognised: 'ServiceNow export' | 'named by flags' | 'known column names';
}

const plain = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');

/**
 * Finds the columns of a file by its header; names that are given win.
 * @throws RemitError `invalid_input` when a named column is not there, or a needed one cannot be found.
 */
export function columnsOf(header: readonly string[], named: Readonly<Partial<Record<Field, string>>>): Columns {
  const byName = new Map([...header].reverse().map((name) => [plain(name), name]));
  const of: Partial<Record<Field, string>> = {};
  const faults: { pointer: string; detail: string }[] = [];
  for (const field of FIELDS) {
    const wanted = named[field];
    const found = (wanted === undefined ? NAMES[field] : [wanted]).map((name) => byName.get(plain(name)));
    const column = found.find((name) => name !== undefined);
    if (column !== undefined) of[field] = column;
    else if (wanted !== undefined) faults.push({ pointer: `/${field}`, detail: `There is no column "${wanted}".` });
    else if (REQUIRED.includes(field)) {
      faults.push({ pointer: `/${field}`, detail: `No column holds it (tried: ${NAMES[field].join(', ')}).` });
    }
  }
  if (faults.length > 0) {
    const told = faults.map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`).join(' ');
    throw new RemitError('invalid_input', `Columns are missing. ${told} The file has: ${header.join(', ')}.`, {
      faults,
      nextStep: 'Name each column, for example --ticket-id Number --opened-at Created --resolution "Close code".',
    });
  }
  const isServiceNow = SERVICENOW.filter((name) => byName.has(name)).length >= 1 && byName.has('number');
  const looksLikeIt = isServiceNow || SERVICENOW.filter((name) => byName.has(name)).length >= 2;
  const known = Object.keys(named).length > 0 ? 'named by flags' : 'known column names';
  return { of, recognised: looksLikeIt ? 'ServiceNow export' : known };
}
