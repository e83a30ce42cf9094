import { type Assertion, fillTemplate, type Json, type TemplateScope, valueAt } from '@remit/core';

/* The answer of a read that shows exactly what some checks look for. */

/** An assertion with its bounds filled in; null when they cannot be. */
interface Wanted {
  readonly path: string;
  readonly suits: (value: Json) => boolean;
  /** Values worth a try. */
  readonly tries: readonly Json[];
}

const same = (a: Json, b: Json): boolean => JSON.stringify(a) === JSON.stringify(b);

function another(value: Json): Json {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  return value === 'something else' ? 'something' : 'something else';
}

function wantedBy(assertion: Assertion, scope: TemplateScope): Wanted | null {
  const { path } = assertion;
  const fill = (template: Json): Json | undefined => {
    const filled = fillTemplate(template, scope);
    return filled.ok ? filled.value : undefined;
  };
  if ('oneOf' in assertion) {
    const tries = assertion.oneOf.map(fill).filter((one): one is Json => one !== undefined);
    return { path, tries, suits: (value) => tries.some((one) => same(one, value)) };
  }
  const [word, template] = Object.entries(assertion).find(([key]) => key !== 'path') ?? [];
  const bound = fill((template ?? null) as Json);
  if (bound === undefined) return null;
  if (word === 'equals') return { path, tries: [bound], suits: (value) => same(value, bound) };
  if (word === 'notEquals') return { path, tries: [another(bound)], suits: (value) => !same(value, bound) };
  if (typeof bound !== 'number') return null;
  const atLeast = word === 'atLeast';
  const suits = (value: Json) => typeof value === 'number' && (atLeast ? value >= bound : value <= bound);
  return { path, tries: [bound, atLeast ? bound + 1 : bound - 1], suits };
}

/** A copy with a value at a JSON pointer, objects on the way made as they are needed; null where something else is in the way. */
function put(into: Json, pointer: string, value: Json): Json | undefined {
  if (pointer === '') return value;
  const [, first = '', ...rest] = pointer.split('/');
  const key = first.replaceAll('~1', '/').replaceAll('~0', '~');
  const holder = into ?? {};
  const deeper = rest.map((token) => `/${token}`).join('');
  if (typeof holder !== 'object') return undefined;
  if (Array.isArray(holder) || (into === null && /^\d+$/.test(key))) {
    const items: Json[] = Array.isArray(holder) ? [...holder] : [];
    const inner = put(items[Number(key)] ?? null, deeper, value);
    if (inner === undefined || !/^\d+$/.test(key)) return undefined;
    while (items.length < Number(key)) items.push(null);
    items[Number(key)] = inner;
    return items;
  }
  const fields = holder as Readonly<Record<string, Json>>;
  const inner = put(fields[key] ?? null, deeper, value);
  return inner === undefined ? undefined : { ...fields, [key]: inner };
}

/** What a read has to show. */
export interface ToShow {
  readonly assertions: readonly (readonly [Assertion, TemplateScope])[];
  /** What it should not show, where it has the choice. */
  readonly against?: ToShow['assertions'];
  /** Fields that only have to be there. */
  readonly fields: readonly string[];
}

/** Values that do not suit an assertion. */
function violating({ tries, suits }: Wanted): readonly Json[] {
  const near = tries.flatMap((one): readonly Json[] => (typeof one === 'number' ? [one - 1, one + 1] : [another(one)]));
  return near.filter((one) => !suits(one));
}

/** A value that shows all of it, or null when none can: assertions that contradict each other, or bounds that are not known. */
export function imagine({ assertions, against = [], fields }: ToShow): Json {
  const wanted = assertions.map(([assertion, scope]) => wantedBy(assertion, scope));
  if (wanted.some((one) => one === null)) return null;
  const all = wanted as readonly Wanted[];
  const unwanted = against.map(([assertion, scope]) => wantedBy(assertion, scope)).filter((one) => one !== null);
  let value: Json = {};
  for (const path of [...new Set([...all, ...unwanted].map((one) => one.path))].sort()) {
    const here = all.filter((one) => one.path === path);
    const notHere = unwanted.filter((one) => one.path === path);
    const tries = [
      ...notHere.flatMap(violating),
      ...here.flatMap((one) => one.tries),
      ...notHere.flatMap((one) => one.tries),
    ];
    const good = tries.filter((one) => here.every(({ suits }) => suits(one)));
    const chosen = good.find((one) => notHere.some(({ suits }) => !suits(one))) ?? good[0];
    const next: Json | undefined = chosen === undefined ? undefined : put(value, path, chosen);
    if (next === undefined) return null;
    value = next;
  }
  for (const path of fields) {
    const next: Json | undefined = valueAt(value, path) === undefined ? put(value, path, 0) : value;
    if (next === undefined) return null;
    value = next;
  }
  return value;
}
