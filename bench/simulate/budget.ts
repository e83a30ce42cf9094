import { GUARANTEE } from '@remit/core';

const WINDOW_DAYS = GUARANTEE.budget.windowMs / 86_400_000;

interface Auto {
  readonly day: number;
  wrong: boolean;
}

/** Automatic runs of the last 30 days, and how many are known to have gone wrong. */
export class Budget {
  readonly #autos: { readonly index: number; readonly auto: Auto }[] = [];
  readonly #byTicket = new Map<number, Auto>();
  #first = 0;
  #wrong = 0;

  ran(index: number, day: number, wrong: boolean): void {
    const auto = { day, wrong };
    this.#autos.push({ index, auto });
    this.#byTicket.set(index, auto);
    if (wrong) this.#wrong += 1;
  }

  wentWrong(index: number): void {
    const auto = this.#byTicket.get(index);
    if (!auto || auto.wrong) return;
    auto.wrong = true;
    this.#wrong += 1;
  }

  at(day: number): { readonly autos: number; readonly knownWrong: number } {
    for (;;) {
      const oldest = this.#autos[this.#first];
      if (!oldest || oldest.auto.day > day - WINDOW_DAYS) break;
      if (oldest.auto.wrong) this.#wrong -= 1;
      this.#byTicket.delete(oldest.index);
      this.#first += 1;
    }
    return { autos: this.#autos.length - this.#first, knownWrong: this.#wrong };
  }
}
