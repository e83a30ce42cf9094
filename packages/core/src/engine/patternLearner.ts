import { judgeTally, type PatternFact, type PatternStanding } from '../domain/pattern.js';
import { JOIN_PATTERN_FROM, SIMILARITY } from '../domain/policy.js';
import { likeness, matchPattern, type Signature, signatureOf } from '../domain/signature.js';
import type { SimilarTicket } from '../domain/ticket.js';
import type { Ids } from '../ports/ids.js';
import type { Storage } from '../ports/storage.js';

/** The pattern a ticket belongs to. */
export interface Recognition {
  readonly patternId: string;
  /** How alike the ticket is to it, 0..1; 1 for its founder and for the very same words. */
  readonly similarity: number;
  /** False when the ticket founded it. */
  readonly known: boolean;
  readonly signature: Signature;
}

/** What a pattern's facts are filed under. */
export interface PatternKey {
  readonly tenant: string;
  readonly patternId: string;
  /** Name of the catalogue action. */
  readonly actionType: string;
}

/** The text of a ticket that its pattern is recognised by. */
export function wordsOf(ticket: { readonly title: string | null; readonly description: string }): string {
  const { title, description } = ticket;
  return title === null || description.includes(title) ? description : `${title}\n${description}`;
}

/** Recognises problems that came before, and keeps what was learned about them. Usable alone. */
export class PatternLearner {
  readonly #storage: Pick<Storage, 'patterns'>;
  readonly #ids: Ids;

  constructor(options: { readonly storage: Pick<Storage, 'patterns'>; readonly ids: Ids }) {
    this.#storage = options.storage;
    this.#ids = options.ids;
  }

  /**
   * The pattern of a ticket. The same masked words are the same pattern; otherwise the most alike one from 0.6 up,
   * with the margin to the second best taken off; otherwise the ticket founds its own.
   */
  async recognise(ticket: {
    readonly tenant: string;
    readonly category: string;
    readonly title: string | null;
    readonly description: string;
  }): Promise<Recognition> {
    const { tenant, category } = ticket;
    const { patterns } = this.#storage;
    const signature = signatureOf(wordsOf(ticket));
    const exact = await patterns.findBySignature(tenant, category, signature.hash);
    if (exact !== null) return { patternId: exact, similarity: 1, known: true, signature };
    const exemplars = await patterns.candidates(tenant, category, signature.terms, SIMILARITY.candidates);
    const match = matchPattern(signature, exemplars);
    const joins = match !== null && match.similarity >= JOIN_PATTERN_FROM;
    const wanted = joins ? match.patternId : this.#ids.next('pattern');
    const { hash, masked, terms } = signature;
    const adoption = { patternId: wanted, category, signature: { hash, masked, terms }, version: signature.version };
    const { patternId } = await patterns.adopt(tenant, adoption);
    // Somebody else may have filed the same words meanwhile: then it is theirs, exactly.
    if (patternId !== wanted) return { patternId, similarity: 1, known: true, signature };
    return { patternId, similarity: joins ? match.similarity : 1, known: joins, signature };
  }

  /** Earlier tickets of the pattern, most alike first. */
  async similarTo(
    ticket: { readonly tenant: string; readonly ticketId: string },
    { patternId, signature }: Pick<Recognition, 'patternId' | 'signature'>,
  ): Promise<readonly SimilarTicket[]> {
    const earlier = await this.#storage.patterns.ticketsOf(ticket.tenant, patternId, SIMILARITY.shown + 1);
    return earlier
      .filter(({ ticketId }) => ticketId !== ticket.ticketId)
      .map((other) => ({ ticketId: other.ticketId, ...likeness(signature, signatureOf(wordsOf(other))) }))
      .sort((a, b) => b.similarity - a.similarity || (a.ticketId < b.ticketId ? -1 : 1))
      .slice(0, SIMILARITY.shown);
  }

  /** Files what happened. The same fact again replaces itself; whether it counts is settled by storage. */
  async learn(outcome: { readonly tenant: string; readonly facts: readonly PatternFact[] }): Promise<void> {
    await this.#storage.patterns.learn(outcome.tenant, outcome.facts);
  }

  /** How far the pattern and action type have come, and what is missing. */
  async standing({ tenant, patternId, actionType }: PatternKey): Promise<PatternStanding> {
    return judgeTally(await this.#storage.patterns.tally(tenant, patternId, actionType));
  }
}
