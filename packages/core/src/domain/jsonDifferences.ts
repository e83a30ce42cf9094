import type { Json } from './canonical.js';

/** One place at which two values differ; `was` or `is` is missing where there is nothing. */
export interface JsonDifference {
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly was?: Json;
  readonly is?: Json;
}

type Fields = Readonly<Record<string, Json>>;

function isFields(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function difference(pointer: string, was: Json | undefined, is: Json | undefined): JsonDifference {
  return { pointer, ...(was === undefined ? {} : { was }), ...(is === undefined ? {} : { is }) };
}

/** Lists of texts differ by what came and what went: an inserted name does not move all names after it. */
function memberDifferences(was: readonly Json[], is: readonly Json[], at: string): readonly JsonDifference[] {
  const went = was.filter((item) => !is.includes(item)).map((item) => difference(at, item, undefined));
  const came = is.filter((item) => !was.includes(item)).map((item) => difference(at, undefined, item));
  return [...went, ...came];
}

/** Where two values differ, field by field, in the order of their names; empty when they are the same. */
export function jsonDifferences(was: Json | undefined, is: Json | undefined, at = ''): readonly JsonDifference[] {
  if (isFields(was) && isFields(is)) {
    const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
    return names.flatMap((name) => {
      const pointer = `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      const [before, after] = [was, is].map((side) => (Object.hasOwn(side, name) ? side[name] : undefined));
      return jsonDifferences(before, after, pointer);
    });
  }
  if (JSON.stringify(was) === JSON.stringify(is)) return [];
  const isText = (item: Json) => typeof item === 'string';
  if (Array.isArray(was) && Array.isArray(is) && was.every(isText) && is.every(isText)) {
    const members = memberDifferences(was, is, at);
    if (members.length > 0) return members;
  }
  return [difference(at, was, is)];
}
