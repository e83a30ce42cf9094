import {
  type Calibration,
  decideRoute,
  estimateFactors,
  type GateForm,
  type GuaranteeInput,
  type Label,
  type Prior,
  type Route,
  scoreReliability,
  standingOf,
  statisticsOf,
} from '@remit/core';
import {
  fitCalibration,
  freshStratum,
  gateSettings,
  isCandidate,
  learnComplaint,
  learnLateFailure,
  learnRun,
  loweredByDoubt,
  lowerQuantile,
  observeFinal,
  openBound,
  priorOf,
  withinBudget,
} from '@remit/core/statistics';
import type { Attack } from './attack.js';
import { Budget } from './budget.js';
import { type RunFigures, Tallier } from './figures.js';
import { PatternMemory } from './pattern.js';
import type { World, WorldTicket } from './world.js';

/** A rule that decides: the seed's, with its policy, or the gate. */
export type SimulatedRule =
  | { readonly name: string; readonly mode: 'seed'; readonly requiresApproval: false | 'by_level' }
  | {
      readonly name: string;
      readonly mode: 'guaranteed';
      readonly alpha: number;
      readonly form: GateForm;
      /** Default 85. */
      readonly minReliabilityScore?: number;
    };

/** Days until a label is final. */
const SOAK = 1;
const DAY_MS = 86_400_000;
const SEED_MINIMUM = 85;
/** Labels after which the calibration is fitted again, at first; later ones come at larger steps. */
const FIRST_FIT = 50;
const FIT_EVERY = 1_000;
const PRIOR_EVERY = 200;

interface Pending {
  readonly ticket: WorldTicket;
  readonly route: Route;
  readonly ran: boolean;
  /** Failed, and believed good until the soak ends. */
  readonly late: boolean;
  /** Null: not in the stream. */
  readonly frozen: number | null;
}

const DELTA = 0.05;

/** One run of a world under a rule. All decisions are made by the functions that the product decides with. */
export class Play {
  readonly #world: World;
  readonly #rule: SimulatedRule;
  readonly #attack: Attack | null;
  readonly #patterns = new Map<number, PatternMemory>();
  readonly #pending: Pending[] = [];
  readonly #figures: Tallier;
  readonly #budget = new Budget();
  readonly #settings;
  #next = 0;
  #stratum;
  #prior: Prior = priorOf([]);
  readonly #labels: Label[] = [];
  #calibration: Calibration = fitCalibration([]);
  #fitAt = FIRST_FIT;

  constructor(world: World, rule: SimulatedRule, attack: Attack | null = null) {
    this.#world = world;
    this.#rule = rule;
    this.#attack = attack;
    const promise = { alpha: rule.mode === 'seed' ? DELTA : rule.alpha, delta: DELTA };
    this.#settings = gateSettings(promise, rule.mode === 'seed' ? 'strict' : rule.form);
    this.#stratum = freshStratum(this.#settings);
    this.#figures = new Tallier(world, promise.alpha);
  }

  run(): RunFigures {
    for (const ticket of this.#world.tickets) {
      this.#settle(ticket.day);
      if (ticket.index % PRIOR_EVERY === 0 && this.#rule.mode === 'guaranteed') {
        this.#prior = priorOf([...this.#patterns.values()]);
      }
      this.#take(ticket);
    }
    return this.#figures.figures();
  }

