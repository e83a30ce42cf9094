import type { Route } from '@remit/core';
import type { World, WorldTicket } from './world.js';

/** What one run of a world came to. */
export interface RunFigures {
  readonly autos: number;
  readonly wrong: number;
  /** Share of automatic runs that were wrong; 0 without any. */
  readonly wrongRate: number;
  /** Share of the tickets of repeating patterns that ran by themselves and were fixed. */
  readonly coverage: number;
  /** Whether the average true risk of automatic runs exceeded the limit at any time after the first 100. */
  readonly violated: boolean;
  /** The most by which wrong runs exceeded their share of the automatic ones. */
  readonly over: number;
  /** Ticket number and day of the first automatic run; null: none. */
  readonly firstAuto: number | null;
  readonly firstAutoDay: number | null;
  readonly wrongOnBroken: number;
  /** For each fix that broke while it ran by itself: wrong runs until it was taken off. */
  readonly wrongUntilDemoted: readonly number[];
  readonly perPattern: ReadonlyMap<number, { readonly autos: number; readonly wrong: number }>;
}

const REPEATS_FROM = 5;
const JUDGED_FROM = 100;

/** Adds a run up. */
export class Tallier {
  readonly #world: World;
  readonly #limit: number;
  #autos = 0;
  #wrong = 0;
  #riskSum = 0;
  #covered = 0;
  #over = 0;
  #violated = false;
  #first: WorldTicket | null = null;
  #wrongOnBroken = 0;
  readonly #lastRoute = new Map<number, Route>();
  readonly #open = new Map<number, number>();
  readonly #demoted: number[] = [];
  readonly #perPattern = new Map<number, { autos: number; wrong: number }>();

  constructor(world: World, limit: number) {
    this.#world = world;
    this.#limit = limit;
  }

  decided(ticket: WorldTicket, route: Route): void {
    if (ticket.broken) this.#watchBroken(ticket, route);
    this.#lastRoute.set(ticket.pattern, route);
    if (route !== 'auto') return;
    this.#first ??= ticket;
    this.#autos += 1;
    this.#riskSum += ticket.risk;
    const own = this.#perPattern.get(ticket.pattern) ?? { autos: 0, wrong: 0 };
    this.#perPattern.set(ticket.pattern, own);
    own.autos += 1;
    if (!ticket.works) {
      own.wrong += 1;
      this.#wrong += 1;
      if (ticket.broken) this.#wrongOnBroken += 1;
    } else if ((this.#world.counts[ticket.pattern] ?? 0) >= REPEATS_FROM) this.#covered += 1;
    this.#over = Math.max(this.#over, this.#wrong - this.#limit * this.#autos);
    if (this.#autos >= JUDGED_FROM && this.#riskSum / this.#autos > this.#limit) this.#violated = true;
  }

  #watchBroken({ pattern, works }: WorldTicket, route: Route): void {
    const counting = this.#open.get(pattern);
    const wasAuto = this.#lastRoute.get(pattern) === 'auto';
    if (counting === undefined && !(wasAuto && route === 'auto')) return;
    const soFar = counting ?? 0;
    if (route === 'auto') this.#open.set(pattern, soFar + (works ? 0 : 1));
    else if (counting !== undefined && soFar > 0) {
      this.#demoted.push(soFar);
      this.#open.delete(pattern);
    }
  }

  figures(): RunFigures {
    const repeating = this.#world.tickets.filter(({ pattern }) => (this.#world.counts[pattern] ?? 0) >= REPEATS_FROM);
    return {
      autos: this.#autos,
      wrong: this.#wrong,
      wrongRate: this.#autos === 0 ? 0 : this.#wrong / this.#autos,
      coverage: this.#covered / repeating.length,
      violated: this.#violated,
      over: this.#over,
      firstAuto: this.#first?.index ?? null,
      firstAutoDay: this.#first?.day ?? null,
      wrongOnBroken: this.#wrongOnBroken,
      // What was never taken off by the end counts as it stands.
      wrongUntilDemoted: [...this.#demoted, ...[...this.#open.values()].filter((wrong) => wrong > 0)],
      perPattern: this.#perPattern,
    };
  }
}
