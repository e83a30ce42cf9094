import {
  type Command,
  decide,
  evolve,
  NO_REMEDIATION,
  type Refusal,
  type Remediation,
  type RemediationEvent,
} from '../domain/remediation.js';

/** Something that happened or is asked, with who and when. */
export interface Told<What> {
  readonly what: What;
  readonly actor?: string;
  /** ms since the epoch; default 0. */
  readonly atMs?: number;
}

/** What a command led to; each method throws with a sentence when it is not so. */
export interface Then {
  /** Checks that these types of events came of it, in order. */
  leadsTo(...types: readonly RemediationEvent['type'][]): Remediation;
  /** Checks that the command was refused. */
  thenRefused(refusal: Refusal): void;
}

/** A log to start from. Reads like a sentence: `given(...).when(...).thenRefused('already_decided')`. */
export function given(...history: readonly Told<RemediationEvent>[]): {
  /** Puts a command to the remediation that the history led to. */
  when(command: Told<Command>): Then;
} {
  const state = history.reduce<Remediation>(
    (before, { what, actor = 'remit', atMs = 0 }) => evolve(before, what, { actor, atMs }),
    NO_REMEDIATION,
  );
  return {
    when({ what, actor = 'remit', atMs = 0 }) {
      const stamp = { actor, atMs };
      const decided = decide(what, state, stamp);
      return {
        leadsTo(...types) {
          const got = decided.ok ? decided.events.map(({ type }) => type) : [`refused: ${decided.refused}`];
          if (got.join() !== types.join()) throw new Error(`expected ${types.join()}, got ${got.join()}`);
          const events = decided.ok ? decided.events : [];
          return events.reduce<Remediation>((before, event) => evolve(before, event, stamp), state);
        },
        thenRefused(refusal) {
          const got = decided.ok ? `events: ${decided.events.map(({ type }) => type).join()}` : decided.refused;
          if (got !== refusal) throw new Error(`expected the refusal ${refusal}, got ${got}`);
        },
      };
    },
  };
}