  #memory(pattern: number): PatternMemory {
    const there = this.#patterns.get(pattern) ?? new PatternMemory();
    this.#patterns.set(pattern, there);
    return there;
  }

  /** What became certain until this day, in the order of the decisions. */
  #settle(day: number): void {
    for (; ; this.#next += 1) {
      const pending = this.#pending[this.#next];
      if (!pending || pending.ticket.day + SOAK > day) return;
      const { ticket, route, ran, late, frozen } = pending;
      const memory = this.#memory(ticket.pattern);
      if (late) {
        memory.failedLate(route === 'approval');
        memory.track = learnLateFailure(memory.track, { supervised: route !== 'auto' }, this.#settings.alpha);
        if (route === 'auto') this.#budget.wentWrong(ticket.index);
      }
      if (ran) this.#learnConfidence({ confidence: ticket.confidence, worked: ticket.works });
      if (frozen !== null) {
        const label = { score: frozen, auto: route === 'auto', loss: !ran || !ticket.works };
        this.#stratum = observeFinal(this.#stratum, this.#settings, label);
      }
    }
  }

  #learnConfidence(label: Label): void {
    if (this.#rule.mode === 'seed') return;
    this.#labels.push(label);
    if (this.#labels.length < this.#fitAt) return;
    this.#calibration = fitCalibration(this.#labels.slice(-5_000));
    this.#fitAt += Math.min(FIT_EVERY, this.#labels.length);
  }

  #take(ticket: WorldTicket): void {
    const memory = this.#memory(ticket.pattern);
    const tally = memory.tally();
    const { confidence, similarity } = ticket;
    const { positive, rated, succeeded, executed, occurrences: resolved } = tally;
    const used = this.#rule.mode === 'seed' ? confidence : this.#calibration.calibrate(confidence);
    const evidence = { confidence: used, positive, rated, succeeded, executed, similarity, resolved };
    const guarantee = this.#guarantee(memory, confidence);
    const decision = decideRoute({
      optedIn: true,
      policy: {
        enabled: true,
        criticalAutoApprove: false,
        requiresApproval: this.#rule.mode === 'seed' ? this.#rule.requiresApproval : 'by_level',
        minReliabilityScore:
          this.#rule.mode === 'seed' ? SEED_MINIMUM : (this.#rule.minReliabilityScore ?? SEED_MINIMUM),
      },
      actionClasses: ['safe_write'],
      score: scoreReliability(estimateFactors(evidence)).score,
      standing: standingOf(statisticsOf(tally)),
      approvedSuccesses: tally.approvedSuccesses,
      failures: tally.failures,
      phase: null,
      guarantee,
    });
    let { route } = decision;
    if (guarantee && route === 'auto' && !withinBudget(this.#budget.at(ticket.day), this.#settings.alpha)) {
      route = 'approval';
    }
    const inStream = guarantee !== null && isCandidate(memory.track) && (route === 'auto' || route === 'approval');
    this.#carryOut(ticket, route, inStream ? (guarantee?.lowerQuantile ?? null) : null);
  }

  #guarantee(memory: PatternMemory, confidence: number): GuaranteeInput | null {
    if (this.#rule.mode === 'seed') return null;
    const { supervisedSuccesses, probationLeft } = memory.track;
    return {
      onProbation: probationLeft > 0,
      supervisedSuccesses,
      principals: supervisedSuccesses,
      lowerQuantile: loweredByDoubt(lowerQuantile(memory.track, this.#prior), this.#calibration, confidence),
      openBound: openBound(this.#stratum.gate, this.#settings),
    };
  }

  #carryOut(ticket: WorldTicket, route: Route, frozen: number | null): void {
    const { works } = ticket;
    const byPerson = route !== 'auto' && route !== 'approval';
    // A person who acts by hand does what was proposed only where it works.
    const ran = byPerson ? works : route === 'auto' || !ticket.rejected;
    const good = ran && (works || !ticket.seen);
    if (ran) this.#learn(ticket, route, good);
    else if (!byPerson) this.#learnRejection(ticket);
    if (route === 'auto') this.#budget.ran(ticket.index, ticket.day, !good);
    this.#figures.decided(ticket, route);
    this.#pending.push({ ticket, route, ran, late: good && !works, frozen });
    if (ran && this.#attack) this.#meetAttack(ticket, good, this.#attack);
  }

  #learn(ticket: WorldTicket, route: Route, good: boolean): void {
    const memory = this.#memory(ticket.pattern);
    const { confidence, similarity, vote } = ticket;
    memory.ran({ good, approved: route === 'approval', confidence, similarity });
    const run = { loss: !good, supervised: route !== 'auto', counted: true };
    memory.track = learnRun(memory.track, run, this.#settings.alpha);
    if (vote !== null) this.#vote(memory, vote, good);
  }

  /** A proposal that an approver calls wrong counts against the fix as a run that failed. */
  #learnRejection({ pattern }: WorldTicket): void {
    const memory = this.#memory(pattern);
    memory.runs += 1;
    memory.track = learnRun(memory.track, { loss: true, supervised: true, counted: true }, this.#settings.alpha);
  }

  #vote(memory: PatternMemory, vote: 'positive' | 'negative', good: boolean): void {
    memory.voted(vote === 'positive', good);
    if (vote === 'negative' && good) memory.track = learnComplaint(memory.track);
  }

  #meetAttack(ticket: WorldTicket, good: boolean, attack: Attack): void {
    const memory = this.#memory(ticket.pattern);
    for (const { author, verdict } of attack.votesOn(ticket)) {
      const counted = memory.attacked({
        kind: 'vote',
        patternId: String(ticket.pattern),
        actionType: 'fix',
        ticketId: String(ticket.index),
        principal: author,
        atMs: ticket.day * DAY_MS,
        verdict,
        admissible: true,
      });
      if (!counted) continue;
      // Mode guaranteed hears one complaint per author and pattern in 30 days, for the score and for the rank alike.
      const heard = verdict === 'positive' || attack.complains(ticket, author);
      if (!heard && this.#rule.mode === 'guaranteed') continue;
      memory.voted(verdict === 'positive', good);
      if (verdict === 'negative' && good && heard) memory.track = learnComplaint(memory.track);
    }
  }
}
