import type { LogRow, Remit, Storage } from '@remit/core';
import { brokenLink } from '../chaos/judge.js';
import type { Effect } from './host/effects.js';
import { person } from './people.js';

/* Holds what the store says against what the tools did. */

/** Effects that happened although another one on the same service had not ended. */
export function overlapsIn(effects: readonly Effect[]): number {
  const busy = new Set<string>();
  let overlaps = 0;
  for (const { what, service } of effects) {
    if (what === 'begun' && busy.has(service)) overlaps += 1;
    if (what === 'begun') busy.add(service);
    else busy.delete(service);
  }
  return overlaps;
}

/** Second effects under one idempotency key. */
export function duplicatesIn(effects: readonly Effect[]): number {
  const begun = effects.filter(({ what }) => what === 'begun');
  return begun.length - new Set(begun.map(({ key }) => key)).size;
}

/** What the logs of one tenant's tickets say. */
export interface LogsJudged {
  /** Where hash chains break. */
  readonly broken: readonly string[];
  /** Keys of all calls that were intended. */
  readonly intended: ReadonlySet<string>;
  /** How many votes the store has. */
  readonly votes: number;
}

function byRemediation(rows: readonly LogRow[]): ReadonlyMap<string, readonly LogRow[]> {
  const logs = new Map<string, LogRow[]>();
  for (const row of rows) logs.set(row.remediationId, [...(logs.get(row.remediationId) ?? []), row]);
  return logs;
}

/** Reads the logs and votes of these tickets. */
export async function judgeLogs(
  { storage, remit }: { readonly storage: Storage; readonly remit: Remit },
  tenant: string,
  ticketIds: Iterable<string>,
): Promise<LogsJudged> {
  const reader = person(tenant, 'rita');
  const broken: string[] = [];
  const intended = new Set<string>();
  let votes = 0;
  for (const ticketId of ticketIds) {
    const rows = await storage.remediations.logOf(tenant, ticketId);
    if (rows.length === 0) broken.push(`${ticketId} has no log`);
    for (const [remediationId, log] of byRemediation(rows)) {
      const link = brokenLink({ remediationId, rows: log });
      if (link !== null) broken.push(link);
    }
    for (const { event } of rows) if (event.type === 'action_intended') intended.add(event.idempotencyKey);
    votes += (await remit.feedbackOf(reader, ticketId)).length;
  }
  return { broken, intended, votes };
}
