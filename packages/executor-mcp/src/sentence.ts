/** How much of a server's own words a detail carries, in characters. */
const QUOTED = 300;

/** A server's words, made fit for one line of a log: no control characters, no line breaks, bounded length. */
export function quote(words: string): string {
  const line = words
    .slice(0, QUOTED * 4)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return line.length > QUOTED ? `${line.slice(0, QUOTED)}...` : line;
}

/** What an error says, in full: to be shortened only after secrets were taken out. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What an error says, without the sentence's own full stop. */
export function saidBy(error: unknown): string {
  return quote(wordsOf(error)).replace(/\.$/, '');
}

/** Words with one full stop. */
export function sentence(words: string): string {
  return words.endsWith('.') ? words : `${words}.`;
}
