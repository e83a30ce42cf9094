import type { ReplayedPolicy } from './play/policies.js';
import type { Recognised } from './play/recognise.js';
import { knownFrom, replayTickets } from './play/replayTickets.js';
import type { ClosedTicket } from './read/closedTicket.js';

/** Whether decisions depend on what was not known yet. */
export interface LeakTest {
  /** Ends that become known after this moment were exchanged. */
  readonly cutMs: number;
  readonly decisions: number;
  readonly exchanged: number;
  /** Decisions before that moment that came out otherwise. 0, or the replay looks ahead. */
  readonly different: number;
}

/** Replays a part of the tickets again with every end exchanged that was not known at its last moment. */
export function leakTest(
  { tickets, patterns }: { readonly tickets: readonly ClosedTicket[]; readonly patterns: readonly Recognised[] },
  policies: () => readonly ReplayedPolicy[],
): LeakTest {
  const count = Math.floor(tickets.length / 2);
  const part = tickets.slice(0, count);
  const cutMs = part.at(-1)?.openedMs ?? 0;
  const late = part.filter((ticket) => knownFrom(ticket) > cutMs);
  const ends = late.map(({ resolution, reopened }) => ({ resolution, reopened }));
  let next = 0;
  const exchanged = part.map((ticket): ClosedTicket => {
    if (knownFrom(ticket) <= cutMs) return ticket;
    next += 1;
    const other = ends[(next + Math.floor(ends.length / 2)) % ends.length];
    return { ...ticket, resolution: `${other?.resolution ?? ''} exchanged`, reopened: !ticket.reopened };
  });
  const [before, after] = [part, exchanged].map((each) =>
    replayTickets({ tickets: each, patterns: patterns.slice(0, count) }, policies()),
  );
  const told = (said: unknown, proposal: unknown): string => JSON.stringify([said, proposal]);
  const different = (before ?? []).filter((one, index) => {
    const other = after?.[index];
    return !other || told(one.said, one.proposal) !== told(other.said, other.proposal);
  }).length;
  return { cutMs, decisions: count, exchanged: late.length, different };
}
