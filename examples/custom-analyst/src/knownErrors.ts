import { type Analyst, type Arguments, noProposal } from '@remit/core';

/** A line of a table of known errors: what is read in the ticket, and what helped. */
export interface KnownError {
  readonly words: readonly string[];
  readonly cause: string;
  readonly action: string;
  readonly arguments: Arguments;
  /** Where to look first; nothing is proposed unless the read answers with these fields. */
  readonly look: {
    readonly tool: string;
    readonly arguments: Arguments;
    readonly shows: Readonly<Record<string, unknown>>;
  };
  /** How often it helped, of all times that it was tried. */
  readonly helped: number;
  readonly tried: number;
}

/** An analyst that goes by a table. It proposes; class, targets and route are none of its business. */
export function knownErrors(table: readonly KnownError[]): Analyst {
  const analyst = 'known-errors';
  return {
    name: analyst,
    async analyze({ ticket, catalogue, observe }, { signal }) {
      signal.throwIfAborted();
      const text = `${ticket.title ?? ''} ${ticket.description}`.toLowerCase();
      const offered = new Set(catalogue.actions.map(({ name }) => name));
      const known = table.find(
        ({ words, action }) => offered.has(action) && words.every((word) => text.includes(word)),
      );
      if (!known) return noProposal({ analyst, summary: 'No known error reads like this.' });

      const seen = await observe(known.look.tool, known.look.arguments);
      signal.throwIfAborted();
      const fields = typeof seen.value === 'object' && seen.value !== null ? Object.entries(seen.value) : [];
      const shown = Object.entries(known.look.shows).every(([name, value]) =>
        fields.some(([field, found]) => field === name && found === value),
      );
      if (!shown)
        return noProposal({ analyst, summary: `${known.cause} is not to be seen.` }, { observations: [seen] });

      const probability = known.helped / known.tried;
      return {
        analyst,
        summary: known.cause,
        rootCause: known.cause,
        hypotheses: [{ cause: known.cause, probability }],
        plan: { actions: [{ action: known.action, arguments: known.arguments }] },
        confidence: probability,
        evidence: [`It helped ${known.helped} of ${known.tried} times.`],
        whatWouldChangeMyMind: null,
        observations: [seen],
      };
    },
  };
}
