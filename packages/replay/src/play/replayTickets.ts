import { CALIBRATION, type Calibration, GUARANTEE, type Label } from '@remit/core';
import { fitCalibration } from '@remit/core/statistics';
import type { ClosedTicket } from '../read/closedTicket.js';
import { History, type Outcome, type Proposal } from './history.js';
import type { Moment, ReplayedPolicy, Said } from './policies.js';
import type { Recognised } from './recognise.js';

/** One ticket as it was decided by every policy, and what became of the proposal. */
export interface Replayed {
  readonly ticket: ClosedTicket;
  readonly pattern: string;
  /** Earlier tickets of the pattern, whether or not their end was known. */
  readonly earlier: number;
  readonly proposal: Proposal | null;
  /** The proposer's confidence as the past calibrates it, 0..1. */
  readonly calibrated: number;
  readonly outcome: Outcome;
  /** By policy, in the order in which they were given. */
  readonly said: readonly Said[];
}

/** What a replay may know of a ticket, and when: its end, after the soak. */
export function knownFrom({ openedMs, resolvedMs }: ClosedTicket): number {
  return (resolvedMs ?? openedMs + GUARANTEE.labelWithinMs) + GUARANTEE.soakMs;
}

/** What became of a proposal. Another fix than the proposed one says nothing about it. */
export function outcomeOf({ resolution, reopened }: ClosedTicket, proposal: Proposal | null): Outcome {
  if (!proposal || resolution === null || resolution !== proposal.action) return 'unknown';
  return reopened ? 'failed' : 'worked';
}

/** The calibration of the proposer's confidence, on the past only. */
class Calibrated {
  readonly #labels: Label[] = [];
  #curve: Calibration = fitCalibration([]);
  #fitAt: number = CALIBRATION.plattFrom;

  learn(label: Label): void {
    this.#labels.push(label);
    if (this.#labels.length < this.#fitAt) return;
    this.#curve = fitCalibration(this.#labels.slice(-CALIBRATION.newest));
    this.#fitAt += Math.min(CALIBRATION.isotonicFrom, this.#labels.length);
  }

  get curve(): Calibration {
    return this.#curve;
  }
}

/**
 * Replays tickets in the order in which they were opened. Each is decided with what was known at that moment (ends
 * after their soak, never later); then time goes on. The policies never change what happened.
 */
export function replayTickets(
  { tickets, patterns }: { readonly tickets: readonly ClosedTicket[]; readonly patterns: readonly Recognised[] },
  policies: readonly ReplayedPolicy[],
  progress: (share: number) => void = () => {},
): readonly Replayed[] {
  const history = new History();
  const calibration = new Calibrated();
  const done: (Replayed & { readonly moment: Moment })[] = [];
  const byEnd = tickets.map((_, index) => index).sort((a, b) => endOf(tickets, a) - endOf(tickets, b) || a - b);
  const arrived = new Map<string, number>();
  let next = 0;
  const reveal = (untilMs: number): void => {
    for (; next < byEnd.length; next += 1) {
      const place = byEnd[next] ?? 0;
      const known = done[place];
      if (!known || endOf(tickets, place) > untilMs) return;
      const { ticket, pattern, proposal, outcome, moment, said } = known;
      history.learn({ pattern, similarity: moment.similarity, resolution: ticket.resolution, proposal, outcome });
      if (proposal) calibration.learn({ confidence: proposal.confidence, worked: outcome === 'worked' });
      const atMs = knownFrom(ticket) - GUARANTEE.soakMs;
      for (const [index, policy] of policies.entries()) {
        const each = said[index];
        if (each) policy.learn(moment, each, { outcome, atMs });
      }
    }
  };
  for (const [index, ticket] of tickets.entries()) {
    reveal(ticket.openedMs);
    const { pattern = '', similarity = 0 } = patterns[index] ?? {};
    const proposal = history.proposalFor(pattern);
    const tally = history.tally(pattern, proposal?.action ?? '');
    const { curve } = calibration;
    const calibrated = proposal ? curve.calibrate(proposal.confidence) : 0;
    const { ticketId, openedMs: atMs } = ticket;
    const moment: Moment = { ticketId, atMs, pattern, similarity, proposal, calibrated, curve, tally };
    const said = policies.map((policy) => policy.decide(moment));
    const outcome = outcomeOf(ticket, proposal);
    const earlier = arrived.get(pattern) ?? 0;
    arrived.set(pattern, earlier + 1);
    done.push({ ticket, pattern, earlier, proposal, calibrated, outcome, said, moment });
    if (index % 500 === 0) progress(index / tickets.length);
  }
  reveal(Number.POSITIVE_INFINITY);
  return done;
}

function endOf(tickets: readonly ClosedTicket[], index: number): number {
  const ticket = tickets[index];
  return ticket ? knownFrom(ticket) : Number.POSITIVE_INFINITY;
}
