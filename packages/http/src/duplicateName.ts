const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

interface Level {
  /** Names so far; null in a list. */
  readonly names: Set<string> | null;
  /** Where it is: a name, or a place in a list. */
  at: string | number;
}

/**
 * The path to the first name that stands twice in one object of a valid JSON text, or null. `JSON.parse` keeps the last
 * one, others the first: what was signed, checked and stored would not be the same.
 */
export function duplicateName(text: string): readonly (string | number)[] | null {
  const open: Level[] = [];
  let isName = false;
  for (const [token] of text.matchAll(TOKEN)) {
    const level = open.at(-1);
    if (token === '{') {
      open.push({ names: new Set(), at: '' });
      isName = true;
    } else if (token === '[') {
      open.push({ names: null, at: 0 });
      isName = false;
    } else if (token === '}' || token === ']') {
      open.pop();
      isName = false;
    } else if (token === ',' && level) {
      isName = level.names !== null;
      if (typeof level.at === 'number') level.at += 1;
    } else if (token === ':') {
      isName = false;
    } else if (isName && level?.names) {
      const name: string = JSON.parse(token);
      level.at = name;
      if (level.names.has(name)) return open.map(({ at }) => at);
      level.names.add(name);
    }
  }
  return null;
}
