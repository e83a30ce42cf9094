import { type PatternLearner, signatureOf } from '@remit/core';
import type { ClosedTicket } from '../read/closedTicket.js';

/** The pattern of a ticket, and how alike the two are. */
export interface Recognised {
  readonly pattern: string;
  /** 0..1 */
  readonly similarity: number;
}

/** What recognises by words: the product's `PatternLearner`, on a store of its own. */
export type WordRecogniser = Pick<PatternLearner, 'recognise'>;

/**
 * The pattern of every ticket: by category, subcategory and symptom where a file tells one of the latter, else by the
 * words; without a recogniser of words, the same masked words are the same pattern. No ticket ever sees a later one.
 */
export async function recogniseAll(
  tickets: readonly ClosedTicket[],
  words: WordRecogniser | null,
  progress: (share: number) => void = () => {},
): Promise<readonly Recognised[]> {
  const found: Recognised[] = [];
  for (const [index, { ticketId, category, problem, text }] of tickets.entries()) {
    if (index % 200 === 0) progress(index / tickets.length);
    if (problem !== null) found.push({ pattern: `${category} ${problem}`, similarity: 1 });
    else if (!words) found.push({ pattern: `${category} ${signatureOf(text).hash}`, similarity: 1 });
    else {
      const ticket = { tenant: 'replay', ticketId, category, title: null, description: text };
      const { patternId, similarity } = await words.recognise(ticket);
      found.push({ pattern: patternId, similarity });
    }
  }
  return found;
}
