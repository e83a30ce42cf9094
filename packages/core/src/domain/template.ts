import type { Assertion, Template } from './action.js';
import type { Json } from './canonical.js';

/** The values that a template may speak of. */
export interface TemplateScope {
  readonly target?: string;
  readonly args?: Json;
  readonly observed?: Json;
  readonly before?: Json;
}

/** A filled template, or the reference that stands for nothing. */
export type Filled = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly missing: string };

/** The value at a JSON pointer (RFC 6901), or undefined. */
export function valueAt(value: Json | undefined, pointer: string): Json | undefined {
  if (pointer === '') return value;
  let current: unknown = value;
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
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

function fillText(text: string, scope: TemplateScope): Filled {
  if (text.startsWith('$$')) return { ok: true, value: text.slice(1) };
  const match = REFERENCE.exec(text);
  if (!match) return { ok: true, value: text };
  const [, root, path] = match;
  const source = scope[root as keyof TemplateScope];
  const value = path === undefined ? source : valueAt(source, `/${path.replaceAll('.', '/')}`);
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
  const entries = Object.entries(template as Record<string, Json>);
  const [name, operands] = entries[0] ?? [];
  const compute = entries.length === 1 && name !== undefined ? COMPUTE[name] : undefined;
  if (compute) {
    const filled = fillTemplate(operands as Json, scope);
    if (!filled.ok) return filled;
    const numbers = filled.value;
    if (!Array.isArray(numbers) || numbers.length === 0 || !numbers.every((n) => typeof n === 'number')) {
      return { ok: false, missing: `${name} of something that is not a list of numbers` };
    }
    return { ok: true, value: compute(numbers as readonly number[]) };
  }
  const object: Record<string, Json> = {};
  for (const [key, item] of entries) {
    const filled = fillTemplate(item, scope);
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
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Looks at one assertion on the value of a read. */
export function assertOn(value: Json, assertion: Assertion, scope: TemplateScope): AssertionResult {
  const found = valueAt(value, assertion.path);
  const result = (wanted: string, holds: boolean): AssertionResult => ({
    path: assertion.path,
    wanted,
    found: found ?? null,
    holds: found !== undefined && holds,
  });
  const bound = (template: Template): Json | undefined => {
    const filled = fillTemplate(template, scope);
    return filled.ok ? filled.value : undefined;
  };
  const compare = (template: Template, word: string, test: (a: number, b: number) => boolean): AssertionResult => {
    const limit = bound(template);
    const comparable = typeof found === 'number' && typeof limit === 'number';
    return result(`${word} ${JSON.stringify(limit)}`, comparable && test(found, limit));
  };
  if ('equals' in assertion) {
    const wanted = bound(assertion.equals);
    return result(
      `equals ${JSON.stringify(wanted)}`,
      wanted !== undefined && found !== undefined && sameJson(found, wanted),
    );
  }
  if ('notEquals' in assertion) {
    const wanted = bound(assertion.notEquals);
    return result(
      `is not ${JSON.stringify(wanted)}`,
      wanted !== undefined && found !== undefined && !sameJson(found, wanted),
    );
  }
  if ('oneOf' in assertion) {
    const wanted = assertion.oneOf.map(bound);
    return result(
      `is one of ${JSON.stringify(wanted)}`,
      wanted.some((one) => one !== undefined && found !== undefined && sameJson(found, one)),
    );
  }
  if ('atLeast' in assertion) return compare(assertion.atLeast, 'is at least', (a, b) => a >= b);
  return compare(assertion.atMost, 'is at most', (a, b) => a <= b);
}
