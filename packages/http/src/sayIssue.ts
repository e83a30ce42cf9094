import type { Fault } from '@remit/core';
import type { z } from 'zod';
import { toToken } from './wire/common.js';

type Issue = z.core.$ZodIssue;

/** Where an input was taken from. */
export type Place = 'path' | 'query' | 'body';

const SUBJECTS: Readonly<Record<Place, string>> = {
  path: 'In the address, ',
  query: 'In the query, ',
  body: '',
};

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

/** A value as a sentence shows it. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

/** Choices as a sentence lists them. */
function list(values: readonly unknown[]): string {
  return values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(', ');
}

function sayBound(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>, found: unknown): string {
  const [bound, word] =
    issue.code === 'too_small'
      ? [issue.minimum, issue.inclusive === false ? 'more than' : 'at least']
      : [issue.maximum, issue.inclusive === false ? 'less than' : 'at most'];
  if (typeof found === 'string' && issue.origin === 'string') {
    if (found === '') return 'must not be empty';
    return `must have ${word} ${bound} characters; it has ${found.length}`;
  }
  if (Array.isArray(found)) return `must have ${word} ${bound} entries; it has ${found.length}`;
  return `must be ${word} ${bound}; it is ${show(found)}`;
}

function sayPredicate(issue: Issue, found: unknown): string {
  switch (issue.code) {
    case 'invalid_type': {
      const wanted = TYPES[issue.expected] ?? issue.expected;
      return `must be ${wanted}; it is ${show(found)}`;
    }
    case 'too_small':
    case 'too_big':
      return sayBound(issue, found);
    case 'invalid_value':
      return `must be one of ${list(issue.values)}; it is ${show(found)}`;
    default:
      return issue.message;
  }
}

/** What zod found, as faults with a pointer and a clear sentence: what is wrong, where, and what would be right. */
export function sayIssue(issue: Issue, { input, place }: { input: unknown; place: Place }): readonly Fault[] {
  const subject = SUBJECTS[place];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: `${toPointer(issue.path)}/${toToken(key)}`,
      detail: `${subject}there is no field "${key}" here; correct its name or leave it out.`,
    }));
  }
  const pointer = toPointer(issue.path);
  const found = valueAt(input, issue.path);
  const name = issue.path.length === 0 ? `The ${place}` : `"${issue.path.join('.')}"`;
  if (place === 'query' && Array.isArray(found))
    return [{ pointer, detail: `${subject}${name} was given more than once.` }];
  if (found === undefined && issue.path.length > 0) return [{ pointer, detail: `${subject}${name} is missing.` }];
  return [{ pointer, detail: `${subject}${name} ${sayPredicate(issue, found)}.` }];
}

function toPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${toToken(key)}`).join('');
}
