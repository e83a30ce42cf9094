import type { Append, Opening, RemediationEvent, Storage } from '@remit/core';
import type { Tripwire } from './tripwire.js';

/* A store that tells of every verb before and after. */

/** Verbs that only look. */
const LOOKS =
  /^(now|due)$|\.(find|list|load|logOf|tenantOf|inForce|accepted|tally|candidates|findBySignature|ticketsOf|ofTicket|awaitingApproval|reliability|remediation)$/;

/** Verbs that run by the clock, so that their number says nothing: only the first one of a process is a boundary. */
const PERIODIC = new Set(['due', 'remediations.heartbeat', 'audit.unsealed', 'audit.seal', 'tidy']);

function sayEvent(event: RemediationEvent): string {
  if (event.type === 'action_intended' || event.type === 'action_settled') {
    return `${event.type}(${event.direction} ${event.step})`;
  }
  return event.type === 'undo_validated' ? `${event.type}(${event.step})` : event.type;
}

function eventsOf(verb: string, given: readonly unknown[]): readonly RemediationEvent[] {
  if (verb !== 'remediations.append' && verb !== 'remediations.open') return [];
  return (given[0] as Append | Opening).events;
}

const BY_EVENT: Readonly<Partial<Record<RemediationEvent['type'], string>>> = {
  approval_consumed: 'approval consumption',
  action_intended: 'intent',
  action_settled: 'settle',
  undo_validated: 'undo validation',
  validated: 'validation',
  reconciled: 'reconciliation',
  reconciliation_answered: "a person's answer",
  approval_given: 'approval',
  rollback_started: 'rollback',
  deferred: 'deferral',
  proposed: 'decision',
  claimed: 'claim',
};

const BY_VERB: Readonly<Record<string, string>> = {
  'tickets.submit': 'submission',
  'tickets.claim': 'claim',
  'remediations.claim': 'claim',
  'remediations.release': 'release',
  'locks.take': 'locks',
  'locks.release': 'locks',
  'slots.reserve': 'clearance (slots)',
  'pins.accept': 'pins',
};

function kindOf(verb: string, events: readonly RemediationEvent[]): string {
  const undoes = events.some(
    (event) => (event.type === 'action_intended' || event.type === 'action_settled') && event.direction === 'undo',
  );
  const types = events.map(({ type }) => type);
  const [told] = Object.keys(BY_EVENT).filter((type) => types.includes(type as RemediationEvent['type']));
  const kind = BY_EVENT[told as RemediationEvent['type']] ?? BY_VERB[verb] ?? (LOOKS.test(verb) ? 'look' : 'other');
  return undoes ? `undo ${kind}` : kind;
}

function watched(verb: string, act: (...given: unknown[]) => unknown, wire: Tripwire) {
  return async (...given: unknown[]): Promise<unknown> => {
    const events = eventsOf(verb, given);
    const seen = wire.passed.some(({ name }) => name === `before ${verb}`);
    if (PERIODIC.has(verb) && seen) return act(...given);
    const name = [verb, events.map(sayEvent).join('+')].join(' ').trim();
    const place = { kind: kindOf(verb, events), changes: !LOOKS.test(verb) };
    wire.pass({ name: `before ${name}`, ...place });
    const answer = await act(...given);
    wire.pass({ name: `after ${name}`, ...place });
    return answer;
  };
}

function watch<Verbs extends object>(verbs: Verbs, prefix: string, wire: Tripwire): Verbs {
  return new Proxy(verbs, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name);
      const path = `${prefix}${String(name)}`;
      if (path === 'close') return found;
      if (typeof found === 'function') return watched(path, (...given) => Reflect.apply(found, target, given), wire);
      return typeof found === 'object' && found !== null ? watch(found, `${path}.`, wire) : found;
    },
  });
}

/** The same store, with the tripwire before and after each verb. */
export function watchStorage(storage: Storage, wire: Tripwire): Storage {
  return watch(storage, '', wire);
}
