import { RemitError } from '../errors.js';
import type { Analyst } from '../ports/analyst.js';
import type { Clock } from '../ports/clock.js';
import { loadWork } from './verbs/later.js';

/** One analyst of a chain, and how much of it may be used. */
export interface ChainLink {
  readonly analyst: Analyst;
  /** Tickets it may be asked about in any 60 minutes, by this process. Default: no limit. */
  readonly perHour?: number;
  /** Failures in a row after which it is left alone. Default 5. */
  readonly failures?: number;
  /** For how long it is left alone, ms; then one ticket tries it again. Default 60000. */
  readonly restMs?: number;
}

/** Options of {@link chain}. */
export interface ChainOptions {
  /** Default: the system's clock. */
  readonly clock?: Clock;
}

/**
 * Asks one analyst after the other until one proposes a plan; put the cheap ones first. One that fails, is over its
 * budget or is left alone after failures is passed by, and the log says so. When none has a plan the ticket goes to a
 * person with all that was found out. Budgets and failures are counted by this process alone.
 * @throws RemitError `invalid_configuration` for an empty chain.
 */
export function chain(links: readonly (Analyst | ChainLink)[], options: ChainOptions = {}): Analyst {
  if (links.length === 0) {
    throw new RemitError('invalid_configuration', 'The chain has no analysts.', { nextStep: 'Give it at least one.' });
  }
  let inTurn: Analyst['analyze'] | undefined;
  return {
    name: 'chain',
    async analyze(...asked) {
      const { askInTurn } = await loadWork();
      inTurn ??= askInTurn(links, options);
      return inTurn(...asked);
    },
  };
}
