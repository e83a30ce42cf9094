import { JOIN_PATTERN_FROM } from '../../packages/core/src/domain/policy.js';
import { signatureOf } from '../../packages/core/src/domain/signature.js';
import { observedPrecision } from '../../packages/core/src/domain/similarity/calibrated.js';
import {
  lineWords,
  type Template,
  templateOf,
  templateShelf,
  widened,
} from '../../packages/core/src/domain/similarity/template.js';
import type { Grouper } from './clustering.js';
import { remitAssigner } from './remitAssigner.js';

/** Remit's own grouping. Lines of a program go by templates; what people write, by signature and assignment. */
export function remitGrouper(): Grouper {
  const shelves = new Map<string, Template[]>();
  const bySignature = new Map<string, string>();
  const assigner = remitAssigner();
  let groups = 0;
  const next = (): string => {
    groups += 1;
    return String(groups);
  };
  const byTemplate = (text: string, source: string): string => {
    const words = lineWords(text);
    const key = JSON.stringify([source, templateShelf(words)]);
    const shelf = shelves.get(key) ?? [];
    shelves.set(key, shelf);
    const found = templateOf(words, shelf);
    if (found === null) {
      const founded = { id: next(), words };
      shelf.push(founded);
      return founded.id;
    }
    shelf[shelf.indexOf(found)] = widened(found, words);
    return found.id;
  };
  return {
    group(text, source) {
      if (source === null) {
        const answer = assigner.assign(text);
        const group =
          answer.label !== null && answer.confidence >= observedPrecision(JOIN_PATTERN_FROM) ? answer.label : next();
        assigner.learn(text, group);
        return group;
      }
      // The same masked words are the same group, as everywhere; only what is new is compared with templates.
      const exact = JSON.stringify([source, signatureOf(text).hash]);
      const group = bySignature.get(exact) ?? byTemplate(text, source);
      bySignature.set(exact, group);
      return group;
    },
    close: () => assigner.close(),
  };
}
