import type { Assertion, Template } from './action.js';
import type { Json } from './canonical.js';
import { remembering } from './remembering.js';

/** The values that a template may speak of. */
export interface TemplateScope {
  readonly target?: string;
  readonly args?: Json;
  readonly observed?: Json;
  readonly before?: Json;
}

/** A filled template, or the reference that stands for nothing. */
export type Filled = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly missing: string };

/** The keys of a pointer, first first. */
const keysOf = remembering((pointer: string): readonly string[] => {
  const tokens = pointer.split('/').slice(1);
  return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
});

/** The value at a JSON pointer (RFC 6901), or undefined. */
export function valueAt(value: Json | undefined, pointer: string): Json | undefined {
  if (pointer === '') return value;
  let current: unknown = value;
  for (const key of keysOf(pointer)) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return current as Json | undefined;
}

const REFERENCE = /^\$(target|args|observed|before)(?:\.(.+))?$/;
const COMPUTE: Readonly<Record<string, (numbers: readonly number[]) => number>> = {
  $sum: (numbers) => numbers.reduce((a, b) => a + b, 0),
  $times: (numbers) => numbers.reduce((a, b) => a * b, 1),
  $least: (numbers) => Math.min(...numbers),
  $most: (numbers) => Math.max(...numbers),
};

/** What a text of a template says: a text, or a reference to a value known later. */
type Meaning =
  | { readonly literal: string }
  | { readonly literal: null; readonly root: keyof TemplateScope; readonly pointer: string };

function meaningOf(text: string): Meaning {
  if (text.startsWith('$$')) return { literal: text.slice(1) };
  const match = REFERENCE.exec(text);
  if (!match) return { literal: text };
  const [, root, path] = match;
  const pointer = path === undefined ? '' : `/${path.replaceAll('.', '/')}`;
  return { literal: null, root: root as keyof TemplateScope, pointer };
}

const understood = remembering(meaningOf);

function fillText(text: string, scope: TemplateScope): Filled {
  if (!text.startsWith('$')) return { ok: true, value: text };
  const meaning = understood(text);
  if (meaning.literal !== null) return { ok: true, value: meaning.literal };
  const value = valueAt(scope[meaning.root], meaning.pointer);
  return value === undefined ? { ok: false, missing: text } : { ok: true, value };
}

/** Fills a template. A reference to nothing is named, never guessed. */
export function fillTemplate(template: Template, scope: TemplateScope): Filled {
  if (typeof template === 'string') return fillText(template, scope);
  if (typeof template !== 'object' || template === null) return { ok: true, value: template };
  if (Array.isArray(template)) {
    const items: Json[] = [];
    for (const item of template) {
      const filled = fillTemplate(item, scope);
      if (!filled.ok) return filled;
      items.push(filled.value);
    }
    return { ok: true, value: items };
  }
  const fields = template as Readonly<Record<string, Json>>;
  const names = Object.keys(fields);
  const [name = ''] = names;
  const compute = names.length === 1 && name.startsWith('$') ? COMPUTE[name] : undefined;
  if (compute) {
    const filled = fillTemplate(fields[name] as Json, scope);
    if (!filled.ok) return filled;
    const numbers = filled.value;
    if (!Array.isArray(numbers) || numbers.length === 0 || !numbers.every((n) => typeof n === 'number')) {
      return { ok: false, missing: `${name} of something that is not a list of numbers` };
    }
    return { ok: true, value: compute(numbers as readonly number[]) };
  }
  const object: Record<string, Json> = {};
  for (const key of names) {
    const filled = fillTemplate(fields[key] as Json, scope);
    if (!filled.ok) return filled;
    object[key] = filled.value;
  }
  return { ok: true, value: object };
}

/** One assertion with what was found; `holds` is false for anything missing or of another type. */
export interface AssertionResult {
  readonly path: string;
  readonly wanted: string;
  readonly found: Json;
  readonly holds: boolean;
}

function sameJson(a: Json, b: Json): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** A value in words: its JSON. */
export function sayJson(value: Json | undefined): string {
  return typeof value === 'boolean' ? String(value) : (JSON.stringify(value) ?? 'undefined');
}

function boundOf(template: Template, scope: TemplateScope): Json | undefined {
  const filled = fillTemplate(template, scope);
  return filled.ok ? filled.value : undefined;
}

function seen(path: string, found: Json | undefined, wanted: string, holds: boolean): AssertionResult {
  return { path, wanted, found: found ?? null, holds: found !== undefined && holds };
}

function isSame(found: Json | undefined, wanted: Json | undefined): boolean {
  return found !== undefined && wanted !== undefined && sameJson(found, wanted);
}

/** Looks at one assertion on the value of a read. */
export function assertOn(value: Json, assertion: Assertion, scope: TemplateScope): AssertionResult {
  const { path } = assertion;
  const found = valueAt(value, path);
  if ('equals' in assertion) {
    const wanted = boundOf(assertion.equals, scope);
    return seen(path, found, `equals ${sayJson(wanted)}`, isSame(found, wanted));
  }
  if ('notEquals' in assertion) {
    const wanted = boundOf(assertion.notEquals, scope);
    return seen(path, found, `is not ${sayJson(wanted)}`, wanted !== undefined && !isSame(found, wanted));
  }
  if ('oneOf' in assertion) {
    const wanted = assertion.oneOf.map((template) => boundOf(template, scope));
    return seen(
      path,
      found,
      `is one of ${JSON.stringify(wanted)}`,
      wanted.some((one) => isSame(found, one)),
    );
  }
  const isFloor = 'atLeast' in assertion;
  const limit = boundOf(isFloor ? assertion.atLeast : assertion.atMost, scope);
  const comparable = typeof found === 'number' && typeof limit === 'number';
  const holds = comparable && (isFloor ? found >= limit : found <= limit);
  return seen(path, found, `${isFloor ? 'is at least' : 'is at most'} ${sayJson(limit)}`, holds);
}
