import type { Json } from '@remit/core';
import { z } from 'zod';

/* Arguments that an action's schema takes, made up from the schema alone. */

type Schema = {
  readonly [key: string]: unknown;
};

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;

function sampleText({ minLength, format }: Schema): string {
  const known: Readonly<Record<string, string>> = {
    uuid: '00000000-0000-4000-8000-000000000000',
    email: 'verify@example.org',
    uri: 'https://example.org/',
    'date-time': '2026-01-05T09:00:00Z',
    date: '2026-01-05',
  };
  const text = (typeof format === 'string' ? known[format] : undefined) ?? 'verify';
  return typeof minLength === 'number' ? text.padEnd(minLength, 'x') : text;
}

function sampleNumber({ minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf, type }: Schema): number {
  const step = typeof multipleOf === 'number' ? multipleOf : 1;
  if (typeof minimum === 'number' && minimum > Number.MIN_SAFE_INTEGER) return Math.ceil(minimum / step) * step;
  if (typeof exclusiveMinimum === 'number') return (Math.floor(exclusiveMinimum / step) + 1) * step;
  if (typeof maximum === 'number' && maximum < step) return Math.floor(maximum / step) * step;
  if (typeof exclusiveMaximum === 'number' && exclusiveMaximum <= step) return exclusiveMaximum - step;
  return type === 'integer' ? step : step;
}

function sample(schema: Schema): Json {
  if ('const' in schema) return schema['const'] as Json;
  if (Array.isArray(schema['enum'])) return (schema['enum'][0] ?? null) as Json;
  for (const several of ['anyOf', 'oneOf', 'allOf']) {
    const first: unknown = Array.isArray(schema[several]) ? schema[several][0] : undefined;
    if (isSchema(first)) return sample(first);
  }
  switch (schema['type']) {
    case 'string':
      return sampleText(schema);
    case 'number':
    case 'integer':
      return sampleNumber(schema);
    case 'boolean':
      return false;
    case 'array':
      return isSchema(schema['items'])
        ? Array.from({ length: Math.max(1, Number(schema['minItems'] ?? 1)) }, () => sample(schema['items'] as Schema))
        : [];
    case 'object': {
      const properties = isSchema(schema['properties']) ? schema['properties'] : {};
      const required = Array.isArray(schema['required']) ? schema['required'] : [];
      const entries = Object.entries(properties).filter(([name]) => required.includes(name));
      return Object.fromEntries(entries.map(([name, inner]) => [name, isSchema(inner) ? sample(inner) : null]));
    }
    default:
      return null;
  }
}

/** Arguments by a schema; null when no sample can be made of it. What a check of the schema's own wants may still be missing. */
export function sampleArguments(schema: z.ZodType): Json {
  try {
    return sample(z.toJSONSchema(schema, { io: 'input' }) as Schema);
  } catch {
    return null;
  }
}
