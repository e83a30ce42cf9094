import type { Assertion, CatalogueEntry, ErrorCode } from '@remit/core';
import { RemitError } from '@remit/core';
import type { Cast, Play } from '../dry/play.js';
import { broken, type Finding, holds, notApplicable, type Subject } from '../subject.js';
import type { Trial } from '../trial.js';

/* How guarantees are tried on the actions of a catalogue. */

/** What holds of whatever a read answers: for controls. */
export const ANYTHING: readonly Assertion[] = [{ path: '', notEquals: 'remit-verify' }];

/** Tries something on each action; `attempt` answers what went wrong, or null. */
export async function onEach(
  plays: readonly Play[],
  attempt: (play: Play) => Promise<string | null>,
  none = 'No write of the catalogue can be tried.',
): Promise<Finding> {
  if (plays.length === 0) return notApplicable(none);
  for (const play of plays) {
    const wrong = await attempt(play);
    if (wrong !== null) return broken(`${play.entry.name}: ${wrong}`);
  }
  return holds(`Tried on ${plays.map(({ entry }) => entry.name).join(', ')}.`);
}

/** The first action that can be tried, if there is one: for guarantees that do not depend on the action. */
export function anyOne(
  { plays }: Pick<Subject, 'plays'>,
  suits: (play: Play) => boolean = () => true,
): readonly Play[] {
  return plays.filter(suits).slice(0, 1);
}

/** What is wrong when something was sent; null when nothing was. */
export async function nothingSent(trial: Trial, ticketId: string): Promise<string | null> {
  const { sent } = trial.world;
  return sent.length === 0 ? null : `${sent[0]?.tool} was sent (${await trial.say(ticketId)}).`;
}

/** What is wrong unless the ticket took a route that is no more permissive than wanted, and nothing was sent. */
export async function routed(trial: Trial, ticketId: string, wanted: readonly string[]): Promise<string | null> {
  const sent = await nothingSent(trial, ticketId);
  if (sent !== null) return sent;
  const { ticket } = await trial.view(ticketId);
  const route = ticket.assessment?.decision.route ?? 'none';
  return wanted.includes(route) ? null : `The route was ${await trial.say(ticketId)}, not ${wanted.join(' or ')}.`;
}

/** The code of the error that something ends with; null when it does not fail. */
export async function codeOf(work: Promise<unknown>): Promise<ErrorCode | 'other' | null> {
  return work.then(
    () => null,
    (error: unknown) => (RemitError.is(error) ? error.code : 'other'),
  );
}

/** A cast of the same action, otherwise defined. */
export function recast(cast: Cast, change: Partial<CatalogueEntry>): Cast {
  return { ...cast, entry: { ...cast.entry, ...change } };
}

/** The catalogue with one action defined otherwise. */
export function catalogueWith({ catalogue }: Pick<Subject, 'catalogue'>, entry: CatalogueEntry): Subject['catalogue'] {
  return { ...catalogue, actions: catalogue.actions.map((one) => (one.name === entry.name ? entry : one)) };
}
