import fc, { type Arbitrary } from 'fast-check';
import { describeApi, ROUTES } from '../src/index.js';

/* Requests as the API's own description has them: what it allows, and what is near to that. */

/** The part of JSON Schema that the description uses. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

const document = describeApi(ROUTES) as unknown as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

/** Ids that requests of one run share, so that they meet what earlier ones left. */
const ids = fc.constantFrom('INC-1', 'INC-2', 'INC/3 é', 'W-4', 'none');
const word = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 30 }) },
  { weight: 2, arbitrary: ids },
  {
    weight: 1,
    arbitrary: fc.constantFrom('server', 'network', '', ' ', "'; drop table tickets; --", '__proto__', '﷽'),
  },
);

function resolved({ $ref, ...rest }: Schema): Schema {
  if ($ref === undefined) return rest;
  return document.components.schemas[$ref.slice('#/components/schemas/'.length)] ?? {};
}

function ofType(schema: Schema, type: string | undefined, depth: number): Arbitrary<unknown> {
  switch (type) {
    case 'string':
      return word.map((text) => text.padEnd(schema.minLength ?? 0, 'x'));
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -100, max: Math.min(schema.maximum ?? 1_000, 2 ** 31 - 1) });
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(arbitraryOf(schema.items ?? {}, depth + 1), { minLength: schema.minItems ?? 0, maxLength: 3 });
    case 'object':
      return ofObject(schema, depth);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function ofObject({ properties = {}, required = [], additionalProperties }: Schema, depth: number): Arbitrary<unknown> {
  const known = Object.fromEntries(
    Object.entries(properties).map(([name, one]) => [name, arbitraryOf(one, depth + 1)]),
  );
  const record = fc.record(known, { requiredKeys: required.filter((name) => Object.hasOwn(known, name)) });
  if (typeof additionalProperties !== 'object') return record;
  const more = fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), arbitraryOf(additionalProperties, depth + 1), {
    maxKeys: 2,
  });
  return fc.tuple(more, record).map(([others, own]) => ({ ...others, ...own }));
}

/** Values that a schema allows. */
export function arbitraryOf(given: Schema, depth = 0): Arbitrary<unknown> {
  const schema = resolved(given);
  if (depth > 8) return fc.constant(null);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return fc.oneof(...either.map((one) => arbitraryOf(one, depth + 1)));
  if (schema.allOf) {
    const parts = schema.allOf.map((one) => arbitraryOf(one, depth + 1));
    return fc.tuple(...parts).map((values) => Object.assign({}, ...(values as object[])));
  }
  const types = Array.isArray(schema.type) ? (schema.type as readonly string[]) : [schema.type as string | undefined];
  return fc.oneof(...types.map((type) => ofType(schema, type, depth)));
}

/** One value in eight is not what its schema says. */
const nearly = (right: Arbitrary<unknown>): Arbitrary<unknown> =>
  fc.oneof({ weight: 7, arbitrary: right }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) });

/** A request of some route. */
export interface Ask {
  readonly method: string;
  /** With the query; below the base path. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string | null;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
const header = (value: unknown): string => textOf(value).replace(/[^\x21-\x7e]/g, '') || 'x';

/** Schemas of parameters that say less than what would be a sensible value. */
function parameter({ name, schema }: Parameter): Arbitrary<unknown> {
  if (name === 'If-Match') return fc.constantFrom('"0"', '"1"', '"2"', '3', '*');
  if (name === 'category') return fc.constantFrom('server', 'network', 'security', 'none');
  if (name === 'Prefer') return fc.constantFrom('wait=0', 'respond-async', 'wait');
  if (name === 'Idempotency-Key') return fc.constantFrom('a', 'b', 'c', 'not a key \u0000');
  return nearly(name.endsWith('_id') ? ids : arbitraryOf(schema));
}

function requestsOf(method: string, pattern: string, { parameters = [], requestBody }: Operation): Arbitrary<Ask> {
  const body = requestBody?.content['application/json']?.schema;
  const values = fc.record(Object.fromEntries(parameters.map((one) => [`${one.in} ${one.name}`, parameter(one)])), {
    requiredKeys: parameters.filter((one) => one.required).map((one) => `${one.in} ${one.name}`),
  }) as Arbitrary<Readonly<Record<string, unknown>>>;
  const sent = body ? nearly(arbitraryOf(body)).map((value) => JSON.stringify(value)) : fc.constant(null);
  return fc.record({ values, sent }).map(({ values: given, sent: text }) => {
    const at = (place: string): readonly (readonly [string, unknown])[] =>
      Object.entries(given).flatMap(([name, value]) =>
        name.startsWith(`${place} `) && value !== undefined ? [[name.slice(place.length + 1), value] as const] : [],
      );
    let path = pattern;
    for (const [name, value] of at('path')) {
      path = path.replace(`{${name}}`, encodeURIComponent(textOf(value).replace(/\p{Surrogate}/gu, '?')) || 'x');
    }
    const search = new URLSearchParams(
      at('query').map(([name, value]): [string, string] => [name, textOf(value)]),
    ).toString();
    return {
      method: method.toUpperCase(),
      path: search === '' ? path : `${path}?${search}`,
      headers: Object.fromEntries(at('header').map(([name, value]) => [name, header(value)])),
      body: text,
    };
  });
}

/** Requests as the description has them, of every route but streams. */
export const requests: Arbitrary<Ask> = fc.oneof(
  ...Object.entries(document.paths).flatMap(([pattern, operations]) =>
    Object.entries(operations)
      .filter(() => !pattern.endsWith('/events'))
      .map(([method, operation]) => requestsOf(method, pattern, operation)),
  ),
);
