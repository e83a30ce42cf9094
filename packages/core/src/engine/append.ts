import { APPEND_ATTEMPTS } from '../domain/policy.js';
import { replay, type Stamp, type StartedRemediation } from '../domain/remediation.js';
import { RemitError } from '../errors.js';
import type { Append, LoadedRemediation } from '../ports/storage.js';
import type { EngineContext } from './context.js';

/* Rows of people and late replies: they need no lease, only that nobody wrote in between. */

/** A remediation's log and the state it tells. */
export interface FoundRemediation {
  readonly loaded: LoadedRemediation;
  readonly state: StartedRemediation;
}

/** Loads a remediation as its state. */
export async function loadState(
  context: Pick<EngineContext, 'storage'>,
  tenant: string,
  remediationId: string,
): Promise<FoundRemediation | null> {
  const loaded = await context.storage.remediations.load(tenant, remediationId);
  const state = loaded ? replay(loaded.rows) : null;
  return loaded && state && state.state !== 'none' ? { loaded, state } : null;
}

/** What to append, and the facts that go with it. */
export type Following = Pick<Append, 'events' | 'projection'> & Partial<Pick<Append, 'facts'>>;

/** Appends rows that need no lease, and tells observers; false when somebody else wrote first. */
export async function appendUnleased(
  context: EngineContext,
  { tenant, remediationId, version: expectedVersion }: LoadedRemediation,
  stamp: Stamp,
  { events, projection, facts = [] }: Following,
): Promise<boolean> {
  const row = { tenant, remediationId, expectedVersion, token: null, ...stamp, events, projection, facts };
  const appended = await context.storage.remediations.append(row);
  if (appended.kind !== 'appended') return false;
  for (const stored of appended.rows) context.observers.tell('remediation_event', stored);
  return true;
}

/** What {@link appendOrAgain} was told to do with what it found. */
export type Answered<Result> = { readonly done: Result } | { readonly append: Following; readonly result: Result };

/**
 * Reads a remediation, asks what follows, and appends it; reads again when somebody else wrote first. The question
 * is asked anew each time, since what follows may be something else by then. Null when there is no such remediation.
 * @throws RemitError `version_conflict` when others keep writing.
 */
export async function appendOrAgain<Result>(
  context: EngineContext,
  { tenant, remediationId, actor }: { readonly tenant: string; readonly remediationId: string; readonly actor: string },
  whatFollows: (found: FoundRemediation, stamp: Stamp) => Promise<Answered<Result>>,
): Promise<Result | null> {
  for (let attempt = 0; attempt < APPEND_ATTEMPTS; attempt += 1) {
    const found = await loadState(context, tenant, remediationId);
    if (!found) return null;
    const stamp = { atMs: await context.storage.now(), actor };
    const answer = await whatFollows(found, stamp);
    if ('done' in answer) return answer.done;
    if (await appendUnleased(context, found.loaded, stamp, answer.append)) return answer.result;
  }
  throw new RemitError('version_conflict', 'Others kept writing at the same moment.', {
    nextStep: 'Read the ticket again, and try once more.',
  });
}
