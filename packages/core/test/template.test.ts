import { describe, expect, it } from 'vitest';
import { remembering } from '../src/domain/remembering.js';
import { secretRefOf } from '../src/domain/secret.js';
import { assertOn, fillTemplate, valueAt } from '../src/domain/template.js';

const scope = { target: 'web', args: { size: 2, list: ['a'] }, observed: { free: 3 }, before: { replicas: 4 } };

describe('a template', () => {
  it('fills what it names', () => {
    const template = {
      name: '$target',
      size: '$args.size',
      free: '$observed.free',
      was: '$before.replicas',
      n: 1,
      no: null,
    };
    expect(fillTemplate(template, scope)).toEqual({
      ok: true,
      value: { name: 'web', size: 2, free: 3, was: 4, n: 1, no: null },
    });
  });

  it('keeps a doubled dollar and any other text', () => {
    expect(fillTemplate(['$$target', 'cost $5', '$targets'], scope)).toEqual({
      ok: true,
      value: ['$target', 'cost $5', '$targets'],
    });
  });

  it('names a reference to nothing, and never guesses', () => {
    expect(fillTemplate({ deep: ['$args.nothing'] }, scope)).toEqual({ ok: false, missing: '$args.nothing' });
    expect(fillTemplate('$observed.free', {})).toEqual({ ok: false, missing: '$observed.free' });
    expect(fillTemplate('$args.constructor', scope)).toEqual({ ok: false, missing: '$args.constructor' });
    expect(fillTemplate('$args.__proto__', scope)).toEqual({ ok: false, missing: '$args.__proto__' });
  });

  it.each([
    ['$sum', 5],
    ['$times', 6],
    ['$least', 2],
    ['$most', 3],
  ])('computes %s', (name, value) => {
    expect(fillTemplate({ [name]: ['$args.size', '$observed.free'] }, scope)).toEqual({ ok: true, value });
  });

  it('computes with numbers only', () => {
    expect(fillTemplate({ $sum: ['$target', 1] }, scope).ok).toBe(false);
    expect(fillTemplate({ $sum: [] }, scope).ok).toBe(false);
  });
});

describe('an assertion', () => {
  const value = { up: true, load: 7, name: 'web', none: null };

  it.each([
    [{ path: '/up', equals: true }, true],
    [{ path: '/up', equals: 'true' }, false],
    [{ path: '/name', equals: '$target' }, true],
    [{ path: '/up', notEquals: false }, true],
    [{ path: '/gone', notEquals: false }, false],
    [{ path: '/name', oneOf: ['api', 'web'] }, true],
    [{ path: '/load', atLeast: 7 }, true],
    [{ path: '/load', atLeast: 8 }, false],
    [{ path: '/load', atMost: '$args.nothing' }, false],
    [{ path: '/name', atMost: 9 }, false],
    [{ path: '/gone', equals: null }, false],
    [{ path: '/none', equals: null }, true],
    [{ path: '/constructor', notEquals: 'x' }, false],
  ] as const)('%j holds: %s', (assertion, holds) => {
    expect(assertOn(value, assertion as Parameters<typeof assertOn>[1], scope).holds).toBe(holds);
  });

  it('never holds of what is not there', () => {
    for (const nothing of [null, 7, 'text', []]) {
      expect(assertOn(nothing, { path: '/up', notEquals: true }, scope).holds).toBe(false);
    }
  });
});

describe('what is remembered of texts', () => {
  it('is the answer of that very text, however many were asked about', () => {
    let asked = 0;
    const length = remembering((text) => {
      asked += 1;
      return text.length;
    });
    const texts = Array.from({ length: 2_500 }, (_, n) => 'x'.repeat(n));
    for (const text of [...texts, ...texts]) expect(length(text)).toBe(text.length);
    const before = asked;
    expect([length('xx'), length('xx')]).toEqual([2, 2]);
    expect(asked - before).toBeLessThan(2);
    // Nothing that was asked long ago is kept for ever.
    expect(asked).toBeGreaterThan(texts.length);
  });
});

describe('a pointer', () => {
  it('finds by RFC 6901 and only what is the value’s own', () => {
    expect(valueAt({ 'a/b': { '~c': 1 } }, '/a~1b/~0c')).toBe(1);
    expect(valueAt([5, 6], '/1')).toBe(6);
    expect(valueAt({ a: 1 }, '')).toEqual({ a: 1 });
    expect(valueAt({}, '/toString')).toBe(undefined);
    expect(valueAt('text', '/length')).toBe(undefined);
  });
});

describe('a secret reference', () => {
  it('is exactly one name', () => {
    expect(secretRefOf({ secretRef: 'db' })).toBe('db');
    for (const other of ['db', null, {}, { secretRef: 1 }, { secretRef: 'db', more: 1 }, ['secretRef']]) {
      expect(secretRefOf(other)).toBe(null);
    }
  });
});
