import { GUARANTEE } from '@remit/core';
import { allowedWrong } from '@remit/core/statistics';
import type { Replayed } from '../play/replayTickets.js';
import { type Ends, endsOf } from './bounds.js';

/** The 30 days in which most went wrong or is unknown. */
export interface WorstWindow extends Ends {
  readonly fromMs: number;
  readonly toMs: number;
  /** Known wrong runs that the error budget allows for so many. */
  readonly budget: number;
}

/** The worst 30 days of automatic decisions (in the order of time), unknowns counted as wrong; null without any. */
export function worstWindow(autos: readonly Replayed[], alpha: number): WorstWindow | null {
  let worst: readonly Replayed[] = [];
  let [first, bad, worstBad] = [0, 0, -1];
  const isBad = ({ outcome }: Replayed): number => (outcome === 'worked' ? 0 : 1);
  for (const [index, auto] of autos.entries()) {
    bad += isBad(auto);
    for (let oldest = autos[first]; oldest && auto.ticket.openedMs - oldest.ticket.openedMs > WINDOW_MS; ) {
      bad -= isBad(oldest);
      first += 1;
      oldest = autos[first];
    }
    if (bad <= worstBad) continue;
    worstBad = bad;
    worst = autos.slice(first, index + 1);
  }
  const [begin, end] = [worst[0], worst.at(-1)];
  if (!begin || !end) return null;
  const ends = endsOf(worst.map(({ outcome }) => outcome));
  const budget = allowedWrong(alpha, worst.length);
  return { fromMs: begin.ticket.openedMs, toMs: end.ticket.openedMs, ...ends, budget };
}

const WINDOW_MS = GUARANTEE.budget.windowMs;
