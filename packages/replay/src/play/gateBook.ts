import {
  type Folded,
  type GateSettings,
  type GateView,
  GUARANTEE,
  type OpenTrial,
  type Spent,
  type Trial,
} from '@remit/core';
import { foldTrials, freshStratum, gateSettings, openBound, stratumId, viewGate } from '@remit/core/statistics';

const DELTA = GUARANTEE.delta;
/** How often the gate is looked at anew: waiting a little means knowing less, never more. */
const LOOK_EVERY_MS = 3_600_000;
/** How often what can no longer change is folded for good. */
const SETTLE_EVERY_MS = 86_400_000;

/** A moment at which the gate opened or closed. */
export interface GateChange {
  readonly atMs: number;
  /** The widest open bound; null: closed. */
  readonly bound: number | null;
}

/** The trials of one gate in the order of the decisions, and what the gate makes of them. */
export class GateBook {
  readonly #settings: GateSettings;
  readonly #alpha: number;
  readonly #trials: Trial[] = [];
  #settled: Folded;
  #settledAt = Number.NEGATIVE_INFINITY;
  #now: Folded;
  #isRevised = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  readonly changes: GateChange[] = [];

  constructor(alpha: number) {
    this.#alpha = alpha;
    this.#settings = gateSettings({ alpha, delta: DELTA });
    this.#settled = { state: freshStratum(this.#settings), upTo: 0 };
    this.#now = this.#settled;
  }

  /** Opens a trial; answers its place. */
  open(ticketId: string, atMs: number, trial: Omit<OpenTrial, 'stratum' | 'audited'>): number {
    const stratum = stratumId({ actionClass: 'safe_write', alpha: this.#alpha, delta: DELTA });
    const position = this.#trials.length + 1;
    const rest = { stratum, audited: false, remediationId: ticketId, ticketId, decidedAtMs: atMs, label: null };
    this.#trials.push({ ...trial, ...rest, position });
    return position - 1;
  }

  label(place: number, label: { readonly loss: boolean; readonly cause: string; readonly atMs: number }): void {
    const trial = this.#trials[place];
    if (!trial) return;
    this.#trials[place] = { ...trial, label };
    if (trial.position <= this.#now.upTo) this.#isRevised = true;
  }

  /** The widest bound that is open; null: closed. */
  boundAt(nowMs: number): number | null {
    if (nowMs - this.#lookedAt >= LOOK_EVERY_MS) this.#look(nowMs);
    return openBound(this.#now.state.gate, this.#settings);
  }

  viewAt(nowMs: number): GateView {
    this.#look(nowMs);
    return viewGate(this.#now.state.gate, this.#settings);
  }

  /** All labels of this score and more, over all epochs. */
  labelsFrom(bound: number): { readonly n: number; readonly losses: number } {
    const told = this.#trials.filter(({ score, label }) => label !== null && score !== null && score >= bound);
    return { n: told.length, losses: told.filter(({ label }) => label?.loss === true).length };
  }

  #look(nowMs: number): void {
    if (nowMs - this.#settledAt >= SETTLE_EVERY_MS) {
      this.#settled = this.#fold(this.#settled, nowMs, false);
      this.#settledAt = nowMs;
    }
    // A label that came late for a trial that was counted as wrong: fold again from where nothing changes any more.
    const start = this.#isRevised ? this.#settled : this.#now;
    this.#now = this.#fold(start, nowMs, true);
    this.#isRevised = false;
    this.#lookedAt = nowMs;
    const bound = openBound(this.#now.state.gate, this.#settings);
    if (bound !== (this.changes.at(-1)?.bound ?? null)) this.changes.push({ atMs: nowMs, bound });
  }

  #fold(from: Folded, nowMs: number, recallable: boolean): Folded {
    return foldTrials(from, this.#settings, this.#trials.slice(from.upTo), { nowMs, recallable });
  }
}

/** Automatic runs of the last 30 days, and how many of them are known to have been wrong. */
export class Ledger {
  readonly #autos: { readonly atMs: number; wrong: boolean }[] = [];
  #first = 0;
  #wrong = 0;

  ran(atMs: number): number {
    return this.#autos.push({ atMs, wrong: false }) - 1;
  }

  wentWrong(place: number): void {
    const auto = this.#autos[place];
    if (!auto || auto.wrong) return;
    auto.wrong = true;
    if (place >= this.#first) this.#wrong += 1;
  }

  at(nowMs: number): Spent {
    for (; ; this.#first += 1) {
      const oldest = this.#autos[this.#first];
      if (!oldest || oldest.atMs > nowMs - GUARANTEE.budget.windowMs) break;
      if (oldest.wrong) this.#wrong -= 1;
    }
    return { autos: this.#autos.length - this.#first, knownWrong: this.#wrong };
  }
}
