import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** A labelled text. */
export interface Row {
  readonly id: string;
  readonly text: string;
  /** Rows with one label are about the same problem. */
  readonly label: string;
  /** What kind of row it is, where a corpus says so; those of kind `r` ask. */
  readonly kind: string | null;
  /** The system an alert came from, where a corpus says so. */
  readonly source: string | null;
}

function textOf(row: Record<string, unknown>, place: string): string {
  if (typeof row.text === 'string') return row.text;
  const parts = [row.title, row.body].filter((part): part is string => typeof part === 'string');
  if (parts.length === 0) throw new Error(`${place} has neither text nor title and body.`);
  return parts.join('\n');
}

/** The lines of a file that say something, gzipped or not. */
export function linesOf(file: string): readonly string[] {
  if (!existsSync(file))
    throw new Error(`There is no corpus ${file}: name one with --corpus FILE (.jsonl or .jsonl.gz).`);
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** Groups that the closure of some pairs makes: a name for every id that is in any. */
function groupsOf(pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  const parents = new Map<string, string>();
  const root = (id: string): string => {
    let at = id;
    for (let up = parents.get(at); up !== undefined && up !== at; up = parents.get(at)) at = up;
    return at;
  };
  for (const [a, b] of pairs) {
    for (const id of [a, b]) if (!parents.has(id)) parents.set(id, id);
    parents.set(root(a), root(b));
  }
  return new Map([...parents.keys()].map((id) => [id, root(id)]));
}

/** Reads a corpus: JSON lines, gzipped or not. Pairs of ids, if given, replace labels by the groups they make. */
export function readCorpus(file: string, pairsFile?: string): readonly Row[] {
  const pairs = pairsFile === undefined ? null : (JSON.parse(readFileSync(pairsFile, 'utf8')) as [string, string][]);
  const groups = pairs === null ? null : groupsOf(pairs.map(([a, b]) => [String(a), String(b)]));
  return linesOf(file).map((line, index) => {
    const place = `${file}, line ${index + 1}`;
    const row = JSON.parse(line) as Record<string, unknown>;
    const id = row.id === undefined ? String(index) : String(row.id);
    const source = typeof row.sys === 'string' ? row.sys : null;
    const own = groups === null ? String(row.label ?? `alone ${index}`) : (groups.get(id) ?? `alone ${id}`);
    const label = source === null ? own : `${source} ${own}`;
    return { id, text: textOf(row, place), label, kind: typeof row.kind === 'string' ? row.kind : null, source };
  });
}
