import { judgeTally, type PatternFact, type PatternStanding } from '../domain/pattern.js';
import { JOIN_PATTERN_FROM, SIMILARITY, TEMPLATE_PRECISION } from '../domain/policy.js';
import { type Signature, signatureOf } from '../domain/signature.js';
import { assignPattern } from '../domain/similarity/assign.js';
import { observedPrecision } from '../domain/similarity/calibrated.js';
import type { Sought } from '../domain/similarity/candidates.js';
import { rankAlike } from '../domain/similarity/rank.js';
import { termsOf } from '../domain/similarity/telling.js';
import { templateMatch } from '../domain/similarity/template.js';
import { weighted } from '../domain/similarity/weights.js';
import type { SimilarTicket } from '../domain/ticket.js';
import type { Embedder } from '../ports/embedder.js';
import type { Ids } from '../ports/ids.js';
import type { Adoption, Storage } from '../ports/storage.js';
import { Meanings } from './meanings.js';
import { Tellings } from './tellings.js';

/** The pattern a ticket belongs to. */
export interface Recognition {
  readonly patternId: string;
  /** How likely it is this pattern, 0..1, by `observedPrecision`; 1 for its founder and for the very same words. */
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
  readonly #tellings = new Tellings();

  readonly #meanings: Meanings | null;
  readonly #alertSources: ReadonlySet<string>;

  constructor(options: {
    readonly storage: Pick<Storage, 'patterns'>;
    readonly ids: Ids;
    /** Default: none; the words speak alone. */
    readonly embedder?: Embedder;
    /** Ids of principals whose tickets programs print; lines of one are compared by their template. Default: none. */
    readonly alertSources?: readonly string[];
  }) {
    this.#storage = options.storage;
    this.#ids = options.ids;
    this.#meanings = options.embedder ? new Meanings(options.embedder) : null;
    this.#alertSources = new Set(options.alertSources);
  }

  /**
   * The pattern of a ticket. The same masked words are the same pattern; otherwise the best one of `assignPattern` from
   * `JOIN_PATTERN_FROM` up; otherwise the ticket founds its own. What an alert source hands in is of the pattern
   * whose template it fits among that source's own lines, with `TEMPLATE_PRECISION`, or founds its own. Asked again
   * for the same ticket, the answer is the same: a ticket is never like itself.
   */
  async recognise(ticket: {
    readonly tenant: string;
    readonly ticketId: string;
    readonly category: string;
    readonly title: string | null;
    readonly description: string;
    /** The principal that handed it in. */
    readonly submitter?: string;
  }): Promise<Recognition> {
    const { tenant, ticketId, category, submitter } = ticket;
    const { patterns } = this.#storage;
    const source = submitter !== undefined && this.#alertSources.has(submitter) ? submitter : null;
    const signature = signatureOf(wordsOf(ticket));
    const { hash, masked, words, terms } = signature;
    const filed =
      (await patterns.findBySignature(tenant, category, hash)) ??
      (await patterns.adopt(tenant, {
        ...(await this.#assign(ticket, signature, source)),
        ...(source !== null && { source }),
        category,
        signature: { hash, masked, words, terms },
        version: signature.version,
      }));
    const { patternId } = filed;
    // Its own telling, filed before a crash or a moment ago: what it was like then. Anybody else's words are the same.
    const own = filed.ticketId === ticketId;
    return { patternId, similarity: own ? filed.similarity : 1, known: own ? filed.known : true, signature };
  }

  async #assign(
    { tenant, category, ticketId }: { readonly tenant: string; readonly category: string; readonly ticketId: string },
    { masked }: Signature,
    source: string | null,
  ): Promise<Pick<Adoption, 'patternId' | 'first'>> {
    // By what masks leave, as they are compared: the host that a ticket names says nothing of its problem.
    const sought: Sought = { terms: termsOf(masked), of: 'masked', limit: SIMILARITY.candidates };
    const found = await this.#storage.patterns.candidates(tenant, category, sought);
    const { exemplars, statistics, tellings } = found;
    const founded = () => ({
      patternId: this.#ids.next('pattern'),
      first: { ticketId, similarity: 1, known: false },
    });
    if (source !== null) {
      const own = exemplars.filter((exemplar) => exemplar.source === source);
      const patternId = templateMatch(masked, own);
      return patternId === null
        ? founded()
        : { patternId, first: { ticketId, similarity: TEMPLATE_PRECISION, known: true } };
    }
    const meanings = await this.#meaningsOf(
      masked,
      exemplars.map((exemplar) => exemplar.masked),
    );
    const members = exemplars.map(({ patternId, masked: told }, at) => ({
      patternId,
      ...meanings(at),
      text: weighted(this.#tellings.of(told), statistics),
    }));
    const match = assignPattern(weighted(this.#tellings.of(masked), statistics), members, { statistics, tellings });
    if (match === null || match.confidence < JOIN_PATTERN_FROM) return founded();
    return {
      patternId: match.patternId,
      first: { ticketId, similarity: observedPrecision(match.confidence), known: true },
    };
  }

  /** What the embedder says of texts, by their places; nothing without one. */
  async #meaningsOf(asked: string, others: readonly string[]): Promise<(at: number) => { readonly meaning?: number }> {
    const known = (await this.#meanings?.alike(asked, others)) ?? null;
    return (at) => {
      const meaning = known?.[at];
      return meaning === undefined ? {} : { meaning };
    };
  }

  /** Earlier tickets that are alike, most alike first: those of the same masked words, and the first of other tellings. */
  async similarTo(
    ticket: { readonly tenant: string; readonly ticketId: string; readonly category: string },
    { patternId, signature }: Pick<Recognition, 'patternId' | 'signature'>,
    limit: number = SIMILARITY.shown,
  ): Promise<readonly SimilarTicket[]> {
    const { tenant, ticketId, category } = ticket;
    const { patterns } = this.#storage;
    const most = Math.min(SIMILARITY.candidates, SIMILARITY.candidatesEach * limit);
    const { exemplars, statistics } = await patterns.candidates(tenant, category, {
      terms: signature.terms,
      of: 'words',
      limit: most,
    });
    const alike = exemplars.filter((exemplar) => exemplar.ticketId !== ticketId && exemplar.hash !== signature.hash);
    const meanings = await this.#meaningsOf(
      signature.masked,
      alike.map((exemplar) => exemplar.masked),
    );
    const others = alike.map((exemplar, at) => ({
      id: exemplar.ticketId,
      ...meanings(at),
      text: weighted(this.#tellings.of(exemplar.words), statistics),
    }));
    const ranked = rankAlike(weighted(this.#tellings.of(signature.words), statistics), others, limit).map(
      ({ id, similarity, sharedTerms }) => ({ ticketId: id, similarity, sharedTerms }),
    );
    const same = (await patterns.textsOf(tenant, patternId, { limit: limit + 1 }))
      .filter((other) => other.ticketId !== ticketId && signatureOf(wordsOf(other)).hash === signature.hash)
      .map((other) => ({ ticketId: other.ticketId, similarity: 1, sharedTerms: signature.terms }));
    return [...same, ...ranked].slice(0, limit);
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
