/** Most texts of which an answer is kept at a time. */
const KEPT = 1_000;

/**
 * A pure function of a text, with the answers of the texts it was asked last: a catalogue asks about the same few again
 * and again. The answer depends on the text alone, so that it can never be out of date.
 */
export function remembering<T>(answer: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const found = answer(text);
    // Texts come from catalogues; where they do not, memory must not grow with them.
    if (known.size >= KEPT) known.clear();
    known.set(text, found);
    return found;
  };
}
