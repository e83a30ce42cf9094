import type { World, WorldTicket } from './world.js';

/** Votes that lie. */
export interface Attack {
  /** The lies told about this ticket. */
  votesOn(ticket: WorldTicket): readonly { readonly author: string; readonly verdict: 'positive' | 'negative' }[];
  /** Whether this author's complaint about this pattern weighs on its rank: once in 30 days. */
  complains(ticket: WorldTicket, author: string): boolean;
}

/** Who lies about what. */
export interface AttackPlan {
  readonly patterns: ReadonlySet<number>;
  readonly verdict: 'positive' | 'negative';
  readonly authors: number;
  /** Lies about each pattern. */
  readonly votes: number;
  readonly fromDay: number;
}

const COMPLAINT_EVERY_DAYS = 30;

/** An attack by so many authors, who take turns and vote on every ticket of the patterns until they have said enough. */
export function attackOf({ patterns, verdict, authors, votes, fromDay }: AttackPlan): Attack {
  const told = new Map<number, number>();
  const complained = new Map<string, number>();
  return {
    votesOn(ticket) {
      const soFar = told.get(ticket.pattern) ?? 0;
      if (!patterns.has(ticket.pattern) || ticket.day < fromDay || soFar >= votes) return [];
      told.set(ticket.pattern, soFar + 1);
      return [{ author: `liar ${soFar % authors}`, verdict }];
    },
    complains({ pattern, day }, author) {
      const key = `${pattern} ${author}`;
      if (day - (complained.get(key) ?? Number.NEGATIVE_INFINITY) < COMPLAINT_EVERY_DAYS) return false;
      complained.set(key, day);
      return true;
    },
  };
}

/** The patterns most often met among those of these kinds. */
export function busiest(world: World, kinds: readonly string[], count: number): ReadonlySet<number> {
  const ranked = world.kinds
    .map((kind, pattern) => ({ kind, pattern, count: world.counts[pattern] ?? 0 }))
    .filter(({ kind }) => kinds.includes(kind))
    .sort((a, b) => b.count - a.count);
  return new Set(ranked.slice(0, count).map(({ pattern }) => pattern));
}
